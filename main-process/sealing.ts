// The heads of the jobs’ logs are chained every hour, so that nobody can change a log unseen.
import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { Store } from '../store/open.ts'

const SEAL_MS = 3_600_000

/** @returns how to stop */
export function startSealing({ audit }: Pick<Store, 'audit'>, clock: Clock, log: Log): () => void {
  const timer = setInterval(() => {
    // What could not be sealed now is sealed an hour later, with the rest.
    audit.seal(clock.now()).catch((error: Error) => {
      log.warn({ problem: error.message }, 'the logs could not be sealed; it is tried again in an hour')
    })
  }, SEAL_MS)
  return () => clearInterval(timer)
}
