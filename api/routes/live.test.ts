// Live view over a real socket: who may open it, what goes over it, what is registered, and how it ends.
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { LiveShow } from '../../core/live-view.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { fakePeople, sampleUser } from '../../tests/support/fake-people.ts'
import type { ApiDeps } from '../build.ts'
import { listen, listenSchema } from '../listen.ts'
import type { LiveViewer } from '../live-ports.ts'

const CAMERA = 'cam-tianshui'
const VIDEO: LiveShow = { as: 'video', codec: 'avc1.640028', init: Buffer.from('init') }
const fragment = (name: string, bytes = 0): LiveShow => {
  const body = Buffer.concat([Buffer.from(name), Buffer.alloc(bytes)])
  return { as: 'fragment', key: name.startsWith('K'), bytes: body }
}

let house: FakeHouse
let address: string
let close: () => Promise<void>
let viewers: Map<LiveViewer, string>
const listeners = new Set<() => void>()
let users: ReturnType<typeof sampleUser>[]

async function start(overrides: Partial<ApiDeps> = {}): Promise<void> {
  viewers = new Map()
  users = [sampleUser({ login: 'zhang' }), sampleUser({ login: 'viewer', role: 'viewer' })]
  const people = fakePeople(users)
  house = fakeHouse({
    tokens: [tokenOf('operator', 'operator'), tokenOf('elsewhere', 'operator', { streets: ['changqing' as never] })],
    people: {
      ...people,
      session: async token => (users.some(({ login }) => login === token) ? people.session(token) : undefined),
      subscribe: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    live: {
      still: async () => ({ at: 7, jpeg: Buffer.from('still') }),
      watch: (_id, as, viewer) => {
        viewers.set(viewer, as)
        return () => viewers.delete(viewer)
      },
      viewers: () => viewers.size,
    },
    ...overrides,
  })
  ;({ address, close } = await listen(house.deps, listenSchema.parse({ port: 0 })))
}
beforeEach(() => start())
afterEach(() => close())

function open(headers: Record<string, string> = bearer('operator'), query = '', camera = CAMERA): WebSocket {
  return new WebSocket(`${address.replace('http', 'ws')}/api/cameras/${camera}/live${query}`, { headers })
}
/** The status of a refused handshake, or 101. */
async function handshake(socket: WebSocket): Promise<number> {
  const opened = once(socket, 'open').then(() => 101)
  const refused = once(socket, 'unexpected-response').then(([, response]) => response.statusCode as number)
  socket.on('error', () => undefined)
  return Promise.race([opened, refused])
}
const ours = (cookie: string) => ({ cookie: `jiemu=${cookie}`, origin: address })

test.each([
  ['a token', () => bearer('operator'), 101],
  ['a session from our own page', () => ours('zhang'), 101],
  ['a session from a foreign page', () => ({ ...ours('zhang'), origin: 'https://evil.example' }), 403],
  ['a session from nowhere', () => ({ cookie: 'jiemu=zhang' }), 403],
  ['a viewer, who sees no pictures', () => ours('viewer'), 403],
  ['somebody of another street', () => bearer('elsewhere'), 403],
  ['nobody', () => ({}), 401],
])('%s: %s', async (_, headers, status) => {
  const socket = open(headers())
  expect(await handshake(socket)).toBe(status)
  expect(viewers.size).toBe(status === 101 ? 1 : 0)
  expect(house.looks).toHaveLength(status === 101 ? 1 : 0)
  socket.terminate()
})

test('says what follows in JSON, and sends the media as it is', async () => {
  const socket = open()
  const heard: string[] = []
  socket.on('message', (bytes, isBinary) => heard.push(isBinary ? `<${bytes}>` : String(bytes)))
  await handshake(socket)
  const [viewer] = [...viewers.keys()]
  for (const show of [VIDEO, fragment('K1'), fragment('a')]) viewer?.show(show)
  viewer?.show({ as: 'stills', why: 'codec', codec: 'hevc' })
  viewer?.show({ as: 'still', at: 7, jpeg: Buffer.from('jpeg') })
  viewer?.gone()
  const [code] = await once(socket, 'close')
  expect(code).toBe(4404)
  expect(heard).toEqual([
    '{"type":"video","codec":"avc1.640028"}',
    '<init>',
    '<K1>',
    '<a>',
    '{"type":"stills","why":"codec","codec":"hevc"}',
    '{"type":"still","at":7}',
    '<jpeg>',
    '{"type":"ended","why":"camera-gone"}',
  ])
  await expect.poll(() => viewers.size).toBe(0)
})

test('a slow viewer is left out up to the next key frame, and nothing grows', async () => {
  await close()
  await start({ liveLimits: { maxWaitingBytes: 100_000 } })
  const socket = open()
  const heard: string[] = []
  socket.on('message', (bytes, isBinary) =>
    heard.push(isBinary ? String(bytes).slice(0, 2).replace('\0', '') : String(bytes)),
  )
  await handshake(socket)
  const [viewer] = [...viewers.keys()]
  viewer?.show(VIDEO)
  // More than may wait: this one, and what refers to it, are never sent.
  for (const show of [fragment('K1'), fragment('b1', 200_000), fragment('c1'), fragment('K2'), fragment('d2')])
    viewer?.show(show)
  await expect.poll(() => heard.at(-1)).toBe('d2')
  expect(heard.slice(2)).toEqual(['K1', '{"type":"skipped","fragments":2}', 'K2', 'd2'])
  socket.terminate()
})

test('one person looking at one camera is one viewing, however many pictures', async () => {
  const url = `${address}/api/cameras/${CAMERA}/still`
  const answers = [await fetch(url, { headers: bearer('operator') }), await fetch(url, { headers: bearer('operator') })]
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(answers[0]?.headers.get('content-type')).toBe('image/jpeg')
  expect(answers[0]?.headers.get('jiemu-taken-at')).toBe('7')
  const socket = open()
  await handshake(socket)
  socket.terminate()
  expect(house.looks).toMatchObject([
    { who: 'operator', purpose: 'view', subject: `live ${CAMERA}`, streetId: 'tianshui', evidenceId: null },
  ])
})

test('ends when the session does', async () => {
  const socket = open(ours('zhang'))
  await handshake(socket)
  const ended = once(socket, 'close')
  users.length = 0
  users.push(sampleUser({ login: 'other' }))
  for (const listener of listeners) listener()
  expect((await ended)[0]).toBe(4401)
})

test('says that it comes back when the server stops', async () => {
  const socket = open()
  await handshake(socket)
  const ended = once(socket, 'close')
  await close()
  expect((await ended)[0]).toBe(1012)
  await start()
})

test('refuses more viewers than it serves', async () => {
  await close()
  await start({ liveLimits: { maxViewers: 1 } })
  const first = open()
  expect(await handshake(first)).toBe(101)
  expect(await handshake(open())).toBe(503)
  first.terminate()
})

test('stills alone are asked for by name, and nothing else is understood', async () => {
  const socket = open(bearer('operator'), '?as=stills')
  expect(await handshake(socket)).toBe(101)
  expect([...viewers.values()]).toEqual(['stills'])
  expect(await handshake(open(bearer('operator'), '?as=gif'))).toBe(400)
  expect(await handshake(open(bearer('operator'), '', 'cam-none'))).toBe(404)
  const closed = once(socket, 'close')
  socket.send('hello')
  expect((await closed)[0]).toBe(1003)
})
