// People as they meet the running program: the first administrator, signing in, a restart, and being put out.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { preparedDirectory } from './support/embedded.ts'
import { jiemu, type Running, startJiemu, waitFor } from './support/jiemu.ts'

const PASSWORD = 'lamp river ninety kite'
let folder: string
let running: Running
beforeAll(async () => {
  folder = await preparedDirectory()
  running = await startJiemu({ args: [], dataDir: folder })
}, 120_000)
afterAll(async () => {
  await running.end()
  await rm(folder, { recursive: true, force: true })
})

/** Keeps the one cookie that the server sets, as a browser does. */
class Browser {
  cookie = ''

  async ask(path: string, init: { method?: string; body?: object; headers?: Record<string, string> } = {}) {
    const { method = init.body ? 'POST' : 'GET', body, headers } = init
    const response = await fetch(`${running.address}${path}`, {
      method,
      headers: {
        ...(this.cookie && { cookie: this.cookie }),
        ...(body && { 'content-type': 'application/json' }),
        origin: running.address,
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const set = response.headers.get('set-cookie')
    if (set) this.cookie = set.split(';')[0] ?? ''
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
}

const restarted = async () => {
  await running.end()
  running = await startJiemu({ args: [], dataDir: folder })
}
const printedToken = () => /#setup=([\w-]{43})\n/.exec(running.output())?.[1]
const setUpToken = () => waitFor('the set-up link', async () => printedToken())
const users = (...args: string[]) => jiemu(['users', ...args, '--data-dir', folder])

const root = new Browser()
const zhang = new Browser()
const li = new Browser()

test('the first administrator is made by the printed link, and a token of an earlier start is none', async () => {
  const stale = await setUpToken()
  expect((await root.ask('/api/me')).body).toMatchObject({ name: 'local', role: 'admin' })
  await restarted()
  const admin = { login: 'root', name: '管理员', password: PASSWORD }
  expect((await root.ask('/api/setup', { body: { ...admin, token: stale } })).body.code).toBe('link-invalid')
  const made = await root.ask('/api/setup', { body: { ...admin, token: await setUpToken() } })
  expect(made).toMatchObject({ status: 200, body: { name: 'root', role: 'admin', by: 'session' } })
  expect((await new Browser().ask('/api/me')).status).toBe(401)
})

test('somebody is invited, chooses a password, signs in with a cookie, and changes nothing without the csrf token', async () => {
  const { body: me } = await root.ask('/api/me')
  const body = { login: 'zhang', name: '张伟', role: 'operator', scope: 'district' }
  expect((await root.ask('/api/users', { body })).body.code).toBe('csrf-refused')
  const added = await root.ask('/api/users', { body, headers: { 'x-csrf-token': me.csrf } })
  const token = added.body.invitation.path.split('=')[1]
  expect((await zhang.ask('/api/invitation', { body: { token, password: PASSWORD } })).status).toBe(200)
  expect((await zhang.ask('/api/session', { body: { login: 'zhang', password: 'not this one' } })).status).toBe(401)
  expect((await zhang.ask('/api/session', { body: { login: 'Zhang', password: PASSWORD } })).status).toBe(200)
  expect((await zhang.ask('/api/incidents')).status).toBe(200)
  expect((await zhang.ask('/api/users')).status).toBe(403)
})

test('a restart signs nobody out, and prints no set-up link any more', async () => {
  await restarted()
  expect((await zhang.ask('/api/me')).body).toMatchObject({ name: 'zhang', displayName: '张伟' })
  expect(printedToken()).toBeUndefined()
})

test('the command line, beside the running program, lists people and puts one out at once', async () => {
  expect((await users('list')).stdout).toBe(
    'root\t管理员\tadmin\tdistrict\tactive\nzhang\t张伟\toperator\tdistrict\tactive\n',
  )
  const abort = new AbortController()
  const live = await fetch(`${running.address}/api/events`, { headers: { cookie: zhang.cookie }, signal: abort.signal })
  expect(live.status).toBe(200)
  expect(await users('disable', 'zhang')).toMatchObject({ code: 0, stderr: '' })
  expect((await zhang.ask('/api/me')).body.code).toBe('session-ended')
  await live.text()
  expect((await users('disable', 'root')).stderr).toContain('[last-admin]')
  expect((await users('add', 'a b', '--role', 'viewer')).stderr).toContain('[request-invalid]')
  const added = await users('add', 'li', '--role', 'worker', '--team', 't1', '--worker', 'w-1')
  const token = /#invite=([\w-]{43})\n/.exec(added.stdout)?.[1]
  const chosen = await li.ask('/api/invitation', { body: { token, password: PASSWORD } })
  expect(chosen.body).toMatchObject({ name: 'li', role: 'worker', scope: { team: 't1' }, workerId: 'w-1' })
})

test('a worker’s phone says where it is, once there is such a worker, and while they are active', async () => {
  const file = join(folder, 'teams.yaml')
  await writeFile(file, 'teams: [{ id: t1, name: One, skills: [crowding], grids: [g1] }]')
  expect(await jiemu(['cameras', 'import', file, '--data-dir', folder])).toMatchObject({ code: 0 })
  const csrfOf = async (who: Browser) => ({ 'x-csrf-token': (await who.ask('/api/me')).body.csrf as string })
  const [byRoot, byLi] = [await csrfOf(root), await csrfOf(li)]
  const where = { lat: 30.2741, lon: 120.1551, accuracyM: 9, at: Date.now() }
  const report = () => li.ask('/api/me/position', { body: where, headers: byLi })
  expect((await report()).body.code).toBe('worker-unknown')
  const record = { name: '李强', teamId: 't1' }
  const added = await root.ask('/api/workers', { body: { id: 'w-1', ...record }, headers: byRoot })
  expect(added).toMatchObject({ status: 200, body: { ...record, loadCap: 3, active: true } })
  expect((await report()).body).toEqual({ kept: true })
  const shown = async () => (await root.ask('/api/workers')).body.items
  expect(await shown()).toMatchObject([{ id: 'w-1', onShift: true, openJobs: 0, position: where }])
  const left = { method: 'PUT', body: { ...record, active: false }, headers: byRoot }
  expect((await root.ask('/api/workers/w-1', left)).status).toBe(200)
  expect((await report()).body.code).toBe('worker-unknown')
  expect(await shown()).toMatchObject([{ id: 'w-1', onShift: false, position: null }])
})

test('the register tells it all, and no output ever held a password or a cookie', async () => {
  const { items } = (await root.ask('/api/people-events?limit=200')).body
  const told = items.reverse().map((row: Record<string, string>) => `${row.actor} ${row.event} ${row.subject}`)
  expect(told).toEqual([
    'root set-up root',
    'root signed-in root',
    'root added zhang',
    'zhang password-chosen zhang',
    'zhang signed-in zhang',
    'zhang signed-in zhang',
    'cli disabled zhang',
    'cli added li',
    'li password-chosen li',
    'li signed-in li',
  ])
  for (const secret of [PASSWORD, 'not this one', ...[root, zhang].map(({ cookie }) => cookie.split('=')[1] ?? '')]) {
    expect(secret).not.toBe('')
    expect(running.output()).not.toContain(secret)
  }
})
