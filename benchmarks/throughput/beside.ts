// What one camera costs by other ways, on the same clip: the floor under the product, the naive way, and the good usual way.
import type { ANALYSES } from '../baselines/analysis.ts'
import { measureAnalysis } from '../baselines/measure-one.ts'
import { baselinesAbsent } from '../baselines/packages.ts'
import { type Turn, turn } from '../floor-turn.ts'
import { ROOT, rounded } from '../provenance.ts'
import { everyRuleEntry, type Media } from '../rtsp-cameras.ts'
import { pin } from './cores.ts'
import type { FeedKind } from './feed.ts'

export interface BesideOptions {
  /** Long enough for the floor's stream. */
  readonly longClip: string
  readonly feed: FeedKind
  /** The same pictures once at most, for the ways that read a file as fast as they can. */
  readonly media: Media
  readonly seconds: number
  /** The ways beside have one only. */
  readonly core: number | undefined
  readonly signal: AbortSignal
}

export interface FloorFigures extends Turn {
  readonly core: number
}

/** Reads, decodes, scales and runs the networks exactly where and when the product does, fed as it is, in a shard's place. */
export async function measureFloor({ longClip, feed, seconds, core, signal }: BesideOptions): Promise<FloorFigures> {
  const measured = await turn('floor', {
    clip: longClip,
    feed,
    entry: everyRuleEntry,
    measuredMs: seconds * 1_000,
    onStart: pid => core !== undefined && pin(pid, [core]),
    signal,
  })
  return { ...measured, seconds: rounded(measured.seconds), core: rounded(measured.cpuMs / 1_000 / measured.seconds) }
}

export interface UsualFigures {
  readonly way: string
  /** For each second of media, of the process and the programs that it started. */
  readonly core: number
  readonly analysedPerSecond: number
}

/** Each reads the file instead of a stream, which spares it the network, and looks at whole pictures, once each. */
const WAYS = {
  naive: 'fluent-ffmpeg, every frame as raw video',
  usual: 'fluent-ffmpeg, 5 fps scaled by ffmpeg',
} as const satisfies Record<string, keyof typeof ANALYSES>

export async function measureUsual(
  which: keyof typeof WAYS,
  { media, core, signal }: BesideOptions,
): Promise<UsualFigures | { readonly skipped: string }> {
  const absent = baselinesAbsent(ROOT)
  if (absent) return { skipped: `absent: ${absent}` }
  const way = WAYS[which]
  const onStart = (pid: number) => core !== undefined && pin(pid, [core])
  const measured = await measureAnalysis(way, media, { onStart, signal })
  return { way, core: rounded(measured.core), analysedPerSecond: rounded(measured.analysedPerSecond) }
}
