// Live events over a real socket: what each listener hears, how it comes back, and that it lets the server stop.
import { once } from 'node:events'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { CameraId, IncidentId, JobId, StreetId } from '../../core/ids.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { teamOf } from '../../tests/support/api-samples.ts'
import { fakePeople, sampleUser, signedInAs } from '../../tests/support/fake-people.ts'
import { type ApiDeps, buildApi } from '../build.ts'
import type { EventLimits } from './events.ts'

let app: FastifyInstance
let house: FakeHouse
let address: string
afterEach(() => app.close())

const TOKENS = [
  tokenOf('district', 'operator'),
  tokenOf('tianshui', 'operator', { streets: ['tianshui' as StreetId] }),
  tokenOf('worker', 'worker', { team: teamOf('changqing') }),
]

async function open(eventLimits: Partial<EventLimits> = {}, overrides: Partial<ApiDeps> = {}): Promise<void> {
  house = fakeHouse({ tokens: TOKENS, eventLimits, ...overrides })
  app = await buildApi(house.deps)
  address = await app.listen({ host: '127.0.0.1', port: 0 })
}

/** A client that reads until what it has heard satisfies a condition. */
async function listenAs(name: string, lastId?: string) {
  const headers = { ...bearer(name), ...(lastId && { 'last-event-id': lastId }) }
  const abort = new AbortController()
  const response = await fetch(`${address}/api/events`, { headers, signal: abort.signal })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let ended = false
  const until = async (enough: (text: string) => boolean): Promise<string> => {
    while (!enough(text) && !ended) {
      const chunk = await reader?.read()
      ended = chunk?.done ?? true
      text += chunk?.value ?? ''
    }
    return text
  }
  return { response, until, leave: () => abort.abort() }
}
const has = (part: string) => (text: string) => text.includes(part)
const idsOf = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].map(match => match[1] ?? '')
const typesOf = (text: string) => [...text.matchAll(/^event: (.+)$/gm)].map(match => match[1])

function changeEverything(): void {
  for (const street of ['tianshui', 'changqing']) {
    house.change({ type: 'incident', id: `inc-${street}` as IncidentId })
    house.change({ type: 'job', id: `job-${street}` as JobId })
    house.change({ type: 'camera', id: `cam-${street}` as CameraId })
  }
}

test.each([
  ['district', ['inc-tianshui', 'job-tianshui', 'cam-tianshui', 'inc-changqing', 'job-changqing', 'cam-changqing']],
  ['tianshui', ['inc-tianshui', 'job-tianshui', 'cam-tianshui']],
  ['worker', ['inc-changqing', 'job-changqing']],
])('%s hears only of its own', async (name, expected) => {
  await open()
  const { response, until, leave } = await listenAs(name)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  await until(has('event: reset'))
  const witness = await listenAs('district')
  await witness.until(has('event: reset'))
  changeEverything()
  await witness.until(has('cam-changqing'))
  // Its own incident once more: what it has not heard until then, it was not told.
  house.change({ type: 'incident', id: expected[0] as IncidentId })
  const records = (text: string) =>
    [...text.matchAll(/^data: (.+)$/gm)].flatMap(match => JSON.parse(match[1] ?? '').id ?? [])
  const heard = await until(text => records(text).length > 1 && records(text).at(-1) === expected[0])
  expect(records(heard)).toEqual([...expected, expected[0]])
  expect(heard).not.toContain('hunter2')
  leave()
  witness.leave()
})

test('comes back where it left off', async () => {
  await open()
  const first = await listenAs('district')
  const [lastId = ''] = idsOf(await first.until(has('event: reset')))
  house.change({ type: 'incident', id: 'inc-tianshui' as IncidentId })
  await first.until(has('event: incident'))
  first.leave()
  const again = await listenAs('district', lastId)
  expect(typesOf(await again.until(has('event: incident')))).toEqual(['incident'])
  again.leave()
})

test('says that it is still there while nothing happens', async () => {
  await open({ heartbeatMs: 5 })
  const { until, leave } = await listenAs('district')
  expect(await until(has(': still here\n\n: still here'))).toContain(': still here')
  leave()
})

test('refuses more listeners than it can serve, and takes them again once others have left', async () => {
  await open({ maxListeners: 1 })
  const first = await listenAs('district')
  const refused = await fetch(`${address}/api/events`, { headers: bearer('district') })
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'too-many-listeners', retryable: true })
  first.leave()
  await expect
    .poll(async () => {
      const next = await listenAs('district')
      next.leave()
      return next.response.status
    })
    .toBe(200)
})

test('a reader that is too slow is cut off instead of being waited for', async () => {
  const { cameras } = fakeHouse().deps
  const large = async () => {
    const [first, ...others] = await cameras.list()
    return first ? [{ ...first, camera: { ...first.camera, name: 'x'.repeat(2_000_000) } }, ...others] : []
  }
  await open({ maxListeners: 1, maxWaitingBytes: 10_000 }, { cameras: { ...cameras, list: large } })
  const slow = connect(Number(new URL(address).port), '127.0.0.1')
  slow.on('error', () => {})
  slow.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer district\r\n\r\n')
  await once(slow, 'readable')
  const statusOfAnother = async (): Promise<number> => {
    house.change({ type: 'camera', id: 'cam-tianshui' as CameraId })
    const another = await listenAs('district')
    another.leave()
    return another.response.status
  }
  expect(await statusOfAnother()).toBe(503)
  await expect.poll(statusOfAnother, { timeout: 10_000 }).toBe(200)
  slow.destroy()
})

test.each([
  ['told at once', { tells: true, heartbeatMs: 60_000 }],
  ['found at the next heart-beat, where another process did it', { tells: false, heartbeatMs: 5 }],
])('whoever is disabled hears no more: %s', async (_how, { tells, heartbeatMs }) => {
  const users = [sampleUser({ login: 'zhang' }), sampleUser({ login: 'li' })]
  let rights = users
  const listeners = new Set<() => void>()
  const people = fakePeople(users, {
    session: async token => {
      const user = rights.find(({ login }) => login === token)
      return user && signedInAs(user)
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  await open({ heartbeatMs }, { people })
  const listen = async (login: string) => {
    const response = await fetch(`${address}/api/events`, { headers: { cookie: `jiemu=${login}` } })
    return response.body?.pipeThrough(new TextDecoderStream()).getReader()
  }
  const [zhang, li] = await Promise.all([listen('zhang'), listen('li')])
  rights = users.slice(1)
  if (tells) for (const listener of listeners) listener()
  // Ends by itself: a reader that is not turned out reads for ever.
  for (;;) if ((await zhang?.read())?.done) break
  expect((await li?.read())?.done).toBe(false)
  await li?.cancel()
})

test('the server stops although somebody listens', async () => {
  await open()
  const { until } = await listenAs('district')
  await until(has('event: reset'))
  await app.close()
  await expect(fetch(`${address}/api/me`)).rejects.toThrow()
})
