// Links to a picture: good for one person, one picture and two minutes, and not to be guessed or lengthened.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EvidenceId } from '../core/ids.ts'
import type { Role } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../tests/support/api-ports.ts'
import { fakePeople, sampleUser } from '../tests/support/fake-people.ts'
import { buildApi } from './build.ts'
import { evidenceLinks } from './evidence-links.ts'
import { csrfTokenOf } from './own-page.ts'

const NOW = Date.parse('2026-03-12T14:05:32.400+08:00')
const KEY = randomBytes(32)

let clock: ManualClock
let house: FakeHouse
let app: Awaited<ReturnType<typeof buildApi>>
beforeEach(async () => {
  clock = new ManualClock(NOW)
  const users = (['li', 'wang'] as const).map(login => sampleUser({ login, role: 'supervisor', scope: 'district' }))
  const tokens = ['li', 'chen'].map(name => tokenOf(name, 'operator'))
  house = fakeHouse({ tokens, people: fakePeople(users), links: evidenceLinks(KEY, clock) })
  app = await buildApi(house.deps)
})
afterEach(() => app.close())

const byCookie = (name: string) => ({
  ...{ 'sec-fetch-site': 'same-origin', cookie: `jiemu=${name}`, 'x-csrf-token': csrfTokenOf(name) },
})
const see = (url: string, headers: Record<string, string>) => app.inject({ url, headers })
async function asked(headers: Record<string, string>): Promise<{ readonly url: string; readonly expiresAt: number }> {
  const response = await app.inject({ method: 'POST', url: '/api/evidence/ev-tianshui/link', headers, payload: {} })
  expect(response.statusCode).toBe(200)
  return response.json()
}

test('shows the picture, marked, to whoever asked for the link, by session or by token; asking is no look', async () => {
  for (const [headers, name, role] of [
    [byCookie('li'), 'li', 'supervisor'],
    [bearer('chen'), 'chen', 'operator'],
  ] as const satisfies readonly (readonly [Record<string, string>, string, Role])[]) {
    house.looks.length = 0
    const { url, expiresAt } = await asked(headers)
    expect(url).toMatch(/^\/api\/evidence\/ev-tianshui\?expires=\d{10}&signature=[\w-]{43}$/)
    expect(expiresAt).toBe(Date.parse('2026-03-12T14:07:33+08:00'))
    expect(house.looks).toEqual([])
    const response = await see(url, headers)
    expect(response).toMatchObject({ statusCode: 200, body: `ev-tianshui for ${name} #1` })
    expect(response.headers['cache-control']).toBe('no-store')
    expect(house.looks).toMatchObject([{ who: name, role, purpose: 'view', evidenceId: 'ev-tianshui' }])
    await see(url, headers)
    expect(house.looks, 'every look is registered').toHaveLength(2)
  }
})

test('is void once its time is over, and not a moment before', async () => {
  const { url, expiresAt } = await asked(byCookie('li'))
  clock.advanceTo(expiresAt - 1)
  expect((await see(url, byCookie('li'))).statusCode).toBe(200)
  clock.advanceTo(expiresAt)
  const late = await see(url, byCookie('li'))
  expect([late.statusCode, late.json().code]).toEqual([403, 'evidence-link-void'])
  expect(house.looks).toHaveLength(1)
})

test('is void for everybody else, whatever they may see, and for a token of the same name', async () => {
  const { url } = await asked(byCookie('li'))
  for (const headers of [byCookie('wang'), bearer('chen'), bearer('li')]) {
    expect((await see(url, headers)).json().code).toBe('evidence-link-void')
  }
  const stranger = await see(url, { 'sec-fetch-site': 'same-origin' })
  expect(stranger.statusCode, 'the link alone opens nothing').toBe(401)
  expect(house.looks).toEqual([])
})

test.each<[string, (url: string) => string, number]>([
  ['made longer', url => url.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + 60}`), 403],
  ['turned to another picture', url => url.replace('ev-tianshui', 'ev-changqing'), 403],
  ['with another signature', url => url.replace(/.$/, last => (last === 'A' ? 'Q' : 'A')), 403],
  ['cut short', url => url.slice(0, -2), 403],
  ['without a signature', url => url.replace(/&signature=.*/, ''), 400],
  ['without anything', url => url.replace(/\?.*/, ''), 400],
  ['with a time that is none', url => url.replace(/expires=\d+/, 'expires=1e99'), 400],
])('a link %s shows nothing, and nothing is registered', async (_, tamper, status) => {
  const { url } = await asked(byCookie('li'))
  expect((await see(tamper(url), byCookie('li'))).statusCode).toBe(status)
  expect(house.looks).toEqual([])
})

test('another key, as another installation has it, opens nothing', () => {
  const whose = { by: 'session', actor: { name: 'li', role: 'supervisor', scope: 'district' } } as const
  const id = 'ev-1' as EvidenceId
  const { expiresAt, url } = evidenceLinks(randomBytes(32), clock).linkFor(id, whose)
  const signature = new URL(url, 'http://h').searchParams.get('signature') ?? ''
  expect(() => evidenceLinks(KEY, clock).check(id, whose, expiresAt, signature)).toThrow(/not good/)
})
