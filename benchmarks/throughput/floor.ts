// What lies under the product: reading, decoding, scaling and the networks' runs of as many cameras, and nothing else.
import { Scope } from '../../core/scope.ts'
import { CALM_EVERY_MS } from '../../detector/rules/pace.ts'
import { type Turn, turn } from '../floor-turn.ts'
import { everyRuleEntries } from '../measured-camera.ts'
import { rounded } from '../provenance.ts'
import { pin } from './cores.ts'
import type { Feeding } from './feed.ts'

export interface FloorTurn extends Turn {
  readonly cameras: number
  /** Of all cameras together. */
  readonly core: number
}

/** At every key frame, and at some of them: what lies between is what a look costs, the rest is reading and conditions. */
export interface FloorFigures {
  readonly every: FloorTurn
  readonly some: FloorTurn
}

export interface FloorOptions {
  readonly feeding: Feeding
  readonly seconds: number
  /** It has one only. */
  readonly core: number | undefined
  readonly signal: AbortSignal
  readonly cameras: number
  /** Between looks at a camera. */
  readonly everyMs: number
}

/** Reads, decodes, scales and runs the networks exactly where and when the product does, fed as it is, in one shard's place. */
export async function measureFloor(options: FloorOptions): Promise<FloorTurn> {
  const { feeding, cameras, everyMs, seconds, core, signal } = options
  await using scope = new Scope()
  const { sources } = await feeding.open(scope, cameras)
  const measured = await turn('floor', {
    entries: everyRuleEntries(sources, { small: feeding.small }),
    measuredMs: seconds * 1_000,
    everyMs,
    onStart: pid => core !== undefined && pin(pid, [core]),
    signal,
  })
  const { cpuMs } = measured
  return { ...measured, cameras, seconds: rounded(measured.seconds), core: rounded(cpuMs / 1_000 / measured.seconds) }
}

export async function measureFloors(options: Omit<FloorOptions, 'cameras' | 'everyMs'>): Promise<FloorFigures> {
  const at = (everyMs: number) => measureFloor({ ...options, cameras: 1, everyMs })
  return { every: await at(0), some: await at(CALM_EVERY_MS) }
}

const looksPerS = ({ keyFrames, seconds, cameras }: FloorTurn) => keyFrames / seconds / cameras
const coreOfOne = ({ core, cameras }: FloorTurn) => core / cameras

/**
 * What a camera costs by the floor, were it looked at so often.
 * @param rate looks a second at one camera
 * @param together as many cameras in one process as the product had, where that was measured: what a process costs by itself
 * and caches that one camera has for itself are then as the product's; the few looks more or less go by one camera's figures
 */
export function floorAt({ every, some }: FloorFigures, rate: number, together: FloorTurn = some): number {
  const perLook = (coreOfOne(every) - coreOfOne(some)) / (looksPerS(every) - looksPerS(some))
  return coreOfOne(together) + perLook * (rate - looksPerS(together))
}
