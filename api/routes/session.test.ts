// Signing in and out by the API: cookies, what changes must carry, when nobody has to sign in, and what is never logged.
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { JiemuError } from '../../core/errors.ts'
import type { StreetId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { fakeIssued, fakePeople, sampleToken, sampleUser } from '../../tests/support/fake-people.ts'
import { type ApiDeps, buildApi } from '../build.ts'
import { csrfTokenOf } from '../own-page.ts'
import type { ServerOptions } from '../server.ts'

let app: FastifyInstance
let house: FakeHouse
afterEach(() => app.close())

const USERS = [sampleUser({ login: 'zhang', workerId: 'w-7' })]
async function open(overrides: Partial<ApiDeps> = {}, server: ServerOptions = {}): Promise<void> {
  house = fakeHouse({ people: fakePeople(USERS), ...overrides })
  app = await buildApi(house.deps, server)
}
const ours = { 'sec-fetch-site': 'same-origin' }
const cookie = (login: string, name = 'jiemu') => ({ cookie: `${name}=${login}` })
const signIn = (headers: object = ours) =>
  app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { ...headers },
    payload: { login: ' Zhang', password: 'x' },
  })
const confirm = (headers: object) =>
  app.inject({ method: 'POST', url: '/api/incidents/inc-tianshui/confirm', headers: { ...headers }, payload: {} })
const me = (headers: object) => app.inject({ url: '/api/me', headers: { ...headers } })

test.each([
  ['in the clear, on this machine', {}, 'jiemu=zhang; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict'],
  [
    'behind a proxy that speaks TLS',
    { trustProxy: true },
    '__Host-jiemu=zhang; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Strict',
  ],
] as const)('the cookie %s', async (_where, server, expected) => {
  await open({}, server)
  const response = await signIn()
  expect(response.headers['set-cookie']).toBe(expected)
  expect(response.headers['cache-control']).toBe('no-store')
  expect(response.json()).toMatchObject({
    name: 'zhang',
    displayName: '张伟',
    by: 'session',
    csrf: csrfTokenOf('zhang'),
  })
})

test('signing in is refused to a page of another site, which would sign the visitor in as somebody else', async () => {
  await open()
  const elsewhere = await signIn({ 'sec-fetch-site': 'cross-site' })
  expect(elsewhere.statusCode).toBe(403)
  expect(elsewhere.headers['set-cookie']).toBeUndefined()
  expect((await signIn({})).statusCode).toBe(403)
  expect((await signIn({ origin: 'http://localhost:80' })).statusCode).toBe(200)
})

test('me is the same for the cookie and for a token, but for who it is', async () => {
  await open({ tokens: [tokenOf('robot', 'viewer')] })
  expect((await me(cookie('zhang'))).json()).toMatchObject({
    name: 'zhang',
    role: 'operator',
    by: 'session',
    userId: 'usr-zhang',
    workerId: 'w-7',
    csrf: csrfTokenOf('zhang'),
  })
  expect((await me(bearer('robot'))).json()).toMatchObject({ name: 'robot', by: 'token', userId: null, csrf: null })
  expect((await me(cookie('gone'))).json()).toMatchObject({ code: 'session-ended', status: 401 })
  expect((await me({})).json()).toMatchObject({ code: 'unauthenticated', status: 401 })
  // A token that is wrong is not made good by a cookie that is right.
  expect((await me({ ...cookie('zhang'), ...bearer('guessed') })).statusCode).toBe(401)
})

test('behind TLS only the cookie that no other host can set is taken', async () => {
  await open({}, { trustProxy: true })
  expect((await me(cookie('zhang'))).statusCode).toBe(401)
  expect((await me(cookie('zhang', '__Host-jiemu'))).statusCode).toBe(200)
})

const csrf = { 'x-csrf-token': csrfTokenOf('zhang') }
test.each([
  ['our page with the token', { ...ours, ...csrf }, 200],
  ['our page of an older browser', { origin: 'http://localhost:80', ...csrf }, 200],
  ['our page without the token', ours, 403],
  ['our page with another session’s token', { ...ours, 'x-csrf-token': csrfTokenOf('li') }, 403],
  ['another site with the token', { 'sec-fetch-site': 'cross-site', ...csrf }, 403],
  ['a page of another port', { origin: 'http://localhost:3000', ...csrf }, 403],
  ['a program with the token alone', csrf, 403],
  ['a form of another site', { 'sec-fetch-site': 'cross-site', 'content-type': 'text/plain' }, 403],
])('a change by cookie from %s', async (_who, headers, expected) => {
  await open()
  expect((await confirm({ ...cookie('zhang'), ...headers })).statusCode).toBe(expected)
  expect(house.commands.length).toBe(expected === 200 ? 1 : 0)
})

test('a change by token needs no more than the token', async () => {
  await open({ tokens: [tokenOf('robot', 'operator')] })
  expect((await confirm(bearer('robot'))).statusCode).toBe(200)
})

test('signing out ends the session and takes the cookie away', async () => {
  const out: unknown[] = []
  await open({ people: fakePeople(USERS, { signOut: async ({ session }) => void out.push(session.id) }) })
  const response = await app.inject({
    method: 'DELETE',
    url: '/api/session',
    headers: { ...cookie('zhang'), ...ours, ...csrf },
  })
  expect(response.json()).toEqual({ signedOut: true })
  expect(response.headers['set-cookie']).toMatch(/^jiemu=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/)
  expect(out).toEqual(['ses-zhang'])
})

test('while there is nobody, whoever sits at this machine is the administrator, and from the first user on nobody is', async () => {
  let anybody = false
  await open({ people: fakePeople([], { anybody: () => anybody }) })
  expect((await me({ host: 'localhost' })).json()).toMatchObject({ name: 'local', role: 'admin', by: 'local' })
  expect((await me({ host: 'evil.example' })).statusCode).toBe(403)
  anybody = true
  expect((await me({ host: 'localhost' })).statusCode).toBe(401)
})

test('off loopback nobody is the administrator, though there is nobody yet', async () => {
  await open({ people: fakePeople() }, { trustProxy: true, local: false })
  expect((await me({ host: 'localhost' })).statusCode).toBe(401)
  const way = (await app.inject('/api/session')).json()
  expect(way).toMatchObject({ open: false, users: false })
  const payload = { token: 't', login: 'root', name: '管理员', password: 'p' }
  const setUp = await app.inject({ method: 'POST', url: '/api/setup', headers: ours, payload })
  expect(setUp.headers['set-cookie']).toMatch(/^__Host-jiemu=root; /)
})

test.each([
  ['cli', 'the house’s own'],
  ['a b', 'expected 2 to 40'],
  ['-x', 'expected 2 to 40'],
])('nobody can be called %s', async (login, problem) => {
  await open({ tokens: [tokenOf('root', 'admin')] })
  const payload = { login, name: 'x', role: 'viewer' }
  const response = await app.inject({ method: 'POST', url: '/api/users', headers: bearer('root'), payload })
  expect(response.statusCode).toBe(400)
  expect(response.json().detail).toContain(problem)
})

test('the link of an invitation is shown once, behind the hash sign that browsers send to no server', async () => {
  await open({ tokens: [tokenOf('root', 'admin')] })
  const payload = { login: 'Li', name: '李', role: 'viewer', scope: 'district' }
  const added = await app.inject({ method: 'POST', url: '/api/users', headers: bearer('root'), payload })
  expect(added.json().invitation.path).toBe('/#invite=invited')
})

test('nobody gets the whole district by leaving the scope out', async () => {
  await open({ tokens: [tokenOf('root', 'admin')] })
  const payload = { login: 'Li', name: '李', role: 'team-leader' }
  const added = await app.inject({ method: 'POST', url: '/api/users', headers: bearer('root'), payload })
  expect(added.json()).toMatchObject({ status: 400, code: 'request-invalid' })
})

test('an issued token acts with its own name and scope, so often a minute as it may', async () => {
  const token = sampleToken({ name: 'gateway', scope: { streets: ['tianshui' as StreetId] }, perMinute: 2 })
  await open({ issued: fakeIssued(token) })
  const asked = async () => (await app.inject({ url: '/api/me', headers: bearer('gateway') })).json()
  expect(await asked()).toMatchObject({
    name: 'gateway',
    role: 'viewer',
    scope: { streets: ['tianshui'] },
    by: 'token',
  })
  const answers = [await asked(), await asked(), await asked()]
  expect(answers.map(({ code }) => code)).toContain('token-too-often')
})

test('no token is issued while nobody signs in: its role would limit nobody', async () => {
  await open({ people: fakePeople() })
  const payload = { name: 'gateway', role: 'viewer', scope: 'district', days: 30 }
  const headers = { host: 'localhost' }
  const issued = await app.inject({ method: 'POST', url: '/api/tokens', headers, payload })
  expect(issued.json()).toMatchObject({ status: 409, code: 'set-up-needed' })
})

test('neither a password nor a cookie nor a link is logged, whatever goes wrong', async () => {
  const lines: string[] = []
  const write = (fields: object, message: string) =>
    lines.push(
      `${message} ${JSON.stringify(fields, (_key, value) => (value instanceof Error ? `${value.message} ${value.stack}` : value))}`,
    )
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  const failing = async () => {
    throw new Error('nobody foresaw this')
  }
  const away = async () => {
    throw new JiemuError('database-unavailable', { problem: 'gone' })
  }
  const secrets = ['hunter-password', 'hunter-cookie', 'hunter-link']
  for (const broken of [failing, away]) {
    await open({
      log,
      people: fakePeople(USERS, { signIn: broken, session: broken, setUp: broken, choosePassword: broken }),
    })
    const post = (url: string, payload: object) =>
      app.inject({ method: 'POST', url, headers: { ...ours, ...cookie('hunter-cookie') }, payload })
    await post('/api/session', { login: 'hunter-password', password: 'hunter-password' })
    await post('/api/setup', { token: 'hunter-link', login: 'root', name: 'x', password: 'hunter-password' })
    await post('/api/invitation', { token: 'hunter-link', password: 'hunter-password' })
    await post('/api/me/password', { current: 'hunter-password', next: 'hunter-password' })
    await me(cookie('hunter-cookie'))
    await app.close()
  }
  expect(lines.length).toBeGreaterThan(9)
  for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret)
})
