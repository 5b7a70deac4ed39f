// What one camera costs by other ways, on the same clip: the floor under the product, the naive way, and the good usual way.

import { CALM_EVERY_MS } from '../../detector/rules/pace.ts'
import type { ANALYSES } from '../baselines/analysis.ts'
import { measureAnalysis } from '../baselines/measure-one.ts'
import { baselinesAbsent } from '../baselines/packages.ts'
import { type Turn, turn } from '../floor-turn.ts'
import type { Media } from '../long-clip.ts'
import { everyRuleEntry } from '../measured-camera.ts'
import { ROOT, rounded } from '../provenance.ts'
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

export interface FloorTurn extends Turn {
  readonly core: number
}

/** At every key frame, and at some of them: what lies between is what a look costs, the rest is reading and conditions. */
export interface FloorFigures {
  readonly every: FloorTurn
  readonly some: FloorTurn
}

/** Reads, decodes, scales and runs the networks exactly where and when the product does, fed as it is, in a shard's place. */
export async function measureFloor(options: BesideOptions): Promise<FloorFigures> {
  const { longClip, feed, seconds, core, signal } = options
  const at = async (everyMs: number): Promise<FloorTurn> => {
    const measured = await turn('floor', {
      clip: longClip,
      feed,
      entry: everyRuleEntry,
      measuredMs: seconds * 1_000,
      everyMs,
      onStart: pid => core !== undefined && pin(pid, [core]),
      signal,
    })
    return { ...measured, seconds: rounded(measured.seconds), core: rounded(measured.cpuMs / 1_000 / measured.seconds) }
  }
  return { every: await at(0), some: await at(CALM_EVERY_MS) }
}

/** @param looksPerS of one camera @returns cores of the floor, were it to look so often */
export function floorAt({ every, some }: FloorFigures, looksPerS: number): number {
  const rateOf = ({ keyFrames, seconds }: FloorTurn) => keyFrames / seconds
  const perLook = (every.core - some.core) / (rateOf(every) - rateOf(some))
  return some.core + perLook * (looksPerS - rateOf(some))
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
