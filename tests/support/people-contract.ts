// The part of the store's contract that is about people; its tests share one database, each with users of its own.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StreetId, UserId } from '../../core/ids.ts'
import type { NewUser, Opened } from '../../core/user.ts'
import type { People } from '../../store/people/people.ts'
import type { TestStore } from './embedded.ts'

export const PASSWORD = 'lamp river ninety kite'
const PLACE = { address: '192.0.2.7', agent: 'Firefox' }
const newUser = (login: string, over: Partial<NewUser> = {}): NewUser => ({
  login,
  name: login.toUpperCase(),
  role: 'operator',
  scope: 'district',
  workerId: null,
  ...over,
})

export function peopleContract(name: string, open: () => Promise<TestStore>): void {
  describe(`people on ${name}`, () => {
    let it: TestStore
    let people: People
    beforeAll(async () => {
      it = await open()
      people = it.store.people
    }, 120_000)
    afterAll(() => it?.dispose())

    /** Adds a user, who chooses a password by the link. */
    async function joined(login: string, over: Partial<NewUser> = {}): Promise<Opened> {
      const { invitation } = await people.users.add(newUser(login, over), 'root')
      return people.choosePassword(invitation.token, PASSWORD, PLACE)
    }
    const eventsOf = async (login: string) =>
      (await people.events(200)).filter(({ subject }) => subject === login).map(({ event }) => event)

    test('the first administrator is made by the newest set-up link, once, and by none while there are users', async () => {
      const stale = await people.setUpLink(true)
      const link = await people.setUpLink(true)
      const first = { login: 'root', name: '管理员', password: PASSWORD }
      const refused = { code: 'link-invalid' }
      await expect(people.setUp(stale?.token ?? '', first, PLACE)).rejects.toMatchObject(refused)
      await expect(people.setUp('guessed', first, PLACE)).rejects.toMatchObject(refused)
      await expect(people.setUp(link?.token ?? '', { ...first, password: 'root123456' }, PLACE)).rejects.toMatchObject({
        code: 'password-weak',
      })
      const opened = await people.setUp(link?.token ?? '', first, PLACE)
      expect(opened.user).toMatchObject({ login: 'root', role: 'admin', scope: 'district', hasPassword: true })
      await expect(people.setUp(link?.token ?? '', { ...first, login: 'two' }, PLACE)).rejects.toMatchObject(refused)
      expect(await people.setUpLink(true)).toBeNull()
      expect(await people.session(opened.token)).toMatchObject({ user: { login: 'root' } })
      expect(await eventsOf('root')).toEqual(['signed-in', 'set-up'])
    })

    test('of two who use one set-up link at once, one becomes the administrator', async () => {
      const other = await open()
      const link = await other.store.people.setUpLink(true)
      const tries = ['one', 'two'].map(login =>
        other.store.people.setUp(link?.token ?? '', { login, name: login, password: PASSWORD }, PLACE),
      )
      const ended = await Promise.allSettled(tries)
      expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await other.store.people.users.list()).toHaveLength(1)
      await other.dispose()
    })

    test('an added user cannot sign in before choosing a password, by a link that works once', async () => {
      const scope = { streets: ['tianshui' as StreetId] }
      const { user, invitation } = await people.users.add(newUser('ann', { scope, workerId: 'w-7' }), 'root')
      expect(user).toMatchObject({ scope, workerId: 'w-7', hasPassword: false, createdBy: 'root' })
      await expect(people.signIn('ann', PASSWORD, PLACE)).rejects.toMatchObject({ code: 'sign-in-failed' })
      await people.choosePassword(invitation.token, PASSWORD, PLACE)
      await expect(people.choosePassword(invitation.token, PASSWORD, PLACE)).rejects.toMatchObject({
        code: 'link-invalid',
      })
      const { user: signedIn } = await people.signIn('ann', PASSWORD, PLACE)
      expect(signedIn).toEqual({ ...user, hasPassword: true })
      await expect(people.users.add(newUser('ann'), 'root')).rejects.toMatchObject({ code: 'login-taken' })
    })

    test('a link that is three days old opens nothing', async () => {
      const { invitation } = await people.users.add(newUser('late'), 'root')
      it.clock.advanceTo(invitation.expiresAt)
      await expect(people.choosePassword(invitation.token, PASSWORD, PLACE)).rejects.toMatchObject({
        code: 'link-invalid',
      })
    })

    test('says the same of an unknown name, a wrong password and a disabled user', async () => {
      const { user } = await joined('ben')
      await people.users.disable(user.id, 'root')
      await joined('cara')
      const said = await Promise.all(
        [
          ['nobody', PASSWORD],
          ['cara', `${PASSWORD}!`],
          ['ben', PASSWORD],
        ].map(([login = '', password = '']) => people.signIn(login, password, PLACE).catch(({ message }) => message)),
      )
      expect(said).toEqual(Array.from({ length: 3 }, () => 'the login name or the password is wrong'))
    })

    test('guesses that come all at once are counted one by one, and the right password waits with them', async () => {
      await joined('dora')
      const guesses = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) =>
          people.signIn('dora', `guess number ${i}`, { ...PLACE, address: `10.0.0.${i}` }),
        ),
      )
      const codes = guesses.map(guess => (guess.status === 'rejected' ? guess.reason.code : 'in'))
      expect(codes.filter(code => code === 'sign-in-failed')).toHaveLength(5)
      expect(codes.filter(code => code === 'sign-in-locked')).toHaveLength(3)
      await expect(people.signIn('dora', PASSWORD, PLACE)).rejects.toMatchObject({ code: 'sign-in-locked' })
      expect(await eventsOf('dora')).toContain('locked-out')
      it.clock.advanceBy(30_000)
      expect((await people.signIn('dora', PASSWORD, PLACE)).user.login).toBe('dora')
      // Forgotten: the next mistake is the first again.
      await expect(people.signIn('dora', 'wrong again', PLACE)).rejects.toMatchObject({ code: 'sign-in-failed' })
      expect((await people.signIn('dora', PASSWORD, PLACE)).user.login).toBe('dora')
    })

    test('an address that tries one name after the other waits, and other addresses do not', async () => {
      const place = { ...PLACE, address: '2001:db8::1' }
      const codes: string[] = []
      for (let i = 0; i < 31; i++) {
        const neighbour = { ...place, address: `2001:db8::${i.toString(16)}` }
        await people.signIn(`name-${i}`, PASSWORD, neighbour).catch(({ code }) => codes.push(code))
      }
      expect(codes.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 'sign-in-failed'))
      expect(codes[30]).toBe('sign-in-locked')
      await expect(people.signIn('name-1', PASSWORD, PLACE)).rejects.toMatchObject({ code: 'sign-in-failed' })
    })

    test('a session ends after its idle time, after its longest time, and when its owner signs out', async () => {
      const { token, session } = await joined('emil')
      expect(await people.session('guessed')).toBeUndefined()
      while (it.clock.now() < session.expiresAt - 3_600_000) {
        it.clock.advanceBy(3_600_000)
        expect(await people.session(token)).toMatchObject({ user: { login: 'emil' }, session: { id: session.id } })
      }
      it.clock.advanceTo(session.expiresAt)
      expect(await people.session(token)).toBeUndefined()
      const idle = await people.signIn('emil', PASSWORD, PLACE)
      it.clock.advanceBy(12 * 3_600_000)
      expect(await people.session(idle.token)).toBeUndefined()
      const last = await people.signIn('emil', PASSWORD, PLACE)
      await people.signOut(last)
      expect(await people.session(last.token)).toBeUndefined()
      expect(await eventsOf('emil')).toContain('signed-out')
    })

    test('changing the password needs the old one and ends the other sessions', async () => {
      const here = await joined('fei')
      const elsewhere = await people.signIn('fei', PASSWORD, { address: '192.0.2.8', agent: 'Phone' })
      expect((await people.sessions(here.user.id)).map(({ agent }) => agent).sort()).toEqual(['Firefox', 'Phone'])
      const next = 'another river, another kite'
      await expect(people.changePassword(here, 'not this one', next)).rejects.toMatchObject({ code: 'sign-in-failed' })
      await expect(people.changePassword(here, PASSWORD, 'short')).rejects.toMatchObject({ code: 'password-weak' })
      await people.changePassword(here, PASSWORD, next)
      expect(await people.session(here.token)).toBeDefined()
      expect(await people.session(elsewhere.token)).toBeUndefined()
      await expect(people.signIn('fei', PASSWORD, PLACE)).rejects.toMatchObject({ code: 'sign-in-failed' })
      expect((await people.signIn('fei', next, PLACE)).user.login).toBe('fei')
    })

    test('a change of role holds at once; disabling and resetting end the sessions at once', async () => {
      const { user, token } = await joined('gao')
      await people.users.change(user.id, { role: 'viewer', name: '高' }, 'root')
      expect(await people.session(token)).toMatchObject({ user: { role: 'viewer', name: '高' } })
      await people.users.disable(user.id, 'root')
      expect(await people.session(token)).toBeUndefined()
      await people.users.enable(user.id, 'root')
      expect(await people.session(token)).toBeUndefined()
      const again = await people.signIn('gao', PASSWORD, PLACE)
      const { invitation } = await people.users.reset(user.id, 'root')
      expect(await people.session(again.token)).toBeUndefined()
      await expect(people.signIn('gao', PASSWORD, PLACE)).rejects.toMatchObject({ code: 'sign-in-failed' })
      await people.choosePassword(invitation.token, 'another river, another kite', PLACE)
      await people.signIn('gao', 'another river, another kite', PLACE)
      expect(await people.endSessions(user.id, 'root')).toBe(2)
      expect(await people.sessions(user.id)).toEqual([])
      const told = (await eventsOf('gao')).filter(event => event !== 'signed-in').reverse()
      expect(told).toEqual([
        'added',
        'password-chosen',
        'changed',
        'disabled',
        'enabled',
        'reset',
        'password-chosen',
        'sessions-ended',
      ])
    })

    test('whoever is invited and disabled cannot use the link', async () => {
      const { user, invitation } = await people.users.add(newUser('hu'), 'root')
      await people.users.disable(user.id, 'root')
      await expect(people.choosePassword(invitation.token, PASSWORD, PLACE)).rejects.toMatchObject({
        code: 'link-invalid',
      })
    })

    test('there is always an administrator of the district, even where two disable each other at once', async () => {
      const root = (await people.users.list()).find(({ login }) => login === 'root')?.id as UserId
      const last = { code: 'last-admin' }
      await expect(people.users.disable(root, 'root')).rejects.toMatchObject(last)
      await expect(people.users.change(root, { role: 'viewer' }, 'root')).rejects.toMatchObject(last)
      await expect(
        people.users.change(root, { scope: { streets: ['tianshui' as StreetId] } }, 'root'),
      ).rejects.toMatchObject(last)
      const { user: second } = await joined('ida', { role: 'admin' })
      const both = await Promise.allSettled([
        people.users.disable(root, 'ida'),
        people.users.disable(second.id, 'root'),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      await people.users.enable(root, 'ida')
    })

    test('tells whether rights have changed since, by whomever, and that signing in changes none', async () => {
      const { user } = await joined('mei')
      const { last } = await people.since(0)
      expect(await people.since(last)).toEqual({ last, rights: false })
      await people.signIn('mei', PASSWORD, PLACE)
      const after = await people.since(last)
      expect(after).toEqual({ last: expect.any(Number), rights: false })
      await people.users.disable(user.id, 'cli')
      expect(await people.since(after.last)).toMatchObject({ rights: true })
    })

    test('neither a password nor a token is kept readable anywhere', async () => {
      const { user, token, session } = await joined('jin')
      const { invitation } = await people.users.reset(user.id, 'root')
      const everything = JSON.stringify([
        await people.events(200),
        await people.users.list(),
        await people.session(token),
        session,
      ])
      for (const secret of [PASSWORD, token, invitation.token, 'argon2']) expect(everything).not.toContain(secret)
    })

    test('an issued token is found by its secret until it is revoked or has expired, and its name is given once', async () => {
      const wanted = { name: 'gateway', role: 'viewer', scope: 'district', workerId: null, perMinute: 60 } as const
      const { token, secret } = await people.tokens.issue({ ...wanted, lastsMs: 86_400_000 }, 'root')
      expect(token).toMatchObject({ ...wanted, createdBy: 'root', lastUsedAt: null, revokedAt: null })
      expect(await people.tokens.find(secret)).toMatchObject(token)
      expect(await people.tokens.find(`${secret}x`)).toBeUndefined()
      const [listed] = await people.tokens.list()
      expect(listed).toEqual({ ...token, lastUsedAt: it.clock.now() })
      await joined('ivo')
      const taken = { code: 'token-name-taken' }
      for (const name of ['gateway', 'Ivo']) {
        await expect(people.tokens.issue({ ...wanted, name, lastsMs: 1 }, 'root')).rejects.toMatchObject(taken)
      }
      await expect(people.users.add(newUser('gateway'), 'root')).rejects.toMatchObject({ code: 'login-taken' })
      const { last } = await people.since(0)
      expect(await people.tokens.revoke(token.id, 'ann')).toMatchObject({ revokedBy: 'ann' })
      expect(await people.tokens.revoke(token.id, 'bob')).toMatchObject({ revokedBy: 'ann' })
      expect(await people.since(last)).toMatchObject({ rights: true })
      expect(await people.tokens.find(secret)).toBeUndefined()
      const short = await people.tokens.issue({ ...wanted, name: 'short', lastsMs: 1_000 }, 'root')
      it.clock.advanceBy(1_001)
      expect(await people.tokens.find(short.secret)).toBeUndefined()
      expect(JSON.stringify([await people.events(50), await people.tokens.list()])).not.toContain(secret)
      expect(await eventsOf('gateway')).toEqual(['token-revoked', 'token-issued'])
    })

    test('what has no meaning any more is swept away, and the register stays', async () => {
      const { user } = await joined('kai')
      await people.users.add(newUser('lin'), 'root')
      const told = (await people.events(1_000)).length
      it.clock.advanceBy(60 * 86_400_000)
      await it.store.retention.sweep()
      expect(await people.sessions(user.id)).toEqual([])
      expect((await people.events(1_000)).length).toBe(told)
      expect((await people.signIn('kai', PASSWORD, PLACE)).user.login).toBe('kai')
    })
  })
}
