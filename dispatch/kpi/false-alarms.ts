// False alarms per camera-day: rejected alerts against the days for which cameras were there to raise them.
import type { CameraFacts, IncidentFacts } from './facts.ts'
import { NOTHING, type Period, type Ratio, within } from './ratio.ts'

const DAY_MS = 86_400_000

/** A camera counts from when it was added, offline or not; one that was removed counts no more. */
export const falseAlarms = {
  chinese: '每路每日误报',
  formula: 'rejected ÷ camera-days',
  count: ({ openedAt, review }: IncidentFacts, period: Period): Ratio =>
    review === 'rejected' && within(period, openedAt) ? { top: 1, bottom: 0 } : NOTHING,
  /** @param now of a period that is not over, only the part that is */
  days({ since }: CameraFacts, { from, to }: Period, now: number): Ratio {
    const watchedMs = Math.min(to, now) - Math.max(from, since)
    return { top: 0, bottom: Math.max(0, watchedMs) / DAY_MS }
  },
} as const
