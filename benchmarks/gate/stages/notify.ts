// Stage notify: the worker takes a notice's row, and a receiver on this machine has answered its webhook.
import { silentLog } from '../../../core/log.ts'
import { systemClock } from '../../../core/time.ts'
import { addressGuard } from '../../../dispatch/notifiers/address-guard.ts'
import { webhook } from '../../../dispatch/notifiers/kinds/webhook.ts'
import { openDesk } from './desk.ts'
import type { Stage } from './stage.ts'

export const notify: Stage = {
  name: 'notify',
  unit: 'a notice delivered',
  felt: 'wall',
  async open({ folder, receiver }, scope) {
    const options = { url: receiver, secret: 'as long as it has to be' }
    const notifier = webhook.create(options, {
      ...{ destination: 'gate', log: silentLog, clock: systemClock },
      guard: addressGuard(['127.0.0.1/32']),
    })
    const { outbox, park, following } = await openDesk(folder, scope, [notifier])
    return async count => {
      const rows = await park(count, 'notify')
      return async after => {
        for (const { id, dueAt } of rows) {
          await outbox.perform(id, dueAt)
          for (const row of following()) await outbox.perform(row.id, row.dueAt)
          await after()
        }
      }
    }
  },
}
