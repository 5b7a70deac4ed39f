// False alarms per camera-day: rejected alerts against the days for which cameras were there to raise them.
import type { Period } from '../../core/periods.ts'
import type { EpochMs } from '../../core/time.ts'
import type { CameraFacts, IncidentFacts } from './facts.ts'
import { type Formula, NOTHING, type Ratio, within } from './ratio.ts'

const DAY_MS = 86_400_000

/** Above the line. */
export const falseAlarms: Formula<IncidentFacts> = ({ openedAt, review }, period) =>
  review === 'rejected' && within(period, openedAt) ? { top: 1, bottom: 0 } : NOTHING

/**
 * Below the line. A camera counts from when it was added, offline or not; one that was removed counts no more.
 * @param now of a period that is not over, only the part that is
 */
export function cameraDays({ since }: CameraFacts, { from, to }: Period, now: EpochMs): Ratio {
  const watchedMs = Math.min(to, now) - Math.max(from, since)
  return { top: 0, bottom: Math.max(0, watchedMs) / DAY_MS }
}
