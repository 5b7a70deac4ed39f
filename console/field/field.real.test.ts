// A worker's phone over HTTPS: a job is accepted without a network, sent once when it is back, and finished with a photo; what is pushed; where the phone is.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type APIRequestContext, type Browser, request } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobDetail } from '../../api/ports.ts'
import { chromiumAbsent, launchBrowser, PHONE, visit } from '../../tests/support/browser.ts'
import { type Authority, certificateAuthority, keyHash, opensslAbsent } from '../../tests/support/certificates.ts'
import { type Running, startJiemu, waitFor } from '../../tests/support/jiemu.ts'
import { type Stage, type StagePerson, stageDay, stageToken } from '../../tests/support/staged-day.ts'

const HOST = 'jiemu.test'
const absent = chromiumAbsent || opensslAbsent

describe.skipIf(absent)(`the worker's page on a phone${absent && ` (needs ${absent})`}`, () => {
  let authority: Authority
  let stage: Stage
  let running: Running
  let browser: Browser
  let api: APIRequestContext
  let origin: string

  const as = (person: StagePerson) => ({ authorization: `Bearer ${stageToken(person)}` })
  const post = async (person: StagePerson, path: string, data: object = {}) => {
    const answer = await api.post(path, { data, headers: as(person) })
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true)
    return answer.json()
  }
  const jobOf = async (
    id: string,
  ): Promise<JobDetail & { reached: { seen: readonly { way: string; who: string }[] } }> =>
    (await api.get(`/api/jobs/${id}`, { headers: as('admin') })).json()

  beforeAll(async () => {
    authority = certificateAuthority()
    stage = await stageDay(8)
    const { cert, key } = authority.issue(`DNS:${HOST}`)
    const at = (name: string) => join(stage.dataDir, name)
    writeFileSync(at('server.pem'), cert)
    writeFileSync(at('server.key'), key)
    const [, config = ''] = stage.args
    const tls = `\nlisten: { host: 0.0.0.0, tls: { cert: ${at('server.pem')}, key: ${at('server.key')} } }\n`
    writeFileSync(config, readFileSync(config, 'utf8') + tls)
    running = await startJiemu({ args: stage.args, dataDir: stage.dataDir })
    const { port } = new URL(running.address)
    origin = `https://${HOST}:${port}`
    api = await request.newContext({ baseURL: `https://127.0.0.1:${port}`, ignoreHTTPSErrors: true })
    browser = await launchBrowser({ hosts: [HOST], trusted: [keyHash(cert)] })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await api?.dispose()
    await running?.end()
    authority?.remove()
    if (stage) rmSync(stage.dataDir, { recursive: true, force: true })
  })

  test('keeps what is done without a network, sends it once, and takes a job from its list to its photo', async () => {
    const [incidentId] = stage.incidentIds.filter((_, index) => index % 4 === 2)
    const confirmed = await post('operator', `/api/incidents/${incidentId}/confirm`)
    const { id } = confirmed.job as { readonly id: string }
    await waitFor('an assignment', async () => (await jobOf(id)).job.state === 'assigned')
    if ((await jobOf(id)).job.workerId !== 'wu') {
      await post('admin', `/api/jobs/${id}/reassign`, { reason: 'he is nearer', workerId: 'wu' })
    }
    await waitFor('the worker to have it', async () => (await jobOf(id)).job.workerId === 'wu')

    const { page, complaints } = await visit(browser, { viewport: PHONE, hasTouch: true, isMobile: true })
    await page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), stageToken('worker'))
    await page.goto(`${origin}/field?job=${id}&by=link`)
    await page.getByRole('button', { name: '接单', exact: true }).waitFor()
    const seen = await waitFor('the sight of it', async () => (await jobOf(id)).reached.seen[0])
    expect(seen).toMatchObject({ way: 'link', who: '网格员吴强' })
    // From here on the phone opens without a network.
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
      while (!(await caches.match('/field'))) await new Promise(resolve => setTimeout(resolve, 50))
    })

    await page.context().setOffline(true)
    await page.getByRole('button', { name: '接单', exact: true }).click()
    await page.getByText('联网后自动上报').first().waitFor()
    expect((await jobOf(id)).job.state).toBe('assigned')
    // Even over a restart of the page.
    await page.reload()
    await page.getByRole('heading', { name: /处置中 1/ }).waitFor()
    await page.locator('.field-row').first().click()
    await page.getByRole('button', { name: '到达' }).click()
    await page.locator('.field-next', { hasText: '拍照' }).waitFor()

    await page.context().setOffline(false)
    await waitFor('both steps', async () => (await jobOf(id)).job.state === 'on-site')
    const far = await sharp({ create: { width: 3_200, height: 2_400, channels: 3, background: '#7a8' } })
      .jpeg()
      .withExif({
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '30/1 15/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '121/1 0/1 0/1',
        },
      })
      .toBuffer()
    await page.locator('input[type=file]').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: far })
    await page.getByText(/拍摄位置距现场/).waitFor()
    await page.getByRole('button', { name: '完成' }).click()
    await waitFor('the work to be done', async () => ['handled', 'verifying'].includes((await jobOf(id)).job.state))

    const { events, photos } = (await jobOf(id)) as unknown as {
      readonly events: readonly { readonly event: string; readonly actor: string }[]
      readonly photos: readonly { readonly distanceM: number; readonly bytes: number }[]
    }
    const own = events.filter(({ actor }) => actor === '网格员吴强').map(({ event }) => event)
    expect(own).toEqual(['accepted', 'arrived', 'handled'])
    expect(photos).toHaveLength(1)
    expect(photos[0]?.distanceM).toBeGreaterThan(50_000)
    // A network that is away is no fault of the page.
    expect(complaints.filter(text => !/ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(text))).toEqual([])
  })

  const phone = async (options: Parameters<typeof visit>[1] = {}) => {
    const seen = await visit(browser, { viewport: PHONE, hasTouch: true, isMobile: true, ...options })
    await seen.page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), stageToken('worker'))
    await seen.page.goto(`${origin}/field`)
    await seen.page.locator('.field-row').first().waitFor()
    return seen
  }

  test('a push message is shown in its words and opens its job; what cannot be subscribed is said', async () => {
    const { page, complaints } = await phone()
    const context = page.context()
    await context.grantPermissions(['notifications'], { origin })
    const [id = ''] = await page.evaluate(async token => {
      const answer = await fetch('/api/me/work', { headers: { authorization: `Bearer ${token}` } })
      return ((await answer.json()) as { jobs: { job: { id: string } }[] }).jobs.map(({ job }) => job.id)
    }, stageToken('worker'))
    await page.evaluate(() => navigator.serviceWorker.ready)
    const protocol = await context.newCDPSession(page)
    const registered = new Promise<string>(resolve =>
      protocol.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin))
        if (ours) resolve(ours.registrationId)
      }),
    )
    await protocol.send('ServiceWorker.enable')
    const data = JSON.stringify({ id: 'notice-1', event: 'job.assigned', subject: id, text: '人员聚集 五芳斋门口' })
    await protocol.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data })
    const shown = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready
        return (await registration.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }))
      })
    await expect.poll(shown).toEqual([{ title: '街目 移动单兵', body: '人员聚集 五芳斋门口', tag: 'notice-1' }])
    // A browser without a screen has no notification to tap: its service worker is told of the tap.
    const [worker] = context.serviceWorkers()
    await worker?.evaluate(async () => {
      const self = globalThis as unknown as {
        readonly registration: ServiceWorkerRegistration
        readonly NotificationEvent: new (type: string, init: { notification: Notification }) => Event
        dispatchEvent(event: Event): boolean
      }
      const [notification] = await self.registration.getNotifications()
      if (notification) self.dispatchEvent(new self.NotificationEvent('notificationclick', { notification }))
    })
    await page.locator('.field-job').waitFor()
    await expect.poll(shown).toEqual([])
    await page.getByRole('button', { name: '返回工单' }).click()

    await page.getByRole('button', { name: /设置/ }).click()
    await page.getByRole('button', { name: '开启推送' }).click()
    await page.getByRole('alert').getByText('手机连不上推送服务').waitFor({ timeout: 30_000 })
    // A page of a test is a private one, which Chromium subscribes to nothing, and says so.
    expect(complaints.filter(text => !text.includes('Push API in incognito'))).toEqual([])
    await context.close()
  })

  test('a phone that shares its place shows how far each job is, and one that may not says so', async () => {
    const near = await phone({ geolocation: { latitude: 30.2652, longitude: 120.172 }, permissions: ['geolocation'] })
    await near.page.getByRole('button', { name: /设置/ }).click()
    await near.page.getByRole('checkbox', { name: /位置/ }).check()
    await near.page.getByRole('button', { name: '关闭' }).click()
    const away = near.page.locator('.field-row-away').first()
    await expect.poll(() => away.textContent()).toMatch(/ (m|km)$/)
    await near.page.locator('.field-row').first().click()
    await near.page.context().setGeolocation({ latitude: 31.2, longitude: 121.4 })
    await near.page
      .locator('.field-job')
      .getByText(/1\d\d(\.\d)? km/)
      .waitFor()
    expect(near.complaints).toEqual([])
    await near.page.context().close()

    const denied = await phone({ permissions: [] })
    await denied.page.getByRole('button', { name: /设置/ }).click()
    await denied.page.getByRole('checkbox', { name: /位置/ }).check()
    await denied.page.getByRole('alert').waitFor()
    await denied.page.context().close()
  })

  test('reports without a network what it sees, with a photo and where the phone is; it is sent once, for an operator', async () => {
    const { page, complaints } = await visit(browser, {
      ...{ viewport: PHONE, hasTouch: true, isMobile: true },
      ...{ geolocation: { latitude: 30.2552, longitude: 120.1703 }, permissions: ['geolocation'] },
    })
    await page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), stageToken('worker'))
    await page.goto(`${origin}/field`)
    await page.getByRole('button', { name: '上报' }).click()
    await page.getByText('手机位置已记下').waitFor()
    await page.locator('.field-next', { hasText: '上报' }).click()
    await page.getByText('请选类别').waitFor()
    await page.getByRole('button', { name: '垃圾满溢' }).click()
    const taken = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#653' } })
      .jpeg()
      .toBuffer()
    await page.locator('input[type=file]').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: taken })
    await page.locator('.field-picture img').waitFor()
    await page.getByLabel('地址或标志物').fill('公厕旁')
    await page.context().setOffline(true)
    await page.locator('.field-next', { hasText: '上报' }).click()
    await page.getByText('联网后自动上报').first().waitFor()
    await page.context().setOffline(false)
    await page.getByText('已上报，由值班员确认').waitFor()
    const { items } = await (await api.get('/api/incidents?limit=200', { headers: as('operator') })).json()
    const own = items.filter(({ cameraId }: { readonly cameraId: string }) => cameraId === '@resident')
    expect(own).toMatchObject([{ kind: 'overflowing-bin', review: 'pending', gridId: 'tianshui-2' }])
    const detail = await (await api.get(`/api/incidents/${own[0].id}`, { headers: as('operator') })).json()
    expect(detail).toMatchObject({
      report: { spot: { lat: 30.2552, lon: 120.1703 }, address: '公厕旁' },
      evidence: [{ moment: 'before', takenBy: '网格员吴强' }],
    })
    expect(complaints.filter(text => !/ERR_INTERNET_DISCONNECTED|Failed to fetch/.test(text))).toEqual([])
    await page.context().close()
  })
})
