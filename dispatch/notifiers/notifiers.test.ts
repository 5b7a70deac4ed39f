// The log and the webhook, the latter against a real server that fails in every way that servers do.

import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../../core/log.ts'
import { ManualClock } from '../../core/time.ts'
import { NOTICE, openNotifier, type Receiver, startReceiver } from '../../tests/support/loopback.ts'
import { addressGuard } from './address-guard.ts'
import type { Notice } from './notifier.ts'
import { isGenuine } from './webhook-signature.ts'

const SECRET = 'a secret of some length'
const NOW = Date.parse('2026-01-05T08:00:00+08:00')

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  '/ok': response => response.writeHead(204).end(),
  '/long': response => response.writeHead(200).end('x'.repeat(1_000_000)),
  '/endless': response => response.writeHead(200).write('x'.repeat(100_000)),
  '/redirect': response => response.writeHead(307, { location: '/ok' }).end(),
  '/busy': response => response.writeHead(503).end(),
  '/broken': response => response.writeHead(500).end('x'.repeat(1_000_000)),
  '/limited': response => response.writeHead(429).end(),
  '/gone': response => response.writeHead(410).end(),
  '/cut': response => response.destroy(),
  '/half': response => {
    response.writeHead(503, { 'content-length': '1000' }).write('half')
    setImmediate(() => response.destroy())
  },
  '/silent': () => {},
  '/in-90-s': response => response.writeHead(429, { 'retry-after': '90' }).end(),
  '/at-08-02': response => response.writeHead(503, { 'retry-after': 'Mon, 05 Jan 2026 00:02:00 GMT' }).end(),
  '/long-ago': response => response.writeHead(503, { 'retry-after': 'Mon, 05 Jan 2015 00:02:00 GMT' }).end(),
  '/nonsense': response => response.writeHead(503, { 'retry-after': 'soon' }).end(),
}

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver(({ request }, response) => ANSWERS[request.url ?? '']?.(response))
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.received.length = 0
})

const webhook = (path: string, options: object = {}, timeoutMs = 2_000) =>
  openNotifier(
    'webhook',
    { url: path.startsWith('/') ? `${receiver.origin}${path}` : path, ...options },
    { clock: new ManualClock(NOW), timeoutMs },
  )

test('log: each notice becomes one line of the log', async () => {
  const lines: unknown[] = []
  const log = { ...silentLog, info: (fields: object, message: string) => lines.push([message, fields]) }
  await openNotifier('log', {}, { log }).send(NOTICE)
  expect(lines).toEqual([['job.assigned', { notice: NOTICE }]])
})

test('webhook: what arrives is a CloudEvent with the state, and nothing else', async () => {
  await webhook('/ok').send(NOTICE)
  const [received] = receiver.received
  expect(received?.request).toMatchObject({ method: 'POST', url: '/ok' })
  expect(received?.request.headers).toMatchObject({ 'content-type': 'application/cloudevents+json; charset=utf-8' })
  expect(received?.request.headers).not.toHaveProperty('webhook-signature')
  expect(JSON.parse(received?.body ?? '')).toEqual({
    specversion: '1.0',
    id: NOTICE.id,
    source: '/jiemu/dispatch',
    type: 'jiemu.job.assigned',
    subject: 'job-1',
    time: '2026-01-05T00:00:00.000Z',
    datacontenttype: 'application/json',
    data: NOTICE.details,
  })
})

test('webhook: with a secret the receiver can verify id, time and body', async () => {
  await webhook('/ok', { secret: SECRET }).send(NOTICE)
  const [received] = receiver.received
  expect(received?.request.headers['webhook-id']).toBe(NOTICE.id)
  expect(isGenuine(SECRET, received?.request.headers ?? {}, received?.body ?? '', NOW)).toBe(true)
  expect(isGenuine(SECRET, received?.request.headers ?? {}, received?.body ?? '', NOW + 301_000)).toBe(false)
})

test('webhook: a picture is an address that expires, never pixels', async () => {
  const picture = { url: 'https://jiemu.example/media/ev-1?expires=1&signature=x', expiresAt: NOW + 60_000 }
  const options = { url: `${receiver.origin}/ok` }
  await openNotifier('webhook', options, { pictures: { linkFor: async () => picture } }).send(NOTICE)
  expect(JSON.parse(receiver.received[0]?.body ?? '').data.picture).toEqual({
    url: picture.url,
    expiresAt: '2026-01-05T00:01:00.000Z',
  })
})

test.each([
  ['/long', null],
  ['/endless', null],
  ['/redirect', 'delivery-refused'],
  ['/gone', 'delivery-refused'],
  ['/busy', 'delivery-failed'],
  ['/broken', 'delivery-failed'],
  ['/limited', 'delivery-failed'],
  ['/cut', 'delivery-failed'],
  ['/half', 'delivery-failed'],
])('webhook: %s ends in %s', async (path, code) => {
  const sent = webhook(path).send(NOTICE)
  if (code === null) expect(await sent).toBeUndefined()
  else await expect(sent).rejects.toMatchObject({ code, retryable: code === 'delivery-failed' })
  expect(
    receiver.received.map(({ request }) => request.url),
    'a redirect is not followed',
  ).toEqual([path])
})

test.each([
  ['/in-90-s', 90_000],
  ['/at-08-02', 120_000],
  ['/long-ago', undefined],
  ['/nonsense', undefined],
])('webhook: %s asks for a pause of %s ms', async (path, retryAfterMs) => {
  const { detail } = await webhook(path)
    .send(NOTICE)
    .catch(error => error)
  expect(detail.retryAfterMs).toBe(retryAfterMs)
})

test('webhook: a receiver that never answers is given up when the time is over', async () => {
  await expect(webhook('/silent', {}, 50).send(NOTICE)).rejects.toMatchObject({
    code: 'delivery-failed',
    message: expect.stringContaining('no answer within 0.05 s'),
  })
})

test('webhook: a server without TLS behind https:// is tried again', async () => {
  const url = receiver.origin.replace('http:', 'https:')
  await expect(webhook(url).send(NOTICE)).rejects.toMatchObject({ code: 'delivery-failed' })
})

test('webhook: an address that nobody listens on is tried again, and the error keeps the secrets of its path', async () => {
  const closed = createTcpServer()
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise(resolve => closed.close(resolve))
  const failure = await webhook(`http://127.0.0.1:${port}/token-4711`).send(NOTICE).catch(String)
  expect(failure).toContain('ECONNREFUSED')
  expect(failure).not.toContain('4711')
})

test('webhook: an event beyond 64 KiB is refused before anything is sent', async () => {
  const large: Notice = { ...NOTICE, details: { note: 'x'.repeat(65_536) } }
  await expect(webhook('/ok').send(large)).rejects.toMatchObject({ code: 'delivery-refused' })
  expect(receiver.received).toEqual([])
})

test('webhook: a name that leads to this machine is refused once it is resolved, where the list does not let it through', async () => {
  const { port } = new URL(receiver.origin)
  const options = { url: `http://localhost:${port}/ok` }
  const guarded = openNotifier('webhook', options, { guard: addressGuard([]) })
  await expect(guarded.send(NOTICE)).rejects.toMatchObject({ code: 'delivery-refused' })
  expect(receiver.received).toEqual([])
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://0xa9fea9fe/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://127.0.0.2/',
  'ftp://example.org/',
  'file:///etc/passwd',
  'x',
])('webhook: the address %s is refused in the configuration', url => {
  expect(() => webhook(url.startsWith('/') ? '' : url)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
})

test('webhook: an unknown option and a short secret are refused', () => {
  expect(() => webhook('/ok', { retries: 3 })).toThrow(/retries/)
  expect(() => webhook('/ok', { secret: 'short' })).toThrow(/secret/)
})
