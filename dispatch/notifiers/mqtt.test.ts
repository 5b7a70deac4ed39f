// The notifier `mqtt` against a real broker on this machine.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { NOTICE, openNotifier } from '../../tests/support/loopback.ts'
import type { Notifier } from './notifier.ts'

interface Message {
  readonly topic: string
  readonly text: string
  readonly qos: number
  readonly retain: boolean
}

let broker: Aedes
let server: Server
let sockets: Set<Socket>
let messages: Message[]
let notifier: Notifier
let port = 0

async function startBroker(): Promise<void> {
  broker = await Aedes.createBroker()
  broker.on('publish', ({ topic, payload, qos, retain }) => {
    if (!topic.startsWith('$SYS')) messages.push({ topic, text: payload.toString(), qos, retain })
  })
  sockets = new Set()
  server = createServer(socket => {
    sockets.add(socket)
    broker.handle(socket)
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
}

async function stopBroker(): Promise<void> {
  for (const socket of sockets) socket.destroy()
  await new Promise<void>(resolve => server.close(() => resolve()))
  await new Promise<void>(resolve => broker.close(() => resolve()))
}

const open = (options: object = {}) => openNotifier('mqtt', { url: `mqtt://127.0.0.1:${port}`, ...options })
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 10 })
const availability = () => messages.filter(({ topic }) => topic === 'jiemu/availability/console')

beforeEach(async () => {
  port = 0
  messages = []
  await startBroker()
  notifier = open()
})
afterEach(async () => {
  await notifier.close?.()
  await stopBroker()
})

test('says that it is there, kept by the broker, and when it goes', async () => {
  notifier.start?.()
  await until(() => availability().length === 1)
  await notifier.close?.()
  await until(() => availability().length === 2)
  expect(availability()).toEqual([
    { topic: 'jiemu/availability/console', text: 'online', qos: 1, retain: true },
    { topic: 'jiemu/availability/console', text: 'offline', qos: 1, retain: true },
  ])
})

test('when it is cut off, the broker says so as its last will', async () => {
  notifier.start?.()
  await until(() => availability().length === 1)
  for (const socket of sockets) socket.destroy()
  await until(() => availability().some(({ text }) => text === 'offline'))
})

test('publishes a CloudEvent under street, grid, kind and event, acknowledged by the broker', async () => {
  await notifier.send(NOTICE)
  const find = () => messages.find(({ topic }) => topic !== 'jiemu/availability/console')
  await until(() => find() !== undefined)
  const sent = find()
  expect(sent).toMatchObject({ topic: 'jiemu/gulou/gulou-1/illegal-parking/job.assigned', qos: 1, retain: false })
  expect(JSON.parse(sent?.text ?? '')).toMatchObject({
    id: NOTICE.id,
    type: 'jiemu.job.assigned',
    data: NOTICE.details,
  })
})

test('what the house says of itself has a topic without a street', async () => {
  await notifier.close?.()
  notifier = open({ topic: 'city/cameras' })
  await notifier.send({ ...NOTICE, event: 'system.canary', details: {} })
  await until(() => messages.some(({ topic }) => topic === 'city/cameras/system/system.canary'))
})

test('while the broker is away a notice fails and may be tried again; afterwards it goes through', async () => {
  await notifier.send(NOTICE)
  await stopBroker()
  await expect(notifier.send(NOTICE)).rejects.toMatchObject({ code: 'delivery-failed', retryable: true })
  await startBroker()
  await vi.waitFor(() => notifier.send(NOTICE), { timeout: 15_000, interval: 50 })
}, 30_000)

test('an address that the guard refuses does not start, and a topic with wildcards neither', () => {
  expect(() => openNotifier('mqtt', { url: 'mqtt://169.254.169.254' })).toThrow(/metadata/)
  expect(() => openNotifier('mqtt', { url: 'mqtt://0x7f000002' })).toThrow(/loopback/)
  expect(() => openNotifier('mqtt', { url: 'http://127.0.0.1' })).toThrow(/mqtt/)
  expect(() => open({ topic: 'all/#' })).toThrow(/topic/)
})

test('a name is judged once it is resolved', async () => {
  await notifier.close?.()
  notifier = openNotifier(
    'mqtt',
    { url: `mqtt://localhost:${port}` },
    { guard: { refusal: () => undefined, lookup: (_, __, done) => done(new Error('refused'), '', 4) } },
  )
  await expect(notifier.send(NOTICE)).rejects.toMatchObject({ code: 'delivery-failed' })
  expect(messages).toEqual([])
})
