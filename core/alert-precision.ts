// What operators' verdicts say about the alerts: precision, false alarms per camera-day, why alerts were rejected, and what
// became of the confirmed ones. Small counts are said to be small: an interval stands beside every rate.
import { garwood, type Interval } from './garwood.ts'
import type { CameraId, ZoneId } from './ids.ts'
import type { RejectReason, ReviewState } from './incident.ts'
import { RULE_KINDS, type RuleKind } from './observation.ts'
import { wilson } from './wilson.ts'

/** Of a confirmed alert: what its job came to. `none`: it has no job, or the job is another's now. */
export const ALERT_OUTCOMES = ['handled', 'returned', 'open', 'cancelled', 'none'] as const
export type AlertOutcome = (typeof ALERT_OUTCOMES)[number]

/** So many alerts of one zone and day had the same verdict and the same end. */
export interface AlertCount {
  /** In the city's own time: 2026-01-05. */
  readonly day: string
  readonly kind: RuleKind
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  readonly review: ReviewState
  readonly rejectReason: RejectReason | null
  readonly outcome: AlertOutcome
  readonly count: number
}

/** How long a camera saw its street clearly on a day. */
export interface WatchedDay {
  readonly day: string
  readonly cameraId: CameraId
  readonly watchedMs: number
}

/** Which rules a camera's zones have, or had. */
export interface Watching {
  readonly cameraId: CameraId
  readonly kind: RuleKind
}

export const PRECISION_GROUPS = ['all', 'kind', 'camera', 'zone', 'day'] as const
export type PrecisionGroup = (typeof PRECISION_GROUPS)[number]

export interface Rate extends Interval {
  readonly value: number
}

/** A group names itself by those of its four first fields that are not null. */
export interface AlertFigures {
  readonly kind: RuleKind | null
  readonly cameraId: CameraId | null
  readonly zoneId: ZoneId | null
  readonly day: string | null
  readonly confirmed: number
  readonly rejected: number
  /** Decided by nobody: by rule, by the clock, or not yet. They count for no rate. */
  readonly autoConfirmed: number
  readonly expired: number
  readonly pending: number
  /** confirmed ÷ (confirmed + rejected), with Wilson's 95 % interval; null of nothing. */
  readonly precision: Rate | null
  /** rejected ÷ camera-days, with Garwood's 95 % interval; null where nothing was watched, or nobody knows. */
  readonly falseAlarmsPerCameraDay: Rate | null
  readonly cameraDays: number | null
  readonly reasons: Readonly<Partial<Record<RejectReason, number>>>
  readonly outcomes: Readonly<Record<AlertOutcome, number>>
  /** Fewer than 30 verdicts: the interval is wider than most differences that one would act on. */
  readonly few: boolean
}

export const FEW_VERDICTS = 30
const DAY_MS = 86_400_000

/**
 * @param watched null where the asker's alerts are not all of a camera's: then there are no rates by time
 * @param watching which cameras can raise a kind at all; for the others their days say nothing about it
 * @returns most verdicts first; groups without any alert are not among them
 */
export function alertFigures(
  counts: readonly AlertCount[],
  watched: readonly WatchedDay[] | null,
  watching: readonly Watching[],
  by: PrecisionGroup,
): readonly AlertFigures[] {
  const groups = new Map<string, AlertCount[]>()
  for (const count of counts) {
    const key = keyOf(count, by)
    groups.set(key, [...(groups.get(key) ?? []), count])
  }
  const figures = [...groups.values()].flatMap(group => {
    const [first] = group
    if (!first) return []
    const name = nameOf(first, by)
    return [{ ...name, ...figuresOf(group, watched && daysOf(name, watched, watching)) }]
  })
  const verdicts = (of: AlertFigures): number => of.confirmed + of.rejected
  if (by === 'day') return figures.toSorted((a, b) => compare(a.day, b.day))
  return figures.toSorted((a, b) => verdicts(b) - verdicts(a) || compare(keyOfName(a), keyOfName(b)))
}

type Name = Pick<AlertFigures, 'kind' | 'cameraId' | 'zoneId' | 'day'>
const NOBODY: Name = { kind: null, cameraId: null, zoneId: null, day: null }

function nameOf({ kind, cameraId, zoneId, day }: AlertCount, by: PrecisionGroup): Name {
  if (by === 'kind') return { ...NOBODY, kind }
  if (by === 'camera') return { ...NOBODY, cameraId }
  if (by === 'zone') return { ...NOBODY, kind, cameraId, zoneId }
  return by === 'day' ? { ...NOBODY, day } : NOBODY
}

const keyOfName = ({ kind, cameraId, zoneId, day }: Name): string => [day, cameraId, zoneId, kind].join('/')
const keyOf = (count: AlertCount, by: PrecisionGroup): string => keyOfName(nameOf(count, by))
const compare = (a: string | null, b: string | null): number => ((a ?? '') < (b ?? '') ? -1 : 1)

function daysOf(name: Name, watched: readonly WatchedDay[], watching: readonly Watching[]): number {
  const able = new Set(watching.filter(({ kind }) => kind === name.kind).map(({ cameraId }) => cameraId))
  // A camera's own health is watched without a zone.
  const needsZone = name.kind !== null && name.kind !== 'camera-health' && RULE_KINDS.includes(name.kind)
  const counts = watched.filter(
    ({ cameraId, day }) =>
      (name.cameraId === null || cameraId === name.cameraId) &&
      (name.day === null || day === name.day) &&
      (!needsZone || name.cameraId !== null || able.has(cameraId)),
  )
  return counts.reduce((sum, { watchedMs }) => sum + watchedMs, 0) / DAY_MS
}

function figuresOf(group: readonly AlertCount[], cameraDays: number | null): Omit<AlertFigures, keyof Name> {
  const sum = (has: (count: AlertCount) => boolean): number =>
    group.reduce((total, one) => total + (has(one) ? one.count : 0), 0)
  const reviewed = (review: ReviewState): number => sum(one => one.review === review)
  const [confirmed, rejected] = [reviewed('confirmed'), reviewed('rejected')]
  const reasons = new Set(group.flatMap(({ rejectReason }) => rejectReason ?? []))
  const isConfirmed = ({ review }: AlertCount) => review === 'confirmed' || review === 'auto-confirmed'
  const outcomes = ALERT_OUTCOMES.map(outcome => [outcome, sum(one => isConfirmed(one) && one.outcome === outcome)])
  return {
    confirmed,
    rejected,
    autoConfirmed: reviewed('auto-confirmed'),
    expired: reviewed('expired'),
    pending: reviewed('pending'),
    precision: precisionOf(confirmed, rejected),
    falseAlarmsPerCameraDay: perDay(rejected, cameraDays),
    cameraDays,
    reasons: Object.fromEntries([...reasons].sort().map(reason => [reason, sum(one => one.rejectReason === reason)])),
    outcomes: Object.fromEntries(outcomes) as Record<AlertOutcome, number>,
    few: confirmed + rejected < FEW_VERDICTS,
  }
}

export function precisionOf(confirmed: number, rejected: number): Rate | null {
  const interval = wilson(confirmed, confirmed + rejected)
  return interval && { value: confirmed / (confirmed + rejected), ...interval }
}

function perDay(rejected: number, days: number | null): Rate | null {
  if (days === null || days <= 0) return null
  const { low, high } = garwood(rejected)
  return { value: rejected / days, low: low / days, high: high / days }
}
