// Web push: the key that browsers subscribe with, and the subscriptions of whoever is signed in.
import { z } from 'zod'
import { signedInOf } from '../access.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams, missing } from './route.ts'

const tags = ['people']
const own = { access: { action: 'me:change', target: 'filtered' } } as const
const base64url = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[\\w-]{${Math.ceil((bytes * 4) / 3)}}={0,2}$`), `expected ${bytes} bytes in URL-safe base64`)

const subscription = z.strictObject({
  endpoint: z
    .url({ protocol: /^https$/ })
    .max(2_048)
    .describe('of the browser’s push service'),
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({ p256dh: base64url(65), auth: base64url(16) }),
})

export function pushRoutes(app: Api, { push }: ApiPorts): void {
  app.get(
    '/api/push-key',
    {
      config: own,
      schema: {
        summary: 'The key to subscribe with (VAPID)',
        tags,
        response: answers(z.object({ publicKey: z.string() })),
      },
    },
    async () => ({ publicKey: await push.publicKey() }),
  )

  app.post(
    '/api/push-subscriptions',
    {
      config: own,
      schema: {
        summary: 'Have notices shown on this device; the same subscription again is the same',
        tags,
        body: subscription,
        response: answers(z.object({ id: z.string() })),
      },
    },
    async request => {
      const { endpoint, keys } = request.body
      return { id: await push.subscribe(signedInOf(request).user.id, { endpoint, keys }) }
    },
  )

  app.delete(
    '/api/push-subscriptions/:id',
    {
      config: own,
      schema: {
        summary: 'Have them shown no longer',
        tags,
        params: idParams,
        response: answers(z.object({ removed: z.boolean() })),
      },
    },
    async request => {
      const { id } = request.params
      if (!(await push.unsubscribe(signedInOf(request).user.id, id))) throw missing('subscription', id)
      return { removed: true }
    },
  )
}
