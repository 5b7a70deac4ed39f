// Every kind of notifier keeps the port's promises; the webhook against a real server that fails in several ways.
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kindNamed, parseOptions } from '../../core/kind.ts'
import { silentLog } from '../../core/log.ts'
import { NOTIFIER_KINDS } from './kinds/index.ts'
import { signature } from './kinds/webhook.ts'
import type { Notice, Notifier } from './notifier.ts'
import { isForbidden, postJson } from './post-json.ts'

const NOTICE: Notice = {
  id: 'notify.job.assigned.job-1.0',
  event: 'job.assigned',
  at: Date.parse('2026-01-05T08:00:00+08:00'),
  subject: 'job-1',
  details: { jobId: 'job-1', state: 'assigned', teamId: 'chengguan-1' },
}
const SECRET = 'a secret of some length'

let server: Server
let origin: string
let received: { readonly request: IncomingMessage; readonly body: string } | undefined

const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  '/ok': response => response.writeHead(204).end(),
  '/long': response => response.writeHead(200).end('x'.repeat(1_000_000)),
  '/redirect': response => response.writeHead(307, { location: '/ok' }).end(),
  '/busy': response => response.writeHead(503).end(),
  '/limited': response => response.writeHead(429).end(),
  '/gone': response => response.writeHead(410).end(),
  '/cut': response => response.destroy(),
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received = { request, body: Buffer.concat(chunks).toString() }
    ANSWERS[request.url ?? '']?.(response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function open(kind: string, options: object): Notifier {
  const { options: schema, create } = kindNamed('notifier', NOTIFIER_KINDS, kind)
  return create(parseOptions(schema, 'notifiers.0', options), { destination: 'console', log: silentLog })
}

test('log: each notice becomes one line of the log', async () => {
  const lines: unknown[] = []
  const log = { ...silentLog, info: (fields: object, message: string) => lines.push([message, fields]) }
  const { create } = kindNamed('notifier', NOTIFIER_KINDS, 'log')
  await create({}, { destination: 'log', log }).send(NOTICE)
  expect(lines).toEqual([['job.assigned', { notice: NOTICE }]])
})

test('webhook: what arrives is a CloudEvent with the state, and nothing else', async () => {
  await open('webhook', { url: `${origin}/ok` }).send(NOTICE)
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
  await open('webhook', { url: `${origin}/ok`, secret: SECRET }).send(NOTICE)
  const headers = received?.request.headers ?? {}
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${received?.body}`
  expect(headers['webhook-id']).toBe(NOTICE.id)
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', SECRET).update(signed).digest('base64')}`)
})

test('webhook: signs as the Standard Webhooks specification’s own example', () => {
  const headers = signature(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  )
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test.each([
  ['/long', null],
  ['/redirect', 'delivery-refused'],
  ['/gone', 'delivery-refused'],
  ['/busy', 'delivery-failed'],
  ['/limited', 'delivery-failed'],
  ['/cut', 'delivery-failed'],
])('webhook: %s ends in %s', async (path, code) => {
  const sent = open('webhook', { url: `${origin}${path}`, secret: SECRET }).send(NOTICE)
  if (code === null) return expect(await sent).toBeUndefined()
  await expect(sent).rejects.toMatchObject({ code, retryable: code === 'delivery-failed' })
  expect(received?.request.url, 'a redirect is not followed').toBe(path)
})

test('webhook: an address that nobody listens on is tried again, and the error keeps the secrets of its path', async () => {
  const closed = createServer()
  await new Promise<void>(resolve => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise(resolve => closed.close(resolve))
  const failure = await open('webhook', { url: `http://127.0.0.1:${port}/token-4711` })
    .send(NOTICE)
    .catch(String)
  expect(failure).toContain('ECONNREFUSED')
  expect(failure).not.toContain('4711')
})

test('a receiver that never answers is given up when the time is over', async () => {
  const silent = createServer(() => {})
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  await expect(postJson(new URL(`http://127.0.0.1:${port}/`), {}, '{}', 50)).rejects.toMatchObject({
    name: 'AbortError',
  })
  silent.closeAllConnections()
  await new Promise(resolve => silent.close(resolve))
})

test('an event beyond 64 KiB is refused before anything is sent', async () => {
  received = undefined
  const large: Notice = { ...NOTICE, details: { note: 'x'.repeat(65_536) } }
  await expect(open('webhook', { url: `${origin}/ok` }).send(large)).rejects.toMatchObject({ code: 'delivery-refused' })
  expect(received).toBeUndefined()
})

test.each([
  ['169.254.169.254', true],
  ['169.254.0.1', true],
  ['[fe80::1]', true],
  ['[::ffff:169.254.169.254]', true],
  ['[fd00:ec2::254]', true],
  ['100.100.100.200', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['[::1]', false],
  ['example.org', false],
])('%s: forbidden %s', (host, forbidden) => {
  expect(isForbidden(host)).toBe(forbidden)
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://0xa9fea9fe/',
  'ftp://example.org/',
  'file:///etc/passwd',
  'x',
])('webhook: the address %s is refused in the configuration', url => {
  expect(() => open('webhook', { url })).toThrow(expect.objectContaining({ code: 'options-invalid' }))
})

test('webhook: an unknown option and a short secret are refused', () => {
  const url = `${origin}/ok`
  expect(() => open('webhook', { url, retries: 3 })).toThrow(/retries/)
  expect(() => open('webhook', { url, secret: 'short' })).toThrow(/secret/)
})
