// Small ports for the API's own tests: one destination with one dead letter, and subscriptions to web push.
import type { Deliveries } from '../../api/delivery-ports.ts'
import type { Push } from '../../api/ports.ts'
import type { Delivery } from '../../core/delivery.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')

export const DEAD_LETTER: Delivery = {
  id: 'dlv-1',
  destination: 'webhook-1',
  recipient: null,
  notice: {
    id: 'notify.job.assigned.job-1.0',
    event: 'job.assigned',
    at: AT,
    subject: 'job-1',
    details: { plate: 'x' },
  },
  state: 'dead',
  attempts: 31,
  lastError: 'the notification to webhook-1 was not taken (answered 503)',
  createdAt: AT,
  updatedAt: AT + 86_400_000,
  giveUpAt: AT + 86_400_000,
}

export function fakeDeliveries(command: (name: string) => (...given: unknown[]) => Promise<void>): Deliveries {
  return {
    list: async filter => {
      await command('listDeliveries')(filter)
      return [DEAD_LETTER]
    },
    find: async id => (id === DEAD_LETTER.id ? DEAD_LETTER : undefined),
    destinations: async () => [
      { destination: 'webhook-1', configured: true, pending: 0, dead: 1, oldestPendingAt: null },
    ],
    redrive: async (which, actor) => {
      await command('redrive')(which, actor.name)
      return 1
    },
    dismiss: async (id, actor) => command('dismiss')(id, actor.name),
  }
}

export const fakePush: Push = {
  publicKey: async () => 'B'.repeat(87),
  subscribe: async (userId, { endpoint }) => `push-${userId}-${endpoint.length}`,
  unsubscribe: async (_, id) => id === 'push-1',
}
