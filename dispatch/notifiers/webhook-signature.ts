// The signature of Standard Webhooks (https://www.standardwebhooks.com): how we sign, and how a receiver finds out.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '../../core/time.ts'

/** A receiver takes nothing that is older, or that comes from further ahead, against replay. */
export const REPLAY_WINDOW_MS = 300_000

function macOf(secret: string, id: string, timestamp: string, body: string): Buffer {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
}

/**
 * The headers that go with a body: HMAC-SHA256 over "id.timestamp.body", in base64.
 * @param secret taken as it is, or the bytes behind "whsec_" in base64
 */
export function signatureHeaders(secret: string, id: string, at: EpochMs, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at / 1_000))
  const mac = macOf(secret, id, timestamp, body).toString('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` }
}

/**
 * The other side, for receivers: true where the body is as it was sent, by somebody who knows the secret, within five
 * minutes. An id that was seen before is a repetition, which the receiver has to remember for itself.
 * @param headers with lower-case names, as Node gives them
 * @param body as it came, before it is parsed
 */
export function isGenuine(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: string,
  now: EpochMs,
): boolean {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    name => headers[name],
  )
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp) * 1_000) > REPLAY_WINDOW_MS) return false
  const expected = macOf(secret, id, timestamp, body)
  // Several while a secret is changed, apart by spaces.
  return signatures.split(' ').some(one => {
    const [version, mac = ''] = one.split(',')
    const given = Buffer.from(mac, 'base64')
    return version === 'v1' && given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
  })
}
