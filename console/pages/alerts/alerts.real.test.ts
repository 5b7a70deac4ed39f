// The alert queue in a real browser: five hundred alerts, decided by keys, by two operators who never decide the same one.
import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId, Fingerprint, IncidentId, PlaceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { systemClock } from '../../../core/time.ts'
import { openStore } from '../../../store/open.ts'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { preparedDirectory } from '../../../tests/support/embedded.ts'
import { type Running, startJiemu } from '../../../tests/support/jiemu.ts'
import { incidentRecord } from '../../../tests/support/records.ts'

/** More than the queue reads at once. */
const ALERTS = 520
const PATIENT = { timeout: 30_000 }
const hashOf = (word: string): string => createHash('sha256').update(word).digest('hex')
const SETTINGS = `
auth:
  tokens:
    - { name: lin, role: operator, scope: district, sha256: ${hashOf('lin')} }
    - { name: zhou, role: operator, scope: district, sha256: ${hashOf('zhou')} }
    - { name: qian, role: supervisor, scope: district, sha256: ${hashOf('qian')} }
`
/** A camera that nobody reaches, and whose silence is no alert here: the street of its grid is known by it. */
const TEAMS = `
cameras:
  - id: gate
    name: 东门
    street: gulou
    grid: g1
    source: { kind: rtsp, url: 'rtsp://127.0.0.1:9/gate' }
    health: { offline: false }
    zones: []
teams: [{ id: patrol, name: 巡逻一队, skills: [crowding, illegal-parking], grids: [g1], loadCap: 50 }]
policies: [{ kind: crowding, mode: confirm, confirmWithin: 2h, joinWindow: 1s }]
`

describe.skipIf(chromiumAbsent)(`the alert queue in a browser${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let running: Running
  let browser: Browser
  let dataDir: string
  beforeAll(async () => {
    dataDir = await preparedDirectory()
    const store = await openStore({ clock: systemClock, log: silentLog, dataDirectory: dataDir })
    const now = Date.now()
    await store.dispatch.transact(async tx => {
      for (let index = 0; index < ALERTS; index += 1) {
        const name = String(index).padStart(3, '0')
        // The newest four are a burst of one camera; all others are of a camera of their own.
        const camera = index < 4 ? 'gate' : `cam-${name}`
        const openedAt = now - 60_000 - index * 30_000
        await tx.insertIncident(
          incidentRecord({
            id: `alert-${name}` as IncidentId,
            fingerprint: `alert-${name}` as Fingerprint,
            kind: 'crowding',
            cameraId: camera as CameraId,
            placeId: `${camera}/${name}` as PlaceId,
            gridId: 'g1' as never,
            ...{ openedAt, since: openedAt, dueAt: openedAt, lastSeenAt: openedAt, sequence: openedAt },
          }),
        )
      }
    })
    await store.close()
    const [config, teams] = [join(dataDir, 'settings.yaml'), join(dataDir, 'teams.yaml')]
    writeFileSync(config, SETTINGS)
    writeFileSync(teams, TEAMS)
    running = await startJiemu({ args: ['--config', config, '--cameras', teams], dataDir })
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await running?.end()
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function open(person: string, path = '/alerts'): Promise<{ page: Page; complaints: readonly string[] }> {
    const { page, complaints } = await visit(browser)
    await page.addInitScript(word => sessionStorage.setItem('jiemu.token', word), person)
    await page.goto(`${running.address}${path}`)
    await page.locator('.alert-row').first().waitFor()
    return { page, complaints }
  }
  const chosen = (page: Page): string => new URL(page.url()).pathname.split('/')[2] ?? ''
  const isChosen = (page: Page, id: string) => page.waitForURL(`**/alerts/${id}`)
  const reviewOf = async (id: string): Promise<string> => {
    const response = await fetch(`${running.address}/api/incidents/${id}`, { headers: { authorization: 'Bearer lin' } })
    return ((await response.json()) as { incident: { review: string } }).incident.review
  }

  test('draws few rows of five hundred, and the keys go through all of them', async () => {
    const { page, complaints } = await open('lin')
    await isChosen(page, 'alert-000')
    expect(await page.locator('.alert-row').count()).toBeLessThan(40)
    expect(await page.locator('[data-group]').getAttribute('data-group')).toBe('4')
    for (let step = 0; step < 60; step += 1) await page.keyboard.press('ArrowDown')
    await isChosen(page, 'alert-063')
    expect(await page.locator('.alert-row.chosen').isVisible()).toBe(true)
    expect(await page.locator('.alert-row').count()).toBeLessThan(40)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('confirms by Enter, goes on to the next, and takes it back by U', async () => {
    const { page } = await open('lin', '/alerts/alert-010')
    await page.getByText('现在确认，将派给').waitFor()
    await page.getByText('巡逻一队（班组整体）').first().waitFor()
    await page.keyboard.press('Enter')
    await isChosen(page, 'alert-011')
    await page.locator('.alert-undo').waitFor()
    expect(await reviewOf('alert-010')).toBe('confirmed')
    await page.keyboard.press('u')
    await isChosen(page, 'alert-010')
    await expect.poll(() => reviewOf('alert-010'), PATIENT).toBe('pending')
    await page.context().close()
  })

  test('U takes back the decision before it, also while the server has not answered that', async () => {
    const { page } = await open('lin', '/alerts/alert-050')
    await page.getByText('现在确认，将派给').waitFor()
    await page.keyboard.press('Enter')
    await isChosen(page, 'alert-051')
    await page.locator('.alert-undo').waitFor()
    await page.getByText('现在确认，将派给').waitFor()
    let answer = (): void => undefined
    const answered = new Promise<void>(resolve => {
      answer = resolve
    })
    await page.route('**/alert-051/confirm', async route => {
      await answered
      await route.continue()
    })
    await page.keyboard.press('Enter')
    await isChosen(page, 'alert-052')
    await page.keyboard.press('u')
    answer()
    await isChosen(page, 'alert-051')
    await expect.poll(() => reviewOf('alert-051'), PATIENT).toBe('pending')
    expect(await reviewOf('alert-050')).toBe('confirmed')
    await page.context().close()
  })

  test('what failed comes back, and a key that was meant for the next decides nothing', async () => {
    const { page } = await open('lin', '/alerts/alert-070')
    await page.getByText('现在确认，将派给').waitFor()
    await page.route('**/alert-070/confirm', route => route.abort())
    await page.keyboard.press('Enter')
    await isChosen(page, 'alert-071')
    await isChosen(page, 'alert-070')
    await page.keyboard.press('Enter')
    await page.keyboard.press('x')
    await page.keyboard.press('1')
    await page.waitForTimeout(1_500)
    expect(chosen(page)).toBe('alert-070')
    expect(await Promise.all(['alert-070', 'alert-071'].map(reviewOf))).toEqual(['pending', 'pending'])
    await page.context().close()
  })

  test('an alert that opened while the operator was elsewhere is in the queue when they come back', async () => {
    const { page } = await open('lin')
    await page.evaluate(() => {
      localStorage.setItem('jiemu.alerts.sound', 'on')
      const { createOscillator } = AudioContext.prototype
      AudioContext.prototype.createOscillator = function (this: AudioContext) {
        document.body.dataset.rung = 'yes'
        return createOscillator.call(this)
      }
    })
    const report = { kind: 'crowding', address: '解放路地铁口', gridId: 'g1', severity: 'red' }
    await page.locator('a[href="/duty"]').first().click()
    await page.locator('.alert-row').first().waitFor({ state: 'detached' })
    const reported = await running.post('/api/reports', report, { authorization: 'Bearer qian' })
    expect(reported).toMatchObject({ status: 200 })
    // Its event has come, and calls whoever has asked for that.
    await page.locator('body[data-rung]').waitFor()
    await page.locator('a[href="/alerts"]').first().click()
    await page.locator('.alert-row', { hasText: '人员上报' }).waitFor()
    await page.context().close()
  })

  test('a choice that was clicked keeps no keys to itself', async () => {
    const { page } = await open('lin', '/alerts/alert-080')
    await page.locator('.alert-head').waitFor()
    await page.locator('.ant-segmented-item', { hasText: '全部' }).click()
    await page.locator('.alert-row.chosen').waitFor()
    await page.keyboard.press('ArrowDown')
    await isChosen(page, 'alert-081')
    expect(await page.locator('.ant-segmented-item-selected').first().textContent()).toBe('全部')
    await page.context().close()
  })

  test('rejects by X and a number, not while somebody types, and a whole burst at once', async () => {
    const { page } = await open('lin', '/alerts/alert-020')
    await page.locator('.alert-head').waitFor()
    await page.keyboard.press('x')
    const note = page.getByLabel('补充说明')
    await note.fill('施工 2 号')
    await note.press('2')
    expect(await reviewOf('alert-020')).toBe('pending')
    await note.press('Enter')
    await page.keyboard.press('2')
    await isChosen(page, 'alert-021')
    await expect.poll(() => reviewOf('alert-020'), PATIENT).toBe('rejected')

    await page.goto(`${running.address}/alerts/alert-000`)
    await page.getByText('批量驳回 4 条').waitFor()
    await page.keyboard.press('Shift+X')
    await page.keyboard.press('1')
    await isChosen(page, 'alert-004')
    await expect.poll(() => reviewOf('alert-003'), PATIENT).toBe('rejected')
    expect(await reviewOf('alert-000')).toBe('rejected')
    await page.context().close()
  })

  test('of two operators one decides; the other sees who looks, and takes over on purpose only', async () => {
    const [one, other] = await Promise.all([open('lin', '/alerts/alert-030'), open('zhou', '/alerts/alert-040')])
    await one.page.mouse.move(700, 300)
    await one.page.keyboard.press('ArrowDown')
    await one.page.keyboard.press('ArrowUp')
    await isChosen(one.page, 'alert-030')
    await expect.poll(() => holderOf('alert-030'), PATIENT).toBe('lin')
    await other.page.goto(`${running.address}/alerts/alert-030`)
    await other.page.getByText('lin 正在处理这一预警').waitFor()
    await other.page.keyboard.press('Enter')
    expect(chosen(other.page)).toBe('alert-030')
    expect(await reviewOf('alert-030')).toBe('pending')
    const refused = await running.post('/api/incidents/alert-030/confirm', {}, { authorization: 'Bearer zhou' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'incident-claimed' } })
    await other.page.keyboard.press('t')
    await one.page.getByText('zhou 正在处理这一预警').waitFor()
    await other.page.locator('.alert-claimed').waitFor({ state: 'detached' })
    await other.page.keyboard.press('Enter')
    await expect.poll(() => reviewOf('alert-030'), PATIENT).toBe('confirmed')
    await one.page.context().close()
    await other.page.context().close()
  })

  async function holderOf(id: string): Promise<string | undefined> {
    const response = await fetch(`${running.address}/api/incidents/${id}`, { headers: { authorization: 'Bearer lin' } })
    return ((await response.json()) as { incident: { claim?: { holder: string } | null } }).incident.claim?.holder
  }

  test('says that there are more than it shows, and shows the older ones when it is asked', async () => {
    const { page, complaints } = await open('zhou')
    await page.getByText(/共 5\d\d 条待确认，显示最近 500 条/).waitFor(PATIENT)
    await page.getByRole('button', { name: '显示更早的' }).click()
    await page.getByText(/条待确认，显示最近/).waitFor({ state: 'detached', ...PATIENT })
    const list = page.locator('.alert-rows')
    await list.evaluate(element => element.scrollTo(0, element.scrollHeight))
    const heights = await list.evaluate(element => element.scrollHeight)
    // A row is 72 px high; of 520 four are one group, and those that other tests decided are gone.
    expect(heights / 72).toBeGreaterThan(500)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
