// The console in a real browser: it starts, keeps to its own policy, speaks both languages, and says when the server is away.
import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumAbsent, launchBrowser, visit } from '../tests/support/browser.ts'
import { type Running, startJiemu } from '../tests/support/jiemu.ts'

describe.skipIf(chromiumAbsent)(`the console in a browser${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let running: Running
  let browser: Browser
  beforeAll(async () => {
    running = await startJiemu({ args: ['--demo'] })
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser.close()
    await running.end()
    rmSync(running.dataDir, { recursive: true, force: true })
  })

  test('starts in Chinese, turns to English and back to dark, and breaks no rule of its own policy', async () => {
    const { page, complaints } = await visit(browser)
    await page.goto(running.address)
    await page.getByText('实时').waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
    await page.locator('.bar-person').click()
    await page.getByText('English').click()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.locator('.bar-person').click()
    await page.getByText('Light', { exact: true }).click()
    expect(await page.evaluate(() => document.documentElement.dataset.look)).toBe('light')
    await page.reload()
    await page.getByText('Live', { exact: true }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset.look)).toBe('light')
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test.each([
    ['/deliveries', /\/api\/deliveries\?/, '没有未送达的消息'],
    ['/duty', /\/api\/shift-overrides/, undefined],
    ['/figures', /\/api\/grids/, undefined],
    ['/figures', /\/api\/latency/, undefined],
    ['/system/register', /\/api\/register/, undefined],
  ])(
    '%s says of what %s does not give that it could not be read, and not that all is well',
    async (path, address, empty) => {
      const { page } = await visit(browser)
      await page.route(address, route => route.fulfill({ status: 500, json: { code: 'internal', detail: 'no' } }))
      await page.goto(`${running.address}${path}`)
      const unread = page.getByText('没有读到，不能说这里是空的')
      await unread.waitFor()
      if (empty) expect(await page.getByText(empty).count()).toBe(0)
      await page.unroute(address)
      await page.getByRole('button', { name: '重试' }).click()
      await unread.waitFor({ state: 'hidden' })
      if (empty) await page.getByText(empty).waitFor()
      await page.context().close()
    },
  )

  test('says that the server is away when it is killed, keeps what is shown, and recovers by itself', async () => {
    const { page } = await visit(browser)
    await page.goto(`${running.address}/devices`)
    await page.getByText('滨河路商铺').first().waitFor()
    const { port } = new URL(running.address)
    await running.end('SIGKILL')
    await page.getByText('连接中断').waitFor()
    expect(await page.getByText('滨河路商铺').first().isVisible()).toBe(true)
    running = await startJiemu({ args: ['--demo', '--port', port], dataDir: running.dataDir })
    await page.locator('.bar-live.live').waitFor({ timeout: 60_000 })
    await page.context().close()
  })
})
