// When grids are weighed: soon after something has changed, and every minute, since time alone makes jobs overdue.
import { toJiemuError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Clock } from '../../core/time.ts'
import type { Transact } from '../commit.ts'
import { WEIGH_EVERY_MS, weighRow } from '../work-rows.ts'

const TICK_MS = 60_000

export interface Weighing {
  /** Something has changed: grids are weighed within ten seconds. Neither throws nor waits. */
  soon(): void
  stop(): void
}

/** A row of the outbox for every ten seconds in which something changed, and for every minute. */
export function startWeighing(transact: Transact, clock: Clock, log: Log): Weighing {
  let asked = Number.NaN

  function soon(): void {
    const slot = Math.floor(clock.now() / WEIGH_EVERY_MS)
    if (slot === asked) return
    asked = slot
    transact('perform', async work => work.enqueue(weighRow(clock.now()))).catch((thrown: unknown) => {
      // It is asked for again with the next change, or in a minute.
      asked = Number.NaN
      const error = toJiemuError(thrown)
      log.warn({ code: error.code }, `the grids could not be weighed: ${error.message}`)
    })
  }

  soon()
  const ticking = setInterval(soon, TICK_MS)
  return { soon, stop: () => clearInterval(ticking) }
}
