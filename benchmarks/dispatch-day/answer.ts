// How a worker answers a job that is offered: soon, not at all, or with a no; the same answer whoever chose them.
import type { JobId, WorkerId } from '../../core/ids.ts'
import { exponential, keyedRandom } from './keyed-random.ts'

export interface Temper {
  readonly declineShare: number
  /** Who does not look at their phone until it is too late. */
  readonly silentShare: number
  /** Means of the time to answer, above three seconds that nobody is quicker than. */
  readonly freeMs: number
  /** At work, or on their way. */
  readonly busyMs: number
}

export const TEMPER: Temper = { declineShare: 0.06, silentShare: 0.04, freeMs: 20_000, busyMs: 40_000 }
const LEAST_MS = 3_000

export type Answer =
  | { readonly says: 'accept' | 'decline'; readonly afterMs: number }
  | { readonly says: 'nothing'; readonly afterMs: number }

/** @param time which time they are asked about this job: who was silent may answer when asked again */
export function answerOf(
  seed: number,
  temper: Temper,
  asked: { readonly job: JobId; readonly worker: WorkerId; readonly time: number; readonly busy: boolean },
): Answer {
  const random = keyedRandom(seed, 'answer', asked.job, asked.worker, asked.time)
  const mood = random()
  const afterMs = Math.round(LEAST_MS + exponential(random, asked.busy ? temper.busyMs : temper.freeMs))
  if (mood < temper.declineShare) return { says: 'decline', afterMs }
  if (mood < temper.declineShare + temper.silentShare) return { says: 'nothing', afterMs }
  return { says: 'accept', afterMs }
}
