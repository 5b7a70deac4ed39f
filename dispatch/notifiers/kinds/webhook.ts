// Notifier kind `webhook`: POSTs each notice as a CloudEvent (1.0, structured JSON), signed where a secret is set.
import { z } from 'zod'
import { JiemuError } from '../../../core/errors.ts'
import type { Kind } from '../../../core/kind.ts'
import { cloudEvent } from '../cloud-event.ts'
import { post, requireSuccess } from '../http-post.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'
import { authoritiesOf, caFile } from '../trust.ts'
import { allowedUrl, httpUrl } from '../urls.ts'
import { signatureHeaders } from '../webhook-signature.ts'

/** docs/2-domain.md: events stay at or below 64 KiB. */
const MAX_BODY_BYTES = 65_536

const options = z.strictObject({
  url: httpUrl.describe('where the events are posted'),
  secret: z
    .string()
    .min(16)
    .optional()
    .describe('signs each event by HMAC-SHA256 in the headers of the Standard Webhooks specification'),
  ca: caFile,
})

export const webhook: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'webhook',
  summary: 'POSTs each notice as a CloudEvent, signed with HMAC-SHA256',
  options,
  create({ url, secret, ca }, deps) {
    const { destination, guard, clock, pictures, timeoutMs } = deps
    const receiver = allowedUrl(url, deps)
    const authorities = authoritiesOf(ca, receiver, deps)
    return {
      destination,
      async send(notice) {
        const body = cloudEvent(notice, await pictures?.linkFor(notice))
        if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
          throw new JiemuError('delivery-refused', { destination, problem: 'the event is larger than 64 KiB' })
        }
        const headers = {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          ...(secret && signatureHeaders(secret, notice.id, clock.now(), body)),
        }
        const options = { destination, headers, body, guard, authorities, clock, timeoutMs, isRepeatable: true }
        const answer = await post(receiver, options)
        requireSuccess(answer, destination)
      },
    }
  },
}
