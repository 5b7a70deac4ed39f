// The way of an incident through main, from its observation to the people who were told, stage by stage.
import type { JobId } from '../core/ids.ts'
import type { Observation } from '../core/observation.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { type JobStage, since } from '../core/trace.ts'
import type { Ack } from '../dispatch/ledger.ts'
import type { OutboxRow } from '../dispatch/store-port.ts'

export interface JourneysDeps {
  readonly clock: Clock
  /** Told how long each stage took, and at the end how long it was from the camera to the people. */
  onStage(stage: JobStage | 'whole', durationMs: number): void
}

interface Journey {
  /** When its picture was taken; when it was received, where the camera’s clock is not trusted. */
  readonly begunAt: EpochMs
  /** When the last stage was done. */
  readonly at: EpochMs
  /** When its team was looked for last; it may have been in vain. */
  readonly lookedAt?: EpochMs
}

/** Jobs that nobody can take must not be remembered for ever. */
const MOST_JOURNEYS = 10_000

/**
 * Follows the jobs that a policy begins at once; where a person decides in between, that is no latency of ours. What is
 * under way when main stops is forgotten: a figure less, nothing else.
 */
export class Journeys {
  readonly #deps: JourneysDeps
  readonly #underWay = new Map<JobId, Journey>()

  constructor(deps: JourneysDeps) {
    this.#deps = deps
  }

  /** An observation was taken in. */
  tookIn({ trace }: Observation, { begun }: Pick<Ack, 'begun'>): void {
    if (!begun || !trace || this.#underWay.size >= MOST_JOURNEYS) return
    this.#next(begun, { begunAt: trace.capturedAt ?? trace.receivedAt, at: trace.ruledAt }, 'committed')
  }

  /** The queue has taken a row of the outbox, or its work is done. */
  passed({ topic, payload }: OutboxRow, step: 'queued' | 'done'): void {
    const id = (topic === 'assign' ? payload.jobId : payload.subject) as JobId
    const journey = this.#underWay.get(id)
    if (!journey) return
    if (topic === 'assign') {
      if (step === 'done') this.#underWay.set(id, { ...journey, lookedAt: this.#deps.clock.now() })
      else if (journey.lookedAt === undefined) this.#next(id, journey, 'queued')
    } else if ((topic === 'notify' || topic === 'deliver') && payload.event === 'job.assigned') {
      // Only a job that has a team is told of, so that it had one when it was looked for last.
      if (step === 'done') this.#end(id, journey)
      else if (topic === 'notify') this.#next(id, journey, 'assigned', journey.lookedAt)
    }
  }

  #next(id: JobId, journey: Journey, stage: JobStage, at = this.#deps.clock.now()): void {
    this.#deps.onStage(stage, since(journey.at, at))
    this.#underWay.set(id, { ...journey, at })
  }

  #end(id: JobId, journey: Journey): void {
    const at = this.#deps.clock.now()
    this.#deps.onStage('notified', since(journey.at, at))
    this.#deps.onStage('whole', since(journey.begunAt, at))
    this.#underWay.delete(id)
  }
}
