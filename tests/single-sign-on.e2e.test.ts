// Single sign-on against a real OpenID Connect provider: who gets in, as what, what is refused, and what becomes of who is in.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApi } from '../api/build.ts'
import { CALLBACK_PATH, openSingleSignOn, type SingleSignOn, singleSignOnSchema } from '../api/single-sign-on.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { PeopleDesk } from '../main-process/people-desk.ts'
import { fakeHouse } from './support/api-ports.ts'
import { openTestStore, type TestStore } from './support/embedded.ts'
import { Browser, CLIENT, freePort, startIssuer, type TestIssuer } from './support/oidc.ts'
import { PASSWORD } from './support/people-contract.ts'

const PLACE = { address: '192.0.2.7', agent: 'Firefox' }
let it: TestStore
let desk: PeopleDesk
let issuer: TestIssuer
let app: Awaited<ReturnType<typeof buildApi>>
let ours: string
let signOn: SingleSignOn | undefined

beforeAll(async () => {
  const port = await freePort()
  ours = `http://127.0.0.1:${port}`
  issuer = await startIssuer(`${ours}${CALLBACK_PATH}`)
  it = await openTestStore({ passwordsFor: ['root', 'ann'] })
  // What it does is told at once; that its own look finds it too, a moment later, would make two of one.
  desk = await PeopleDesk.open(it.store.people, silentLog, 3_600_000)
  const settings = singleSignOnSchema.parse({
    issuer: issuer.url,
    clientId: CLIENT.id,
    passwordsOnlyFor: ['root', 'ann'],
    access: [
      { claim: 'groups', value: 'jiemu-admins', role: 'supervisor', scope: 'district' },
      { claim: 'groups', value: 'tianshui', role: 'operator', scope: { streets: ['tianshui'] } },
    ],
  })
  const environment = { JIEMU_OIDC_CLIENT_SECRET: CLIENT.secret }
  signOn = await openSingleSignOn(settings, ours, environment, { people: desk, clock: it.clock, log: silentLog })
  app = await buildApi(fakeHouse({ people: desk, issued: desk.tokens, singleSignOn: signOn }).deps)
  await app.listen({ host: '127.0.0.1', port })
  const { invitation } = await desk.users.add(
    { login: 'ann', name: '安', role: 'admin', scope: 'district', workerId: null },
    'root',
  )
  await desk.choosePassword(invitation.token, PASSWORD, PLACE)
}, 120_000)
afterAll(async () => {
  signOn?.close()
  await app?.close()
  desk?.close()
  await it?.dispose()
  await issuer?.close()
})

async function signIn(subject: string, to = '/jobs/3') {
  const browser = new Browser()
  const back = await browser.signInAt(issuer, `${ours}/api/oidc/start?to=${encodeURIComponent(to)}`, subject)
  const { location } = await browser.ask(back)
  const me = await browser.ask(`${ours}/api/me`)
  return { browser, back, path: location.slice(ours.length), status: me.status, me: JSON.parse(me.text) }
}

test('lets in whom a claim names, with the role and scope of the first rule that matches, and back to their page', async () => {
  issuer.accounts.set('s-1', { name: '李雷', preferred_username: 'lilei', groups: ['tianshui', 'others'] })
  const first = await signIn('s-1')
  expect(first).toMatchObject({ path: '/jobs/3', status: 200 })
  expect(first.me).toMatchObject({
    name: 'lilei',
    displayName: '李雷',
    role: 'operator',
    scope: { streets: ['tianshui'] },
    by: 'session',
  })
  issuer.accounts.set('s-1', { preferred_username: 'renamed', groups: 'jiemu-admins' })
  const second = await signIn('s-1')
  expect(second.me).toMatchObject({ userId: first.me.userId, name: 'lilei', role: 'supervisor', scope: 'district' })
})

test('gives nobody anything whom no rule matches, and makes no user of them', async () => {
  const before = (await desk.users.list()).length
  issuer.accounts.set('s-2', { preferred_username: 'stranger', groups: ['jiemu-admin'] })
  expect(await signIn('s-2')).toMatchObject({ path: '/#sign-in=oidc-no-access', status: 401 })
  expect(await desk.users.list()).toHaveLength(before)
})

test('takes nobody for a user of the same name or address, until an administrator links the subject', async () => {
  issuer.accounts.set('s-3', { preferred_username: 'ann', email: 'ann@city.example', groups: ['tianshui'] })
  const stranger = await signIn('s-3')
  expect(stranger.me.name).toMatch(/^sso-[0-9a-f]{16}$/)
  issuer.accounts.set('s-4', { preferred_username: 'ann' })
  const ann = (await desk.users.list()).find(({ login }) => login === 'ann')
  if (!ann) throw new Error('ann is gone')
  await expect(desk.linkIdentity(ann.id, issuer.url, 's-3', 'root')).rejects.toMatchObject({ code: 'identity-taken' })
  await desk.linkIdentity(ann.id, issuer.url, 's-4', 'root')
  // Without any claim: what an administrator linked keeps the role that the house gave.
  expect((await signIn('s-4')).me).toMatchObject({ userId: ann.id, name: 'ann', role: 'admin' })
  await desk.linkIdentity(ann.id, issuer.url, null, 'root')
  expect((await signIn('s-4')).path).toBe('/#sign-in=oidc-no-access')
})

test('refuses a foreign state, another browser’s answer, and a code that comes twice', async () => {
  const refused = `${ours}/#sign-in=oidc-refused`
  const browser = new Browser()
  const back = await browser.signInAt(issuer, `${ours}/api/oidc/start`, 's-1')
  const forged = new URL(back)
  forged.searchParams.set('state', 'guessed')
  expect((await browser.ask(forged.href)).location).toBe(refused)
  // The ticket is used up by now, whatever it was shown for.
  expect((await browser.ask(back)).location).toBe(refused)

  const victim = new Browser()
  const attacker = await new Browser().signInAt(issuer, `${ours}/api/oidc/start`, 's-1')
  await victim.ask(`${ours}/api/oidc/start`)
  expect((await victim.ask(attacker)).location).toBe(refused)

  const { browser: known, back: used, status } = await signIn('s-1')
  expect(status).toBe(200)
  expect((await known.ask(used)).location).toBe(refused)
})

test('a group that is lost, or given, while somebody is in counts with the next look at the issuer', async () => {
  issuer.accounts.set('s-5', { preferred_username: 'wang', groups: ['jiemu-admins'] })
  const { browser, me } = await signIn('s-5')
  const now = async () => {
    await signOn?.recheck()
    const { status, text } = await browser.ask(`${ours}/api/me`)
    return status === 200 ? [JSON.parse(text).role, JSON.parse(text).scope] : status
  }
  expect(await now()).toEqual(['supervisor', 'district'])
  issuer.accounts.set('s-5', { preferred_username: 'wang', groups: ['tianshui'] })
  let told = 0
  const stop = desk.subscribe(() => told++)
  expect(await now()).toEqual(['operator', { streets: ['tianshui'] }])
  // Streams that are open look at their rights again; where nothing has changed nobody is disturbed.
  expect([told, await now(), told]).toEqual([1, ['operator', { streets: ['tianshui'] }], 1])
  issuer.accounts.set('s-5', { preferred_username: 'wang', groups: [] })
  expect(await now()).toBe(401)
  stop()
  const [last] = await desk.events(1)
  expect(last).toMatchObject({ event: 'sessions-ended', actor: 'system', subject: 'wang', detail: { sessions: 1 } })
  expect(await desk.sessions(me.userId)).toEqual([])
})

test('an issuer that is away ends nobody’s session; one that has withdrawn its word does', async () => {
  issuer.accounts.set('s-6', { preferred_username: 'zhao', groups: ['tianshui'] })
  const { browser } = await signIn('s-6')
  const status = async () => (await browser.ask(`${ours}/api/me`)).status
  issuer.away(true)
  await signOn?.recheck()
  issuer.away(false)
  expect(await status()).toBe(200)
  issuer.accounts.delete('s-6')
  issuer.forget('s-6')
  await signOn?.recheck()
  expect(await status()).toBe(401)
})

test('lets nobody in who is disabled, and sends nobody to a foreign page', async () => {
  const { me, path } = await signIn('s-1', '//evil.example/')
  expect(path).toBe('/')
  await desk.users.disable(me.userId, 'root')
  expect((await signIn('s-1')).path).toBe('/#sign-in=oidc-no-access')
})

test('lets only the reserve accounts use a password, and tells nobody which there are', async () => {
  const off = { code: 'password-sign-in-off' }
  await expect(desk.signIn('lilei', PASSWORD, PLACE)).rejects.toMatchObject(off)
  await expect(desk.signIn('nobody', PASSWORD, PLACE)).rejects.toMatchObject(off)
  expect((await desk.signIn('ann', PASSWORD, PLACE)).user.login).toBe('ann')
  const user = { login: 'bob', name: '波', role: 'viewer', scope: 'district', workerId: null } as const
  const { invitation } = await desk.users.add(user, 'root')
  await expect(desk.choosePassword(invitation.token, PASSWORD, PLACE)).rejects.toMatchObject(off)
})

test('says that the issuer is away, and tries again with the next', async () => {
  const settings = singleSignOnSchema.parse({ issuer: `http://127.0.0.1:${await freePort()}`, clientId: 'x' })
  const away = await openSingleSignOn(settings, ours, {}, { people: desk, clock: systemClock, log: silentLog })
  await expect(away?.begin('/')).rejects.toMatchObject({ code: 'oidc-unavailable', retryable: true })
  away?.close()
})

test.each([
  ['an issuer in the clear that is not this machine', { issuer: 'http://id.example', clientId: 'x' }],
  [
    'a rule without a scope',
    { issuer: 'https://id.example', clientId: 'x', access: [{ claim: 'g', value: 'a', role: 'admin' }] },
  ],
])('the setting refuses %s', (_what, settings) => {
  expect(singleSignOnSchema.safeParse(settings).success).toBe(false)
})
