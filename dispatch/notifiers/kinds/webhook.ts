// Notifier kind `webhook`: POSTs each notice as a CloudEvent (1.0, structured JSON), signed where a secret is set.
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { JiemuError } from '../../../core/errors.ts'
import type { Kind } from '../../../core/kind.ts'
import type { Notice, Notifier, NotifierDeps } from '../notifier.ts'
import { isForbidden, postJson } from '../post-json.ts'

/** docs/2-domain.md: events stay at or below 64 KiB. */
const MAX_BODY_BYTES = 65_536
const TIMEOUT_MS = 5_000

const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address', abort: true })
    .refine(url => !isForbidden(new URL(url).hostname), 'a link-local or metadata address is refused')
    .describe('where the events are posted'),
  secret: z
    .string()
    .min(16)
    .optional()
    .describe('signs each event by HMAC-SHA256 in the headers of the Standard Webhooks specification'),
})

export const webhook: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'webhook',
  summary: 'POSTs each notice as a CloudEvent, signed with HMAC-SHA256',
  options,
  create({ url, secret }, { destination }) {
    return {
      destination,
      async send(notice) {
        const body = JSON.stringify(cloudEvent(notice))
        if (Buffer.byteLength(body) > MAX_BODY_BYTES) {
          throw new JiemuError('delivery-refused', { destination, problem: 'the event is larger than 64 KiB' })
        }
        const headers = {
          'content-type': 'application/cloudevents+json; charset=utf-8',
          ...(secret && signature(secret, notice.id, Math.floor(Date.now() / 1000), body)),
        }
        const answer = await postJson(new URL(url), headers, body, TIMEOUT_MS).catch((error: unknown) => {
          if (error instanceof JiemuError) throw new JiemuError(error.code, { ...error.detail, destination })
          throw new JiemuError('delivery-failed', { destination, problem: problemOf(error) })
        })
        if (answer >= 200 && answer < 300) return
        const code = isTransient(answer) ? 'delivery-failed' : 'delivery-refused'
        throw new JiemuError(code, { destination, problem: `answered ${answer}` })
      },
    }
  },
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
function cloudEvent({ id, event, at, subject, details }: Notice) {
  return {
    specversion: '1.0',
    id,
    source: '/jiemu/dispatch',
    type: `jiemu.${event}`,
    subject,
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: details,
  }
}

/**
 * The headers of https://www.standardwebhooks.com: HMAC-SHA256 over "id.timestamp.body", in base64.
 * @param secret taken as it is, or the bytes behind "whsec_" in base64
 * @param timestamp seconds since 1970; a receiver refuses old ones, against replay
 */
export function signature(secret: string, id: string, timestamp: number, body: string): Record<string, string> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` }
}

/** Too slow, too early, too many, or broken on their side; a redirect is never followed, and counts as refused. */
function isTransient(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

/** The code of a network error; its message could repeat the address with a token in its path. */
function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code) return code
  return error instanceof Error ? error.name : 'unknown'
}
