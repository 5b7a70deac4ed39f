// The room's day in a browser: a search shows what the server finds, a mute is set and ended, a report by hand becomes a job.
import { rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu } from '../../../tests/support/jiemu.ts'
import { type Stage, stageDay, stageToken } from '../../../tests/support/staged-day.ts'

describe.skipIf(chromiumAbsent)(`the room's day${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let stage: Stage
  let running: Running
  let browser: Browser
  beforeAll(async () => {
    stage = await stageDay(26)
    running = await startJiemu({ args: stage.args, dataDir: stage.dataDir })
    browser = await launchBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await running?.end()
    rmSync(stage.dataDir, { recursive: true, force: true })
  })

  const read = async <T>(path: string): Promise<T> => {
    const headers = { authorization: `Bearer ${stageToken('operator')}` }
    return (await (await fetch(`${running.address}${path}`, { headers })).json()) as T
  }
  async function at(path: string, body: (page: Page) => Promise<void>): Promise<void> {
    const { page, complaints } = await visit(browser)
    await page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), stageToken('operator'))
    await page.goto(`${running.address}${path}`)
    await body(page)
    expect(complaints).toEqual([])
    await page.context().close()
  }

  test('a search in the address shows what the server finds, and leads to the incident', async () => {
    const { total } = await read<{ total: number }>('/api/incidents/search?kind=crowding&camera=wufangzhai')
    expect(total).toBeGreaterThan(1)
    await at('/search?kind=crowding&camera=wufangzhai', async page => {
      await page.getByText(`共 ${total} 件`).waitFor()
      expect(await page.locator('.search-lines .ant-table-row').count()).toBe(total)
      await page.locator('.search-lines .ant-table-row').first().click()
      await page.waitForURL(/\/alerts\/staged-/)
    })
  })

  test('a mute is set with its reason, stands with its time, and is ended early', async () => {
    await at('/mutes', async page => {
      await page.getByText('没有静默').waitFor()
      await page.getByRole('button', { name: '新增静默' }).click()
      await page.getByLabel('类别').click()
      await page.locator('.ant-select-item-option', { hasText: '人员聚集' }).click()
      await page.getByLabel('原因').fill('周末集市')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /静\s*默/ })
        .click()
      await page.locator('tr', { hasText: '周末集市' }).waitFor()
      expect(await read('/api/mutes')).toMatchObject({
        items: [{ kind: 'crowding', reason: '周末集市', streetId: null }],
      })
      await page.getByRole('button', { name: '恢复布控' }).click()
      await page.getByRole('tooltip').getByRole('button', { name: '恢复布控' }).click()
      await page.getByText('没有静默').waitFor()
      expect(await read('/api/mutes')).toEqual({ items: [] })
    })
  })

  test('what is drawn on a picture is an incident with that picture, and a job', async () => {
    await at('/report?camera=wufangzhai', async page => {
      const drawn = page.locator('.report-draw')
      const { x, y, width, height } = (await drawn.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
      await page.mouse.move(x + width * 0.2, y + height * 0.6)
      await page.mouse.down()
      await page.mouse.move(x + width * 0.4, y + height * 0.7, { steps: 3 })
      await page.mouse.up()
      await page.getByLabel('类别').click()
      await page.locator('.ant-select-item-option', { hasText: '违停' }).click()
      await page.getByText('在区域“路口禁停区”内').waitFor()
      await page.getByLabel('说明').fill('货车')
      await page.getByRole('button', { name: '立案派单' }).click()
      const link = await page.getByRole('link', { name: '查看事件' }).getAttribute('href')
      const id = link?.split('/').at(-1) ?? ''
      expect(await read(`/api/incidents/${id}`)).toMatchObject({
        incident: { kind: 'illegal-parking', cameraId: 'wufangzhai', zoneId: 'kerb', review: 'confirmed' },
        evidence: [
          { moment: 'fired', view: 'wide', annotated: false },
          { moment: 'fired', view: 'wide', annotated: true },
          { moment: 'fired', view: 'close-up', annotated: true },
        ],
        job: { kind: 'illegal-parking', incidentIds: [id] },
      })
    })
  })
})
