// A camera set up in a real browser: found by ONVIF, its faults told in plain words, tested, saved; then a zone tried on a clip and counted by hand.
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Scope } from '../../../core/scope.ts'
import { chromiumAbsent, launchBrowser, PHONE, type Visit, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu, temporaryFolder, waitFor } from '../../../tests/support/jiemu.ts'
import { startOnvifCamera } from '../../../tests/support/onvif-camera.ts'
import { type RtspServer, startRtspServer } from '../../../tests/support/rtsp.ts'
import { sceneIn } from '../../../tests/support/scene.ts'

const host = Object.values(networkInterfaces())
  .flatMap(addresses => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
const absent = chromiumAbsent || (host === undefined ? 'a network' : '')
const LOGIN = { user: 'admin', password: 'p@ss<word>' }

describe.skipIf(absent)(`a camera is set up in a browser${absent && ` (needs ${absent})`}`, () => {
  const scope = new Scope()
  let running: Running
  let browser: Browser
  let rtsp: RtspServer
  let clip: string
  beforeAll(async () => {
    const folder = scope.use(temporaryFolder('setup'), it => it.remove())
    clip = (await sceneIn(folder.path)).videoPath
    rtsp = scope.use(await startRtspServer({ files: { main: clip }, ...LOGIN }), it => it.stop())
    const address = `rtsp://127.0.0.1:${rtsp.port}`
    const streams = [
      { name: 'sub', url: `${address}/sub`, widthPx: 640, heightPx: 360 },
      { name: '<main>', url: `${address}/main`, widthPx: 1_280, heightPx: 720 },
    ]
    const onvif = { host: host ?? '', name: '南门 <script>', nonsense: ['not xml'], streams, ...LOGIN }
    scope.use(await startOnvifCamera(onvif), it => it.close())
    running = scope.use(await startJiemu({ args: ['--demo'], dataDir: join(folder.path, 'data') }), it => it.end())
    browser = scope.use(await launchBrowser(), it => it.close())
  }, 120_000)
  afterAll(() => scope.close())

  const shown = async (look: 'dark' | 'light', language: 'zh' | 'en', more = {}): Promise<Visit> => {
    const seen = await visit(browser, more)
    await seen.page.addInitScript(
      ([look, language]) => {
        localStorage.setItem('jiemu.look', look ?? '')
        localStorage.setItem('jiemu.language', language ?? '')
      },
      [look, language],
    )
    return seen
  }

  test('found in the network, asked for its streams, refused for each fault in its own words, and saved once it works', async () => {
    const { page, complaints } = await shown('dark', 'zh')
    await page.goto(`${running.address}/devices`)
    await page
      .getByRole('link', { name: '添加摄像头' })
      .or(page.getByRole('button', { name: '添加摄像头' }))
      .click()
    await page.getByRole('button', { name: '搜索局域网' }).click()
    await page.getByRole('radio', { name: /南门 <script>/ }).check()
    const login = page.locator('.discovery-login')
    await login.getByLabel('用户名').fill(LOGIN.user)
    await login.getByLabel('密码').fill('guess')
    await page.getByRole('button', { name: '读取码流列表' }).click()
    await login.getByRole('alert').getByText('用户名或密码不对').waitFor()
    await login.getByLabel('密码').fill(LOGIN.password)
    await page.getByRole('button', { name: '读取码流列表' }).click()
    await login.getByRole('button', { name: /<main>/ }).waitFor()
    await login.getByRole('button', { name: /<main>/ }).click()

    const url = page.getByLabel('RTSP 地址')
    const right = await url.inputValue()
    const tell = async (change: () => Promise<void>, words: RegExp) => {
      await change()
      await page.getByRole('button', { name: '测试连接' }).click()
      await page.getByText(words).first().waitFor()
    }
    await tell(() => page.getByLabel('密码').fill('guess'), /用户名或密码不对/)
    await page.getByLabel('密码').fill(LOGIN.password)
    await tell(() => url.fill(right.replace('main', 'nowhere')), /没有这个路径/)
    await tell(() => url.fill('rtsp://camera.invalid/main'), /找不到这个主机名/)
    await tell(() => url.fill(right), /连接正常/)
    await page.getByRole('img', { name: '测试画面' }).waitFor()
    await page.getByRole('button', { name: '下一步' }).click()
    await page.getByLabel('名称').fill('南门')
    await page.getByLabel('街道').fill('tianshui')
    await page.getByLabel('网格').fill('tianshui-1')
    await page.getByRole('button', { name: '保存并开始看' }).click()
    await page.locator('.zone-picture img').waitFor()
    expect(JSON.stringify(await running.get('/api/cameras'))).not.toContain('p@ss')
    await page.getByRole('link', { name: '返回摄像头' }).click()
    await page.waitForTimeout(2_500)
    // The camera's refusal is an answer of ours, too.
    expect(complaints.filter(text => !/status of 502/.test(text))).toEqual([])
    await page.context().close()
  }, 120_000)

  test('its view is renewed and confirmed, and people are counted on its pictures', async () => {
    const { page, complaints } = await shown('light', 'en', { viewport: PHONE })
    await page.goto(`${running.address}/devices/generated-street`)
    await page.locator('.live-picture img').waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Take the present view' }).click()
    await page.locator('.ant-popconfirm').getByRole('button', { name: 'Take the present view' }).click()
    await page.getByRole('button', { name: 'The zones still fit' }).click({ timeout: 30_000 })
    await page.getByText('Confirmed: the zones are judged again.').waitFor()
    await page.getByRole('button', { name: 'The zones still fit' }).waitFor({ state: 'detached' })

    await page.getByRole('link', { name: '商铺门前' }).click()
    await page.getByRole('tab', { name: 'Count scale' }).click()
    for (let index = 0; index < 5; index++) {
      await page.getByRole('button', { name: 'Take the picture of now' }).click()
      await page.getByLabel('How many people are in the zone?').fill(String(10 + index))
      await page.getByRole('button', { name: 'Note it' }).click()
    }
    // People come and go in this street: with some on the pictures there is a factor, else the reason why there is none.
    const fit = page.getByRole('button', { name: 'Fit the scale' })
    if (await fit.isEnabled()) await fit.click()
    await page.getByText(/^Factor \d|^Nobody was detected/).waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('a zone that is not saved is not lost by Back; it is tried on a clip from a time of day on, and rubbish is refused', async () => {
    const { page, complaints } = await shown('dark', 'zh')
    await page.goto(`${running.address}/devices/generated-street`)
    await page.getByRole('button', { name: '编辑区域' }).click()
    await page.locator('.zone-picture img').waitFor()
    await page.getByRole('button', { name: '画新区域' }).click()
    await page.locator('.zone-picture > svg.drawing').waitFor()
    const box = (await page.locator('.zone-picture > svg').boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 }
    for (const [x, y] of [
      [0.15, 0.655],
      [0.56, 0.655],
      [0.56, 0.74],
      [0.15, 0.74],
      [0.15, 0.655],
    ] as const) {
      await page.mouse.click(box.x + box.width * x, box.y + box.height * y)
    }
    await page.getByLabel('名称').fill('路口')
    await page.getByLabel('宽限时间').fill('5s')

    await page.goBack()
    await page.getByRole('dialog').getByText('有未保存的修改').waitFor()
    await page.getByRole('button', { name: '继续编辑' }).click()
    expect(await page.getByLabel('名称').inputValue()).toBe('路口')
    expect(page.url()).toMatch(/zones/)
    let asked = 0
    page.on('dialog', dialog => {
      asked += dialog.type() === 'beforeunload' ? 1 : 0
      void dialog.dismiss()
    })
    await page.close({ runBeforeUnload: true })
    await waitFor('the browser to ask', async () => asked > 0)

    await page.getByRole('tab', { name: '试跑' }).click()
    const input = page.locator('.trial-clip input[type=file]')
    await input.setInputFiles({ name: 'a.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video at all, really') })
    await page.getByText('文件不是 MP4 视频').waitFor()
    const broken = Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypisom'), Buffer.alloc(5_000, 7)])
    await input.setInputFiles({ name: 'b.mp4', mimeType: 'video/mp4', buffer: broken })
    await page.locator('.trial-clip').getByRole('alert').waitFor({ timeout: 30_000 })
    await page.waitForTimeout(500)
    await page.getByLabel('视频从何时拍起').fill('2026-03-12 07:30')
    await page.keyboard.press('Enter')
    await input.setInputFiles(clip)
    await page.waitForTimeout(800)
    await page.locator('.trial-clip .trial-result').waitFor({ timeout: 90_000 })
    await page.locator('.trial-clip').scrollIntoViewIfNeeded()
    expect(await page.locator('.trial-clip .trial-result h3').textContent()).toMatch(
      /会报警 \d+ 次：视频第 .*（07:3\d:\d\d）/,
    )

    await page.goBack()
    await page.getByRole('button', { name: '放弃修改' }).click()
    await page.getByRole('button', { name: '编辑区域' }).waitFor()
    expect(complaints.filter(text => !/status of 422/.test(text))).toEqual([])
    await page.context().close()
  })
})
