// The story, whole: a crowd at dawn is seen by a camera, confirmed by a key, worked on a phone, and seen to be gone.
//
// Real footage over RTSP: people cross a yard for 79 s, then the yard as it is without them (the median over the time of
// the same footage, with a little noise, since a picture that never changes is a frozen camera).
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type APIRequestContext, type Browser, request } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { Scope } from '../core/scope.ts'
import { chromiumAbsent, launchBrowser, PHONE, visit } from '../tests/support/browser.ts'
import { certificateAuthority, keyHash, opensslAbsent } from '../tests/support/certificates.ts'
import { FOOTAGE, startJiemu, temporaryFolder, waitFor } from '../tests/support/jiemu.ts'
import { startRtspServer } from '../tests/support/rtsp.ts'

const CLIP = join(FOOTAGE, 'clips/yard-pedestrians.avi')
const HOST = 'jiemu.test'
const absent =
  chromiumAbsent ||
  opensslAbsent ||
  (existsSync(CLIP) ? '' : '../shared/footage') ||
  (spawnSync('ffmpeg', ['-version']).status === 0 ? '' : 'ffmpeg')

const TOKENS = {
  operator: { name: '坐席张敏', role: 'operator', scope: 'district' },
  worker: { name: '网格员吴强', role: 'worker', scope: { team: 'grid-team' }, worker: 'wu' },
} as const
type Person = keyof typeof TOKENS
const tokenOf = (person: Person): string => `story-${person}-0123456789abcdef`
const as = (person: Person) => ({ authorization: `Bearer ${tokenOf(person)}` })

/** Pictures of a real yard with people in it, then without. */
function composeDawn(folder: string): string {
  const [empty, dawn] = [join(folder, 'empty.png'), join(folder, 'dawn.mp4')]
  const ffmpeg = (...args: readonly string[]) => execFileSync('ffmpeg', ['-v', 'error', '-y', ...args])
  ffmpeg('-i', CLIP, '-vf', 'fps=1,tmedian=radius=36', '-frames:v', '1', empty)
  const parts = '[0:v]fps=10,setsar=1,format=yuv420p[a];[1:v]noise=alls=4:allf=t,setsar=1,format=yuv420p[b]'
  const encoding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '10', '-sc_threshold', '0', '-bf', '0']
  ffmpeg(
    ...['-i', CLIP, '-loop', '1', '-framerate', '10', '-t', '240', '-i', empty],
    ...['-filter_complex', `${parts};[a][b]concat=n=2:v=1[v]`, '-map', '[v]', '-an', ...encoding, dawn],
  )
  return dawn
}

const cameras = (url: string) => ({
  cameras: [
    {
      id: 'yard',
      name: '晨练广场',
      street: 'tianshui',
      grid: 'tianshui-1',
      position: [30.2612, 120.1681],
      source: { kind: 'rtsp', url },
      zones: [
        {
          id: 'square',
          name: '广场',
          rule: 'crowding',
          options: { threshold: 5, clearBelow: 1, hold: '5s', clearAfter: '6s' },
          polygon: [
            [0.02, 0.02],
            [0.98, 0.02],
            [0.98, 0.98],
            [0.02, 0.98],
          ],
        },
      ],
    },
  ],
  teams: [{ id: 'grid-team', name: '天水一网格', skills: ['crowding'], grids: ['tianshui-1'] }],
  workers: [{ id: 'wu', name: '吴强', team: 'grid-team' }],
  shifts: [{ id: 'all-day', team: 'grid-team', from: '00:00', to: '24:00' }],
  policies: [
    { kind: 'crowding', mode: 'confirm', confirmWithin: '10m', verifyClear: '8s', verifyWithin: '3m' },
    { kind: 'camera-health', mode: 'confirm', confirmWithin: '10m' },
  ],
})

describe.skipIf(absent)(`the story${absent && ` (needs ${absent})`}`, () => {
  const scope = new Scope()
  let api: APIRequestContext
  let browser: Browser
  let origin: string
  beforeAll(async () => {
    const folder = temporaryFolder('story')
    scope.use(folder, it => it.remove())
    const rtsp = scope.use(await startRtspServer({ files: { yard: composeDawn(folder.path) } }), it => it.stop())
    const authority = scope.use(certificateAuthority(), it => it.remove())
    const { cert, key } = authority.issue(`DNS:${HOST}`)
    const at = (name: string) => join(folder.path, name)
    writeFileSync(at('server.pem'), cert)
    writeFileSync(at('server.key'), key)
    const tokens = Object.entries(TOKENS).map(([person, token]) => ({
      ...token,
      sha256: createHash('sha256')
        .update(tokenOf(person as Person))
        .digest('hex'),
    }))
    const tls = { cert: at('server.pem'), key: at('server.key') }
    writeFileSync(at('settings.yaml'), stringify({ listen: { host: '0.0.0.0', tls }, auth: { tokens } }))
    writeFileSync(at('cameras.yaml'), stringify(cameras(rtsp.url('yard'))))
    const args = ['--config', at('settings.yaml'), '--cameras', at('cameras.yaml')]
    const running = scope.use(await startJiemu({ args, dataDir: at('data') }), it => it.end())
    const { port } = new URL(running.address)
    origin = `https://${HOST}:${port}`
    const baseURL = `https://127.0.0.1:${port}`
    api = scope.use(await request.newContext({ baseURL, ignoreHTTPSErrors: true }), it => it.dispose())
    browser = scope.use(await launchBrowser({ hosts: [HOST], trusted: [keyHash(cert)] }), it => it.close())
  }, 180_000)
  afterAll(() => scope.close())

  const read = async <T>(path: string): Promise<T> =>
    (await (await api.get(path, { headers: as('operator') })).json()) as T
  const jobNow = async (id: string) => (await read<{ readonly job: Job }>(`/api/jobs/${id}`)).job

  test('a crowd at dawn is seen, confirmed by Enter, worked on a phone, and seen by the camera to be gone', async () => {
    const desk = await visit(browser)
    await desk.page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), tokenOf('operator'))
    await desk.page.goto(`${origin}/alerts`)
    const alert = await waitFor('the crowd', async () => {
      const { items } = await read<{ items: readonly Incident[] }>('/api/incidents?review=pending&kind=crowding')
      return items[0]
    })
    await desk.page.getByText('晨练广场').first().waitFor()
    await desk.page.goto(`${origin}/alerts/${alert.id}`)
    await desk.page.getByRole('button', { name: /确认派单/ }).waitFor()
    const { id } = await waitFor('the job', async () => {
      await desk.page.keyboard.press('Enter')
      return (await read<{ readonly job: Job | null }>(`/api/incidents/${alert.id}`)).job ?? undefined
    })
    await waitFor('the worker to have it', async () => (await jobNow(id)).workerId === 'wu')

    const phone = await visit(browser, { viewport: PHONE, hasTouch: true, isMobile: true })
    await phone.page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), tokenOf('worker'))
    await phone.page.goto(`${origin}/field?job=${id}`)
    const accept = phone.page.getByRole('button', { name: '接单', exact: true })
    await accept.waitFor()
    await phone.page.context().setOffline(true)
    await accept.click()
    await phone.page.getByText('联网后自动上报').first().waitFor()
    expect((await jobNow(id)).state).toBe('assigned')
    await phone.page.context().setOffline(false)
    await waitFor('the acceptance', async () => (await jobNow(id)).state === 'accepted')
    await phone.page.getByRole('button', { name: '到达' }).click()
    const photo = await sharp({ create: { width: 2_400, height: 1_800, channels: 3, background: '#8a9' } })
      .jpeg()
      .toBuffer()
    await phone.page.locator('.field-next', { hasText: '拍照' }).waitFor()
    await phone.page.locator('input[type=file]').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo })
    // People go home; whoever reports too early is given the job back by the camera.
    await waitFor(
      'the yard to be empty',
      async () =>
        (await read<{ readonly incident: Incident }>(`/api/incidents/${alert.id}`)).incident.physical === 'cleared',
      150_000,
    )
    await phone.page.getByRole('button', { name: '完成' }).click()
    const closed = await waitFor('the camera to see that it is gone', async () => {
      const job = await jobNow(id)
      return job.state === 'closed' && job
    })
    expect(closed).toMatchObject({ handledBy: '网格员吴强', workerId: 'wu' })
    const { events } = await read<{ readonly events: readonly { readonly event: string; readonly party: string }[] }>(
      `/api/jobs/${id}`,
    )
    expect(events.find(({ event }) => event === 'closed')?.party).toBe('camera')
    const { incident, evidence } = await read<{
      readonly incident: Incident
      readonly evidence: readonly { readonly mediaType: string; readonly moment: string }[]
    }>(`/api/incidents/${alert.id}`)
    expect(incident.physical).toBe('cleared')
    // The clip with its pre-roll, and the picture that shows the place clear.
    expect(evidence.some(({ mediaType }) => mediaType === 'video/mp4')).toBe(true)
    expect(evidence.some(({ moment }) => moment === 'verified')).toBe(true)

    // On the phone a green tick, and the place before and after; at the desk the clip plays.
    await phone.page.locator('.field-good').getByText('核查通过').waitFor()
    const sides = phone.page.locator('.field-sides').first().locator('img')
    await expect.poll(() => sides.count(), { timeout: 30_000 }).toBe(2)
    await desk.page.goto(`${origin}/alerts/${alert.id}`)
    await desk.page.locator('.ant-segmented-item', { hasText: '片段' }).click()
    const played = () => desk.page.locator('.clip video').evaluate(video => (video as HTMLVideoElement).currentTime)
    await expect.poll(played, { timeout: 30_000 }).toBeGreaterThan(0.5)
    // One seeks in it, too.
    const seeked = await desk.page.locator('.clip video').evaluate(async element => {
      const video = element as HTMLVideoElement
      video.pause()
      const arrived = new Promise(resolve => video.addEventListener('seeked', resolve, { once: true }))
      video.currentTime = video.duration - 1
      await arrived
      return [video.duration, video.currentTime, video.videoWidth]
    })
    expect(seeked[0]).toBeGreaterThan(5)
    expect(seeked[1]).toBeCloseTo((seeked[0] ?? 0) - 1, 1)
    expect(desk.complaints).toEqual([])
  }, 300_000)
})
