// The two ways in which cameras are usually watched, on the same clip: what one costs at its fastest, and several at their own pace.
import type { ANALYSES } from '../baselines/analysis.ts'
import { ANALYSED_PER_SECOND } from '../baselines/analysis.ts'
import { type Finished, measureAnalysis, run } from '../baselines/measure-one.ts'
import { baselinesAbsent } from '../baselines/packages.ts'
import type { Media } from '../long-clip.ts'
import { ROOT, rounded } from '../provenance.ts'
import { nearestRank } from '../scoring/percentiles.ts'
import { pin } from './cores.ts'

export interface UsualOptions {
  /** Read as fast as it can be, and so once at most. */
  readonly media: Media
  /** All of them have one only. */
  readonly core: number | undefined
  readonly signal: AbortSignal
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

export type UsualWay = keyof typeof WAYS
export const USUAL_WAYS = Object.keys(WAYS) as readonly UsualWay[]

const watching = ({ core, signal }: UsualOptions) => ({
  onStart: (pid: number) => core !== undefined && pin(pid, [core]),
  signal,
})

export async function measureUsual(
  which: UsualWay,
  options: UsualOptions,
): Promise<UsualFigures | { readonly skipped: string }> {
  const absent = baselinesAbsent(ROOT)
  if (absent) return { skipped: `absent: ${absent}` }
  const way = WAYS[which]
  const measured = await measureAnalysis(way, options.media, watching(options))
  return { way, core: rounded(measured.core), analysedPerSecond: rounded(measured.analysedPerSecond) }
}

/** So many cameras at their own pace. */
export interface UsualPlateau {
  readonly cameras: number
  /** Of all processes and the programs that they started, while they ran. */
  readonly cores: number
  readonly rssMb: number
  readonly analysedPerSecondOfOne: number
  /**
   * How much later than the promptest picture of its camera a picture had been seen: nothing is dropped, pipes hold back what
   * comes, and what cannot keep up falls behind for ever.
   */
  readonly behindP95Ms: number
  readonly behindAtTheEndMs: number
}

/** @returns undefined where the packages are absent */
export async function measureUsualPlateau(
  which: UsualWay,
  cameras: number,
  options: UsualOptions,
): Promise<UsualPlateau | undefined> {
  if (baselinesAbsent(ROOT)) return undefined
  const { path: clip } = options.media
  const waiting: (() => void)[] = []
  const onReady = (go: () => void) => {
    if (waiting.push(go) === cameras) for (const each of waiting) each()
  }
  const one = { kind: 'analysis', name: WAYS[which], clip, inRealTime: true } as const
  const runs = await Promise.all(Array.from({ length: cameras }, () => run(one, { ...watching(options), onReady })))
  return { cameras, ...figuresOf(runs) }
}

const MB_OF_MIB = 1.048576

export function figuresOf(
  runs: readonly Pick<Finished, 'cpu' | 'elapsedMs' | 'peakRssMiB' | 'childRssMiB' | 'seenAtMs' | 'analysed'>[],
): Omit<UsualPlateau, 'cameras'> {
  const sum = (of: (finished: (typeof runs)[number]) => number) => runs.reduce((total, each) => total + of(each), 0)
  // They begin together.
  const longestMs = Math.max(...runs.map(({ elapsedMs }) => elapsedMs))
  const behind = runs.map(({ seenAtMs }) => behindMs(seenAtMs))
  const all = behind.flat().sort((a, b) => a - b)
  return {
    cores: rounded(sum(({ cpu }) => cpu.ownMs + cpu.childrenMs) / longestMs),
    rssMb: Math.round(sum(({ peakRssMiB, childRssMiB }) => peakRssMiB + childRssMiB) * MB_OF_MIB),
    analysedPerSecondOfOne: rounded((1_000 * sum(({ analysed }) => analysed)) / runs.length / longestMs),
    behindP95Ms: Math.round(nearestRank(all, 95) ?? Number.NaN),
    behindAtTheEndMs: Math.round(Math.max(...behind.map(each => each.at(-1) ?? 0))),
  }
}

/** A picture is due so long after the one before it; the promptest was late by nothing. */
function behindMs(seenAtMs: readonly number[]): readonly number[] {
  const late = seenAtMs.map((at, index) => at - (index * 1_000) / ANALYSED_PER_SECOND)
  const promptest = Math.min(...late)
  return late.map(each => each - promptest)
}
