// Deadlines: how long a job may wait to be acknowledged, reached and handled, by kind, in all hours or in working time.
import { z } from 'zod'
import { addWorkingTime, type BusinessCalendar } from './business-calendar.ts'
import type { JobId } from './ids.ts'
import type { RuleKind } from './observation.ts'
import { duration, type EpochMs, formatDuration } from './time.ts'

/** The three spans that a job is measured by; each is a row of `job_deadlines` once it has begun. */
export const DEADLINES = ['acknowledge', 'arrive', 'handle'] as const
export type Deadline = (typeof DEADLINES)[number]

export interface Term {
  readonly durationMs: number
  /** In working time (工作时) of the business calendar; else by the clock, night and day. */
  readonly working: boolean
}

/** A job's own, from its beginning on: a policy that changes later breaks no promise. Null: there is none. */
export type Terms = Readonly<Record<Deadline, Term | null>>

export const NO_TERMS: Terms = { acknowledge: null, arrive: null, handle: null }

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const always = (durationMs: number): Term => ({ durationMs, working: false })
const atWork = (durationMs: number): Term => ({ durationMs, working: true })

/** docs/2-domain.md has the figures of the four street rules. */
const DEFAULT_TERMS: Readonly<Record<RuleKind, Terms>> = {
  'illegal-parking': { acknowledge: always(5 * MINUTE), arrive: always(15 * MINUTE), handle: always(60 * MINUTE) },
  crowding: { acknowledge: always(MINUTE), arrive: always(3 * MINUTE), handle: always(5 * MINUTE) },
  'overflowing-bin': { acknowledge: always(10 * MINUTE), arrive: always(HOUR), handle: always(4 * HOUR) },
  'dirty-road': { acknowledge: always(10 * MINUTE), arrive: always(HOUR), handle: always(8 * HOUR) },
  // A camera that is broken endangers nobody, and whoever mends it works office hours with a ladder: half a morning to
  // say that it is seen, a day to be there, three to mend it.
  'camera-health': { acknowledge: atWork(2 * HOUR), arrive: atWork(8 * HOUR), handle: atWork(24 * HOUR) },
}

const atLeast = duration.refine(durationMs => durationMs >= 1_000, 'expected a second at least')

const termSchema = z
  .union([
    z.literal('none').transform(() => null),
    z.strictObject({ working: atLeast }).transform(({ working }) => atWork(working)),
    atLeast.transform(always),
  ])
  .optional()

export const termsSchema = z
  .strictObject({ acknowledge: termSchema, arrive: termSchema, handle: termSchema })
  .describe('"15m" by the clock, { working: "4h" } in working time, or "none"; by default the kind’s')

/** @param wanted what a policy says; where it says nothing, the kind's own term holds */
export function termsOf(kind: RuleKind, wanted: z.output<typeof termsSchema>): Terms {
  const own = DEFAULT_TERMS[kind]
  const { acknowledge = own.acknowledge, arrive = own.arrive, handle = own.handle } = wanted
  return { acknowledge, arrive, handle }
}

/** As the configuration writes it: the inverse of `termsSchema`. */
export function writeTerms({ acknowledge, arrive, handle }: Terms) {
  const write = (term: Term | null) => {
    if (!term) return 'none'
    return term.working ? { working: formatDuration(term.durationMs) } : formatDuration(term.durationMs)
  }
  return { acknowledge: write(acknowledge), arrive: write(arrive), handle: write(handle) }
}

/** When a term that begins at `at` is over. */
export function dueAfter({ durationMs, working }: Term, at: EpochMs, calendar: BusinessCalendar): EpochMs {
  return working ? addWorkingTime(calendar, at, durationMs) : at + durationMs
}

/** One run of a deadline: it may begin several times, and each is kept. */
export interface JobDeadline {
  readonly jobId: JobId
  readonly deadline: Deadline
  /** The step of the job's log that began it. */
  readonly run: number
  readonly startedAt: EpochMs
  readonly dueAt: EpochMs
  /** Null while nobody had to be told that it passed. */
  readonly missedAt: EpochMs | null
  /** Null while it runs. One that was missed runs on until it is met, late. */
  readonly endedAt: EpochMs | null
  /** `void`: it did not count any more, since the job was taken back, put off or cancelled. */
  readonly end: 'met' | 'void' | null
}
