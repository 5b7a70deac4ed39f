// The video wall in a real browser: a camera plays, the keyboard enlarges it, and stills come where they are asked for.
import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu } from '../../../tests/support/jiemu.ts'

describe.skipIf(chromiumAbsent)(`the video wall${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
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

  test('shows the camera live, enlarges it by keyboard with its zones, and shows stills', async () => {
    const { page, complaints } = await visit(browser)
    await page.goto(`${running.address}/wall`)
    await page.getByText('直播', { exact: true }).nth(1).waitFor()
    const played = () => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)
    const before = await played()
    await expect.poll(played, { timeout: 30_000 }).toBeGreaterThan(before)
    await page.locator('.wall-tile').first().focus()
    await page.keyboard.press('Enter')
    const large = page.getByRole('dialog')
    await large.locator('video').waitFor()
    expect(await large.locator('polygon').count()).toBe(4)
    await page.keyboard.press('Escape')
    await large.waitFor({ state: 'hidden' })
    await page.getByText('全部静帧').click()
    const still = page.locator('.wall-still img')
    await expect.poll(() => still.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(300)
    const { items } = await running.get<{ items: { subject: string | null }[] }>('/api/register')
    expect(items.map(({ subject }) => subject)).toEqual(['live generated-street'])
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
