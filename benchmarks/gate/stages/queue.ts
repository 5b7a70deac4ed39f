// Stage queue: a committed row is published, and the worker is called with it; one row after the other.
import { once } from 'node:events'
import { silentLog } from '../../../core/log.ts'
import { startPublisher } from '../../../dispatch/publisher.ts'
import { openQueue } from '../../../dispatch/queue.ts'
import { T0 } from '../../../dispatch/testing/examples.ts'
import { openDesk } from './desk.ts'
import type { Stage } from './stage.ts'

/** Rows of the future: the publisher's sweep, which looks each second for what was forgotten, leaves them alone. */
const AHEAD_MS = 86_400_000

export const queue: Stage = {
  name: 'queue',
  unit: 'a row from commit to worker',
  felt: 'wall',
  async open({ folder }, scope) {
    const { store, clock, transact } = await openDesk(folder, scope)
    const log = silentLog
    const performed = new EventTarget()
    const perform = async (id: string) => void performed.dispatchEvent(new Event(id))
    const opened = scope.use(await openQueue({ postgres: store.queueConnection, perform, log }), it => it.close())
    const publisher = scope.use(startPublisher({ store: store.dispatch, queue: opened, clock, log }), it => it.stop())
    let rows = 0
    return async count => {
      const at = T0 + AHEAD_MS
      const payload = { jobId: 'none', attempt: 0 }
      const due = Array.from({ length: count }, () => {
        return { id: `gate.${++rows}`, topic: 'assign', payload, dueAt: at, createdAt: at } as const
      })
      await transact('perform', ({ tx }) => tx.addOutbox(due))
      return async after => {
        for (const row of due) {
          const done = once(performed, row.id)
          publisher.kick([row])
          await done
          await after()
        }
      }
    }
  },
}
