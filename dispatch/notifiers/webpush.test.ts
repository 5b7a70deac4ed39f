// The notifier `webpush` against a push service of our own, which decrypts as a browser does and checks who sent it.
import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { decrypt } from 'http_ece'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PushSubscription } from '../../core/push.ts'
import { NOTICE, openNotifier, type Received, type Receiver, startReceiver } from '../../tests/support/loopback.ts'
import { addressGuard } from './address-guard.ts'
import { vapidKeys } from './kinds/webpush.ts'
import type { PushRecipients } from './notifier.ts'

const CONTACT = 'mailto:duty@jiemu.example'

/** A browser: it has the keys, and the service only the ciphertext. */
const browser = createECDH('prime256v1')
browser.generateKeys()
const authSecret = randomBytes(16).toString('base64url')

let service: Receiver
let answer: (response: ServerResponse) => void
const subscriptions = new Map<string, PushSubscription>()
const secrets = new Map<string, string>()

const push: PushRecipients = {
  recipients: async () => [...subscriptions.keys()],
  open: async id => subscriptions.get(id),
  remove: async id => void subscriptions.delete(id),
  secret: async (name, make) => {
    const secret = secrets.get(name) ?? make()
    secrets.set(name, secret)
    return secret
  },
}

beforeAll(async () => {
  service = await startReceiver((_, response) => answer(response))
})
afterAll(() => service.close())
beforeEach(() => {
  answer = response => void response.writeHead(201).end()
  service.received.length = 0
  subscriptions.clear()
  subscriptions.set('phone', {
    endpoint: `${service.origin}/push/abc`,
    keys: { p256dh: browser.getPublicKey('base64url'), auth: authSecret },
  })
})

const open = (deps: object = {}) => openNotifier('webpush', { contact: CONTACT }, { push, ...deps })

function read({ raw, request }: Received) {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(request.headers.authorization ?? '') ?? []
  const [header = '', claims = '', signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const publicKey = createPublicKey({
    key: {
      ...{ kty: 'EC', crv: 'P-256' },
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
    format: 'jwk',
  })
  return {
    key,
    isSigned: verify(
      'sha256',
      Buffer.from(`${header}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
    claims: JSON.parse(Buffer.from(claims, 'base64url').toString()),
    message: JSON.parse(decrypt(raw, { version: 'aes128gcm', privateKey: browser, authSecret }).toString()),
  }
}

test('the browser can read it, and the service knows who sent it', async () => {
  await open().send(NOTICE, 'phone')
  const [received] = service.received
  expect(received?.request).toMatchObject({ method: 'POST', url: '/push/abc' })
  expect(received?.request.headers).toMatchObject({ ttl: '14400', urgency: 'normal', 'content-encoding': 'aes128gcm' })
  expect(received?.body).not.toContain('job-1')
  const { isSigned, claims, key, message } = read(received as Received)
  expect(isSigned).toBe(true)
  expect(key).toBe((await vapidKeys(push)).publicKey)
  expect(claims).toMatchObject({ aud: service.origin, sub: CONTACT })
  expect(message).toEqual({
    id: NOTICE.id,
    event: 'job.assigned',
    subject: 'job-1',
    text: '「违停」已派单 · 黄 · gulou/gulou-1 · chengguan-1 · 08:00:00 · job-1',
  })
})

test('what is urgent says so, and is kept for a shorter time', async () => {
  await open().send({ ...NOTICE, details: { ...NOTICE.details, severity: 'red' } }, 'phone')
  expect(service.received[0]?.request.headers).toMatchObject({ ttl: '3600', urgency: 'high' })
})

test('the keys are made once: a subscription outlives a restart', async () => {
  await open().send(NOTICE, 'phone')
  await open().send(NOTICE, 'phone')
  const [one, other] = service.received.map(received => read(received).key)
  expect(one).toBe(other)
})

test.each([404, 410])('a subscription that the service does not know any more (%i) is removed', async status => {
  answer = response => void response.writeHead(status).end()
  await open().send(NOTICE, 'phone')
  expect(subscriptions.has('phone')).toBe(false)
  await open().send(NOTICE, 'phone')
  expect(service.received, 'nobody is asked again').toHaveLength(1)
})

test.each([
  [503, 'delivery-failed'],
  [413, 'delivery-refused'],
  [307, 'delivery-refused'],
])('the service’s answer %i is %s, and the subscription stays', async (status, code) => {
  answer = response => void response.writeHead(status, { location: '/elsewhere' }).end()
  await expect(open().send(NOTICE, 'phone')).rejects.toMatchObject({ code })
  expect(subscriptions.has('phone')).toBe(true)
})

test('a service that asks for patience is given it', async () => {
  answer = response => void response.writeHead(429, { 'retry-after': '30' }).end()
  await expect(open().send(NOTICE, 'phone')).rejects.toMatchObject({ detail: { retryAfterMs: 30_000 } })
})

test('an address that the guard refuses is not asked, and broken keys are refused', async () => {
  await expect(open({ guard: addressGuard([]) }).send(NOTICE, 'phone')).rejects.toMatchObject({
    code: 'delivery-refused',
  })
  subscriptions.set('broken', { endpoint: `${service.origin}/x`, keys: { p256dh: 'AA', auth: 'AA' } })
  await expect(open().send(NOTICE, 'broken')).rejects.toMatchObject({ code: 'delivery-refused' })
  expect(service.received).toEqual([])
})

test('each subscription is a recipient of its own', async () => {
  subscriptions.set('tablet', { endpoint: `${service.origin}/push/def`, keys: { p256dh: '', auth: '' } })
  expect(await open().recipients?.(NOTICE)).toEqual(['phone', 'tablet'])
})

test('a contact is needed that a push service can write to', () => {
  expect(() => openNotifier('webpush', { contact: 'duty' })).toThrow(/mailto/)
})
