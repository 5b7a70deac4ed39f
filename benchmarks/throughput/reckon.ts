// What a measured span of cameras comes to: frames expected and lost, whether the budget held, memory and cost per camera, ratios.
import type { StreamHealth } from '../../core/health.ts'
import { rounded } from '../provenance.ts'

/** Of one camera, since its watch began. */
export type Counts = Pick<
  StreamHealth,
  'cameraId' | 'state' | 'lastFrameAt' | 'framesIn' | 'framesAnalysed' | 'framesUnchanged' | 'dropped' | 'reconnects'
>

export interface Frames {
  /** Key frames that came in, save those that are still under way. */
  readonly expected: number
  /** Those in which nothing had changed among them: they were seen. */
  readonly analysed: number
  readonly unchanged: number
  /** That no rule needed yet, or that waited for the next one since others had their turn. */
  readonly spared: number
  /** Left out before they were decoded, since the shard had more to do than it can: every camera is then looked at less often. */
  readonly shed: number
  /** Key frames that were neither, by reason; `missing`: nobody knows why. */
  readonly lost: Readonly<Record<string, number>>
  /** Of those analysed and lost. */
  readonly lostShare: number
  /** Cameras that showed nothing new at the end, sent too little, or were connected anew meanwhile. */
  readonly silent: readonly string[]
}

export interface Span {
  /** The names of all cameras that there should be. */
  readonly cameras: readonly string[]
  readonly seconds: number
  /** When the later counts were read. */
  readonly at: number
  /** Frames a second, and from one key frame to the next. */
  readonly fps: number
  readonly gopFrames: number
  /** Of those cameras whose first group of pictures is another one. */
  readonly firstGroupFrames?: ReadonlyMap<string, number>
}

/** A shard reports every 5 s. */
const REPORT_MS = 6_000
/** A report, a look that was put off, and time to spare. */
const SILENT_AFTER_MS = 20_000

const dropsOf = ({ dropped }: Counts) => Object.entries(dropped)
const seenBy = ({ framesAnalysed, framesUnchanged }: Counts) => framesAnalysed + framesUnchanged
const inFlight = (counts: Counts) =>
  counts.framesIn - seenBy(counts) - dropsOf(counts).reduce((sum, [, count]) => sum + count, 0)

/**
 * Reports of a shard are seconds old, and not those of all cameras equally. So key frames are not counted by the clock: each
 * camera's report says how many frames had come in by then, from the first of a group of pictures on.
 */
export function framesBetween(before: readonly Counts[], after: readonly Counts[], span: Span): Frames {
  const lost = new Map<string, number>()
  const silent: string[] = span.cameras.filter(name => !after.some(({ cameraId }) => cameraId === name))
  let [expected, analysed, unchanged, spared, shed] = [0, 0, 0, 0, 0]
  for (const to of after) {
    const from = before.find(({ cameraId }) => cameraId === to.cameraId)
    if (!from || isSilent(from, to, span)) silent.push(to.cameraId)
    if (!from) continue
    const first = span.firstGroupFrames?.get(to.cameraId) ?? span.gopFrames
    const keyFrames = ({ framesIn }: Counts) =>
      framesIn <= first ? Math.min(1, framesIn) : 1 + Math.ceil((framesIn - first) / span.gopFrames)
    const due = keyFrames(to) - keyFrames(from) + inFlight(from) - inFlight(to)
    const seen = seenBy(to) - seenBy(from)
    unchanged += to.framesUnchanged - from.framesUnchanged
    let missing = due - seen
    for (const [reason, count] of dropsOf(to)) {
      const risen = count - (from.dropped[reason as keyof Counts['dropped']] ?? 0)
      // Between key frames nothing is meant to be analysed.
      if (reason === 'not-sampled' || risen === 0) continue
      if (reason === 'shed') shed += risen
      else if (reason === 'spared') spared += risen
      else lost.set(reason, (lost.get(reason) ?? 0) + risen)
      missing -= risen
    }
    if (missing > 0) lost.set('missing', (lost.get('missing') ?? 0) + missing)
    expected += due
    analysed += seen
  }
  const all = [...lost.values()].reduce((sum, count) => sum + count, 0)
  return {
    expected,
    analysed,
    unchanged,
    spared,
    shed,
    lost: Object.fromEntries(lost),
    lostShare: all / Math.max(1, analysed + all),
    silent,
  }
}

/** Where a shard cannot keep up with reading, TCP holds the camera back: what came in says so. */
function isSilent(from: Counts, to: Counts, { seconds, at, fps }: Span): boolean {
  const leastIn = 0.95 * fps * Math.max(0, seconds - REPORT_MS / 1_000)
  const isStale = to.lastFrameAt === null || at - to.lastFrameAt > SILENT_AFTER_MS
  return isStale || to.state !== 'online' || to.reconnects > from.reconnects || to.framesIn - from.framesIn < leastIn
}

/** Frames of which more than this are lost leave rules blind that look once in two seconds. */
export const MOST_LOST_SHARE = 0.01
/** Above this the feeder itself is late: what the cameras then show is no longer the product's doing. */
export const FEEDER_LIMIT = 0.9

export interface Judged {
  /** 95th percentile of the way from received to ruled; null where no frame went it. */
  readonly wayP95Ms: number | null
  readonly frames: Pick<Frames, 'lostShare' | 'silent'>
  readonly shardRestarted: boolean
  /** Cores that the feeder used; of one. */
  readonly feederCores: number
}

export type Break = 'late' | 'frames-lost' | 'camera-silent' | 'shard-restarted'

export interface Verdict {
  readonly verdict: 'held' | 'broken' | 'feeder-limited'
  /** How the budget broke. */
  readonly breaks: readonly Break[]
}

/** @param limitMs the budget's shares of the stages from received to ruled */
export function judge({ wayP95Ms, frames, shardRestarted, feederCores }: Judged, limitMs: number): Verdict {
  const breaks: Break[] = []
  if (wayP95Ms !== null && wayP95Ms > limitMs) breaks.push('late')
  if (frames.lostShare > MOST_LOST_SHARE) breaks.push('frames-lost')
  if (frames.silent.length > 0) breaks.push('camera-silent')
  if (shardRestarted) breaks.push('shard-restarted')
  if (feederCores > FEEDER_LIMIT) return { verdict: 'feeder-limited', breaks }
  return { verdict: breaks.length > 0 ? 'broken' : 'held', breaks }
}

/** The most cameras that held; 0 where none did. */
export function camerasWithinBudget(
  plateaus: readonly (Pick<Verdict, 'verdict'> & { readonly cameras: number })[],
): number {
  return Math.max(0, ...plateaus.flatMap(({ verdict, cameras }) => (verdict === 'held' ? [cameras] : [])))
}

interface Resident {
  readonly cameras: number
  readonly mb: number
}

/** What each camera more than the fewest takes, in MB; null for the fewest themselves. */
export function perCameraMore(fewest: Resident, { cameras, mb }: Resident): number | null {
  return cameras === fewest.cameras ? null : rounded((mb - fewest.mb) / (cameras - fewest.cameras))
}

/** Cores of one camera, by each way to watch it; null where it was not measured. */
export interface CoresPerCamera {
  readonly shard: number
  /** Main and shard. */
  readonly product: number
  readonly floor: number | null
  readonly naive: number | null
  readonly usual: number | null
}

export interface Ratios {
  readonly shardToFloor: number | null
  readonly productToFloor: number | null
  readonly naiveToProduct: number | null
  readonly usualToProduct: number | null
}

export function ratiosOf({ shard, product, floor, naive, usual }: CoresPerCamera): Ratios {
  const ratio = (part: number | null, whole: number | null) =>
    part === null || whole === null || whole === 0 ? null : rounded(part / whole)
  return {
    shardToFloor: ratio(shard, floor),
    productToFloor: ratio(product, floor),
    naiveToProduct: ratio(naive, product),
    usualToProduct: ratio(usual, product),
  }
}
