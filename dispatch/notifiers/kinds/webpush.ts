// Notifier kind `webpush`: a message to the browsers of users who may see what it is about, also while the page is closed.
import { z } from 'zod'
import type { Notice } from '../../../core/delivery.ts'
import { JiemuError } from '../../../core/errors.ts'
import type { Kind } from '../../../core/kind.ts'
import type { PushSubscription, VapidKeys } from '../../../core/push.ts'
import { post, requireSuccess } from '../http-post.ts'
import { lineOf } from '../notice-text.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'

const options = z.strictObject({
  contact: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/, 'expected mailto:… or https://…')
    .describe('whom a push service may write to about our messages: mailto:NAME@HOST or https://…'),
})

/** How long a push service keeps it for a phone that is off. */
const URGENT = { urgency: 'high', TTL: 3_600 } as const
const ORDINARY = { urgency: 'normal', TTL: 14_400 } as const
const SECRET = 'vapid'

export const webpush: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'webpush',
  summary: 'shows each notice on the devices of the users who may see it',
  options,
  create({ contact }, { destination, guard, clock, push, timeoutMs }) {
    async function send(notice: Notice, recipient: string | null = null): Promise<void> {
      const subscription = recipient === null ? undefined : await push?.open(recipient)
      // Whoever has signed off meanwhile is not told, and nobody misses it.
      if (!subscription || !push || recipient === null) return
      const { url, headers, body } = await encrypted(subscription, notice, contact, await vapidKeys(push))
      const answer = await post(url, { destination, guard, clock, headers, body, timeoutMs })
      if (answer.status === 404 || answer.status === 410) {
        await push.remove(recipient)
        return
      }
      requireSuccess(answer, destination)
    }
    return { destination, send, recipients: async notice => (await push?.recipients(notice)) ?? [] }
  },
}

/** Loaded at the first need too. */
const library = async () => (await import('web-push')).default

/** Made at the first need, and kept: with other keys every subscription would be void. */
export async function vapidKeys(push: Pick<NonNullable<NotifierDeps['push']>, 'secret'>): Promise<VapidKeys> {
  const { generateVAPIDKeys } = await library()
  return JSON.parse(await push.secret(SECRET, () => JSON.stringify(generateVAPIDKeys())))
}

/** Small: what is shown, and what it is about. Only the browser can read it (RFC 8291). */
async function encrypted(subscription: PushSubscription, notice: Notice, contact: string, keys: VapidKeys) {
  const { generateRequestDetails } = await library()
  const { severity } = notice.details
  const pace = severity === 'red' || severity === 'orange' || notice.event.startsWith('system.') ? URGENT : ORDINARY
  const text = JSON.stringify({ id: notice.id, event: notice.event, subject: notice.subject, text: lineOf(notice) })
  try {
    const { endpoint, headers, body } = generateRequestDetails(subscription, text, {
      ...pace,
      vapidDetails: { subject: contact, ...keys },
    })
    // The length is told by whoever sends it.
    const { 'Content-Length': _length, ...others } = headers as Record<string, string | number>
    const named = Object.entries(others).map(([name, value]) => [name, String(value)] as const)
    return { url: new URL(endpoint), headers: Object.fromEntries(named), body: body ?? Buffer.alloc(0) }
  } catch (thrown) {
    throw new JiemuError(
      'delivery-refused',
      { destination: 'webpush', problem: 'the subscription’s keys are broken' },
      thrown,
    )
  }
}
