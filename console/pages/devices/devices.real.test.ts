// The zone editor in a real browser on the demo's camera: drawn with the mouse, tried, saved, changed, taken back.
import { rmSync } from 'node:fs'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu, waitFor } from '../../../tests/support/jiemu.ts'
import type { ZoneVersion } from './devices-client.ts'

const CAMERA = 'generated-street'
const HOSTILE = '<img src=x onerror=alert(1)>'

describe.skipIf(chromiumAbsent)(`the devices in a browser${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let running: Running
  let browser: Browser
  beforeAll(async () => {
    running = await startJiemu({ args: ['--demo'] })
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await running?.end()
    if (running) rmSync(running.dataDir, { recursive: true, force: true })
  })

  const versions = async () =>
    (await running.get<{ items: ZoneVersion[] }>(`/api/cameras/${CAMERA}/zone-versions`)).items.filter(
      ({ id }) => id === 'parking-1',
    )

  /** Serious things that a person with a screen reader or weak eyes would stumble over. */
  async function stumbles(page: Page): Promise<readonly string[]> {
    // What the mouse stands on is lit up, and fades.
    await page.mouse.move(2, 2)
    await page.waitForTimeout(400)
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: ['wcag2a', 'wcag2aa'] }),
    )
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  }

  test('a zone is drawn with the mouse, tried, saved, changed to version 2, and taken back step by step', async () => {
    const { page, complaints } = await visit(browser)
    await page.goto(`${running.address}/devices`)
    await page.getByRole('link', { name: '滨河路商铺（生成画面）' }).click()
    await page.getByRole('button', { name: '编辑区域' }).click()
    await page.locator('.zone-picture img').waitFor()
    expect(await stumbles(page)).toEqual([])

    await page.getByRole('button', { name: '画新区域' }).click()
    const canvas = page.locator('.zone-picture > svg')
    // The tools over the picture have come, and it has moved down for them.
    await page.locator('.zone-picture > svg.drawing').waitFor()
    const box = (await canvas.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 }
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const
    for (const [x, y] of [
      [0.15, 0.655],
      [0.56, 0.655],
      [0.56, 0.74],
      [0.15, 0.74],
      [0.15, 0.655],
    ] as const) {
      await page.mouse.click(...at(x, y))
    }
    await page.getByLabel('名称').fill(HOSTILE)
    await page.getByLabel('宽限时间').fill('5')
    await page.getByText('请写成 30s、7m、1h30m 这样的时长。').waitFor()
    expect(await page.getByRole('button', { name: '保存为第 1 版' }).isDisabled()).toBe(true)
    await page.getByLabel('宽限时间').fill('5s')

    // A car has stood there for long enough in every round of the clip.
    await page.getByRole('tab', { name: '试跑' }).click()
    await waitFor('the trial tells of the car', async () => {
      await page.getByRole('button', { name: '试跑最近一小时' }).click()
      await page.locator('.trial-result').waitFor()
      return /会报警 \d+ 次/.test((await page.locator('.trial-result').textContent()) ?? '')
    })
    expect(await stumbles(page)).toEqual([])
    await page.getByRole('button', { name: '保存为第 1 版' }).click()
    await page.getByRole('button', { name: '没有改动' }).waitFor()
    expect(await versions()).toMatchObject([{ version: 1, name: HOSTILE, options: { grace: '5s' } }])

    // One corner is dragged to the frame's edge, where it snaps; then the whole is nudged by keyboard, and that taken back.
    await page.mouse.move(...at(0.15, 0.74))
    await page.mouse.down()
    await page.mouse.move(...at(0.006, 0.8), { steps: 4 })
    await page.mouse.up()
    await page.getByRole('button', { name: '保存为第 2 版' }).click()
    await page.getByRole('button', { name: '没有改动' }).waitFor()
    await canvas.press('ArrowDown')
    await page.getByRole('button', { name: '保存为第 3 版' }).waitFor()
    await canvas.press('Control+z')
    await page.getByRole('button', { name: '没有改动' }).waitFor()
    const [second, first] = await versions()
    expect(second).toMatchObject({ version: 2, retiredAt: null })
    expect(second?.polygon[3]).toEqual({ x: 0, y: expect.closeTo(0.8, 1) })
    expect(first?.polygon[3]?.x).toBeCloseTo(0.15, 1)

    // The other way round it crosses itself, which is said at once; unsaved, it is not left without a question.
    await page.mouse.move(...at(0.15, 0.655))
    await page.mouse.down()
    await page.mouse.move(...at(0.4, 0.95), { steps: 4 })
    await page.mouse.up()
    await page.getByRole('status').filter({ hasText: '边线自相交叉，请移开顶点。' }).waitFor()
    await page.getByRole('link', { name: '返回摄像头' }).click()
    await page.getByRole('button', { name: '放弃修改' }).click()
    await page.getByRole('button', { name: '以现在的画面为准' }).waitFor()
    await page.getByRole('link', { name: HOSTILE }).waitFor()

    await page.goto(`${running.address}/devices/${CAMERA}/zones?zone=parking-1`)
    await page.getByRole('tab', { name: '版本' }).click()
    await page.getByRole('button', { name: '恢复这一版' }).click()
    await waitFor('the first version is back as the third', async () => (await versions()).length === 3)
    expect((await versions())[0]).toMatchObject({ version: 3, polygon: first?.polygon })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
