// The room's day in a browser: a search shows what the server finds, a mute is set and ended, a report by hand becomes a job.
import { rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IncidentDetail, JobDetail } from '../../../api/ports.ts'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu, waitFor } from '../../../tests/support/jiemu.ts'
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
      await page.getByText('没有撤防').waitFor()
      await page.getByRole('button', { name: '新增撤防' }).click()
      await page.getByLabel('类别').click()
      await page.locator('.ant-select-item-option', { hasText: '人员聚集' }).click()
      await page.getByLabel('原因').fill('周末集市')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^撤\s*防/ })
        .click()
      await page.locator('tr', { hasText: '周末集市' }).waitFor()
      expect(await read('/api/mutes')).toMatchObject({
        items: [{ kind: 'crowding', reason: '周末集市', streetId: null }],
      })
      await page.getByRole('button', { name: '恢复布控' }).click()
      await page.getByRole('tooltip').getByRole('button', { name: '恢复布控' }).click()
      await page.getByText('没有撤防').waitFor()
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

  test('a mute of a street lets camera faults through and says so; another’s page shows it at once', async () => {
    const { page: other } = await visit(browser)
    await other.addInitScript(token => sessionStorage.setItem('jiemu.token', token), stageToken('supervisor'))
    await other.goto(`${running.address}/mutes`)
    await other.getByText('没有撤防').waitFor()
    await at('/mutes', async page => {
      await page.getByRole('button', { name: '新增撤防' }).click()
      await page.getByText('不勾选时，摄像头离线').waitFor()
      await page.getByLabel('设备异常也一并撤防').check()
      await page.getByText('也不会报出').waitFor()
      await page.getByLabel('设备异常也一并撤防').uncheck()
      await page.getByLabel('街道').click()
      await page.locator('.ant-select-item-option', { hasText: 'tianshui' }).click()
      await page.getByLabel('原因').fill('道路施工')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^撤\s*防/ })
        .click()
      await page.locator('tr', { hasText: '道路施工' }).getByText('所有类别，设备异常照报').waitFor()
    })
    // Sooner than the page would have asked by itself, every 15 s.
    await other.locator('tr', { hasText: '道路施工' }).waitFor({ timeout: 12_000 })
    await other.context().close()
  })

  test('what no camera shows is marked on the map with its address and a photo, is a job there, and waits for no camera', async () => {
    const photo = await sharp({ create: { width: 800, height: 600, channels: 3, background: '#765' } })
      .jpeg()
      .toBuffer()
    await at('/report?in=street', async page => {
      await page.locator('.street-map-point.camera').first().waitFor()
      await page.getByRole('button', { name: '立案派单' }).click()
      await page.getByText('请选择类别').waitFor()
      await page.getByLabel('类别').click()
      await page.locator('.ant-select-item-option', { hasText: '道路不洁' }).click()
      await page.getByRole('button', { name: '立案派单' }).click()
      await page.getByText('请在地图上标出位置，或写明地址').waitFor()
      const map = await page.locator('.street-map').boundingBox()
      await page.mouse.click((map?.x ?? 0) + (map?.width ?? 0) * 0.4, (map?.y ?? 0) + (map?.height ?? 0) * 0.6)
      await page.locator('.street-map-point.pin').waitFor()
      // By keys: the map is moved, and its middle marked.
      await page.getByRole('button', { name: '标在中心' }).press('Enter')
      await page.getByLabel('地址或标志物').fill('庆春路 88 号后门')
      await page.getByLabel('说明').fill('建筑垃圾')
      await page.locator('input[type=file]').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: photo })
      await page.locator('.report-photos img').waitFor()
      await page.getByRole('button', { name: '立案派单' }).click()
      const link = await page.getByRole('link', { name: '查看事件' }).getAttribute('href')
      const id = link?.split('/').at(-1) ?? ''
      const found = await read<IncidentDetail>(`/api/incidents/${id}`)
      expect(found).toMatchObject({
        incident: { kind: 'dirty-road', cameraId: '@resident', zoneId: '@hand', review: 'confirmed' },
        report: { address: '庆春路 88 号后门', description: '建筑垃圾', via: null },
        evidence: [{ moment: 'before', takenBy: '坐席张敏', jobId: null }],
        job: { kind: 'dirty-road', lat: found.report?.spot?.lat, lon: found.report?.spot?.lon },
      })
      await page.getByRole('link', { name: '查看事件' }).click()
      await page.getByText('庆春路 88 号后门').waitFor()
      await page.getByText('没有摄像头核查：处置后由监督员确认结案。').waitFor()
      const job = found.job?.id ?? ''
      const post = (person: 'admin' | 'supervisor', path: string) =>
        fetch(`${running.address}/api/jobs/${job}/${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stageToken(person)}`, 'content-type': 'application/json' },
          body: '{}',
        })
      const state = async () => (await read<JobDetail>(`/api/jobs/${job}`)).job.state
      await waitFor('its assignment', async () => (await state()) === 'assigned')
      for (const step of ['accept', 'arrive', 'handled']) expect((await post('admin', step)).status).toBe(200)
      await waitFor('a person to be waited for', async () => {
        const { events } = await read<JobDetail>(`/api/jobs/${job}`)
        return events.at(-1)?.event === 'unseen'
      })
      expect((await post('supervisor', 'close')).status).toBe(200)
      expect(await read(`/api/incidents/${id}`)).toMatchObject({ incident: { physical: 'cleared' } })
    })
  })

  test('what a supervisor reports is an alert that an operator confirms', async () => {
    const { page } = await visit(browser)
    await page.addInitScript(token => sessionStorage.setItem('jiemu.token', token), stageToken('supervisor'))
    await page.goto(`${running.address}/report?in=street`)
    await page.getByText('提交后由值班员确认立案').waitFor()
    await page.getByLabel('类别').click()
    await page.locator('.ant-select-item-option', { hasText: '违停' }).click()
    await page.getByLabel('地址或标志物').fill('解放路地铁口')
    await page.getByLabel('所属网格').click()
    await page.locator('.ant-select-item-option', { hasText: 'tianshui-1' }).click()
    await page.getByRole('button', { name: /^上\s*报$/ }).click()
    await page.getByText('值班员确认后立案派单。').waitFor()
    const link = await page.getByRole('link', { name: '查看事件' }).getAttribute('href')
    expect(await read(`/api/incidents/${link?.split('/').at(-1)}`)).toMatchObject({
      incident: { review: 'pending', gridId: 'tianshui-1' },
      job: null,
    })
    await page.context().close()
  })
})
