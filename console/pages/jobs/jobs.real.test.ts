// Jobs in a real browser: given to a worker or a team by keyboard or mouse, supervised, merged, noted with a photo; the rota kept, a shift handed over.
import { rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu } from '../../../tests/support/jiemu.ts'
import { buildJobStreet, type JobStreet, PASSWORD } from '../../../tests/support/job-street.ts'

describe.skipIf(chromiumAbsent)(`jobs in a browser${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let street: JobStreet
  let running: Running
  let browser: Browser
  beforeAll(async () => {
    street = await buildJobStreet()
    running = await startJiemu({ args: [], dataDir: street.directory })
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await running?.end()
    rmSync(street.directory, { recursive: true, force: true })
  })

  async function enter(login: string, path: string) {
    const { page, complaints } = await visit(browser)
    await page.goto(`${running.address}${path}`)
    await page.getByLabel('登录名').fill(login)
    await page.getByLabel('密码').fill(PASSWORD)
    await page.getByRole('button', { name: '登录' }).click()
    return { page, complaints }
  }
  const card = (page: Page, id: string) => page.locator('.job-card', { has: page.locator(`a[href="/jobs/${id}"]`) })

  test('a supervisor gives a job to a worker by the keyboard, with the reason, and puts it under supervision', async () => {
    const { page, complaints } = await enter('chen', '/jobs')
    const id = street.jobs[8] ?? ''
    const moved = card(page, id)
    await moved.getByText('李建国').waitFor()
    await moved.locator('.job-card-handle').focus()
    await page.keyboard.press('Space')
    await page.locator('.worker-dock').getByText('王芳').waitFor()
    // The dock lists the most apt first: whoever it is, the next place by the arrow is the first of them.
    await page.keyboard.press('ArrowRight')
    const target = page.locator('.dock-person.over b')
    const name = (await target.textContent()) ?? ''
    await page.keyboard.press('Space')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: new RegExp(name) }).isChecked()
    await dialog.getByRole('button', { name: /确\s*定/ }).click()
    await dialog.getByText('请写明理由').waitFor()
    await dialog.getByLabel('理由').fill('离得更近')
    await dialog.getByRole('button', { name: /确\s*定/ }).click()
    await moved.getByText(name).waitFor()
    await page.getByRole('button', { name: '改回 李建国' }).waitFor()

    await moved.getByRole('link').click()
    await page.getByText('离得更近').waitFor()
    await page.getByRole('button', { name: '督办…' }).click()
    await page.getByRole('dialog').getByLabel('理由').fill('群众反映')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /确\s*定/ })
      .click()
    await page.getByRole('button', { name: '解除督办' }).waitFor()
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('a card is dragged to a worker by the mouse, and the reason is asked before anything happens', async () => {
    const { page, complaints } = await enter('chen', '/jobs')
    const id = street.jobs[4] ?? ''
    const handle = card(page, id).locator('.job-card-handle')
    const from = await handle.boundingBox()
    if (!from) throw new Error('the card has no handle')
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(from.x + 40, from.y + 20, { steps: 3 })
    const person = page.locator('.dock-person').first()
    await person.waitFor()
    const name = (await person.locator('b').textContent()) ?? ''
    const to = await person.boundingBox()
    if (!to) throw new Error('nobody to give it to')
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 8 })
    await page.locator('.dock-person.over').waitFor()
    await page.mouse.up()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('radio', { name: new RegExp(`^${name}`) }).isChecked()).toBe(true)
    await dialog.getByRole('button', { name: '取消' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await card(page, id).getByText(name).count()).toBe(0)
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('a row of the rota is added over another, changed and taken back, and the sheets print', async () => {
    const { page, complaints } = await enter('admin', '/duty')
    const cell = page.getByRole('button', { name: /^王芳 / }).first()
    await cell.click()
    const dialog = page.getByRole('dialog')
    const row = async (from: string, to: string) => {
      await dialog.getByLabel('上班').fill(from)
      await dialog.getByLabel('下班').fill(to)
      await dialog.getByRole('button', { name: '保存' }).click()
    }
    await dialog.getByRole('button', { name: '添加班次' }).click()
    await dialog.getByLabel('上班').fill('8')
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('08:00', { exact: true }).waitFor()
    await row('08:00', '16:00')
    await dialog.getByText('08:00–16:00').first().waitFor()
    await dialog.getByRole('button', { name: '添加班次' }).click()
    await row('14:00', '22:00')
    await dialog.getByText('14:00–22:00').first().waitFor()
    await dialog.getByRole('button', { name: '修改' }).first().click()
    await row('09:00', '17:00')
    await dialog.getByText('09:00–17:00').first().waitFor()
    await dialog.getByRole('button', { name: '删除' }).last().click()
    await page.locator('.ant-popconfirm').getByRole('button', { name: '删除' }).click()
    await dialog.getByText('14:00–22:00').first().waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    // Rows hold week after week: the next one is like this one.
    await page.getByRole('button', { name: '下一周' }).click()
    await page
      .getByRole('button', { name: /^王芳 .*09:00–17:00/ })
      .first()
      .waitFor()

    await page.goto(`${running.address}/reports/monthly?month=${new Date().toISOString().slice(0, 7)}`)
    await page.getByRole('heading', { name: '处置时长' }).waitFor()
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('an operator names a team, and the page says who of it the system chose', async () => {
    const { page, complaints } = await enter('lin', `/jobs/${street.jobs[4]}`)
    await page.getByRole('button', { name: '改派…' }).click()
    const dialog = page.getByRole('dialog')
    const team = dialog.getByRole('radio', { name: /天水城管.*当班：现在会派给/ })
    await team.check()
    await dialog.getByLabel('理由').fill('由班组安排')
    await dialog.getByRole('button', { name: /确\s*定/ }).click()
    await page.getByText('已派给天水城管，由系统从当班人员中选定').waitFor()
    await page.locator('.job-log').getByText('指定班组 天水城管，由系统选人').waitFor()
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('a job is merged into one that is chosen by its picture and place', async () => {
    const [kept, gone] = [street.jobs[2] ?? '', street.jobs[10] ?? '']
    const { page, complaints } = await enter('lin', `/jobs/${gone}`)
    await page.getByRole('button', { name: '并案…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: /确\s*定/ }).click()
    await dialog.getByText('请选择并入哪一件').waitFor()
    const first = dialog.locator('.merge-target').first()
    await first.getByText('同一摄像头').waitFor()
    await dialog.getByRole('textbox', { name: '按点位、摄像头或工单号查找' }).fill(kept)
    await dialog.locator('.merge-target').nth(1).waitFor({ state: 'detached' })
    await dialog.getByRole('radio', { name: new RegExp(kept) }).check()
    await dialog.getByRole('button', { name: /确\s*定/ }).click()
    await page.getByRole('link', { name: kept }).waitFor()
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('a note carries a photo, which its log shows small and whoever clicks it large', async () => {
    const { page, complaints } = await enter('lin', `/jobs/${street.jobs[3]}`)
    const jpeg = await sharp({ create: { width: 1800, height: 1200, channels: 3, background: '#667' } })
      .withExif({ IFD0: { Artist: 'somebody' } })
      .jpeg()
      .toBuffer()
    await page.locator('input[type=file]').setInputFiles({ name: 'gate.jpg', mimeType: 'image/jpeg', buffer: jpeg })
    await page.locator('.note-photo img').waitFor()
    await page.getByLabel('备注（同事可见）').fill('店门口已清出通道')
    await page.getByRole('button', { name: '添加备注' }).click()
    const row = page.locator('.job-log li', { hasText: '店门口已清出通道' })
    await row.getByRole('img', { name: '备注照片' }).waitFor()
    expect(await row.locator('p').first().textContent()).toBe('店门口已清出通道')
    const kept = await page.evaluate(async id => {
      const { photos } = await (await fetch(`/api/jobs/${id}`)).json()
      const { url } = await (
        await fetch(`/api/evidence/${photos[0].id}/link`, {
          method: 'POST',
          headers: { 'x-csrf-token': (await (await fetch('/api/me')).json()).csrf },
        })
      ).json()
      const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer())
      return { moment: photos[0].moment, takenBy: photos[0].takenBy, text: new TextDecoder('latin1').decode(bytes) }
    }, street.jobs[3])
    expect([kept.moment, kept.takenBy, kept.text.includes('somebody')]).toEqual(['note', 'lin', false])
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('an operator is told once that a supervision has passed its time, and the log says so', async () => {
    const { page } = await enter('lin', '/jobs')
    const id = street.jobs[9] ?? ''
    const chen = await enter('chen', `/jobs/${id}`)
    await chen.page.getByRole('button', { name: '督办…' }).waitFor()
    await chen.page.evaluate(async job => {
      const { csrf } = await (await fetch('/api/me')).json()
      const body = JSON.stringify({ reason: '群众反映', until: Date.now() + 3_000 })
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf }
      await fetch(`/api/jobs/${job}/supervise`, { method: 'POST', headers, body })
    }, id)
    for (const one of [page, chen.page]) await one.getByText('督办超时：垃圾满溢').waitFor({ timeout: 30_000 })
    await chen.page.locator('.job-log li.supervision-overdue').waitFor()
    await page.getByRole('button', { name: '查看工单' }).click()
    await page.waitForURL(`**/jobs/${id}`)
    await page.reload()
    await page.locator('.job-log li.supervision-overdue').waitFor()
    expect(await page.locator('.job-log li.supervision-overdue').count()).toBe(1)
    expect(await page.getByText('督办超时：垃圾满溢').count()).toBe(0)
    await page.context().close()
    await chen.page.context().close()
  })

  test('a figure leads to exactly the cases that it counts', async () => {
    const { page, complaints } = await enter('chen', '/figures')
    for (const line of ['closure-rate bottom', 'closure-rate top', 'return-rate bottom', 'alert-precision bottom']) {
      const link = page.locator(`[data-line="${line}"]`)
      const count = Number(await link.textContent())
      await link.click()
      await page.locator('.search-total', { hasText: /\d/ }).waitFor()
      if (line === 'closure-rate bottom') expect(count).toBeGreaterThan(1)
      if (count > 0) await page.locator('.search-lines .ant-table-row').first().waitFor()
      expect(await page.locator('.search-lines .ant-table-row').count(), line).toBe(count)
      await page.goBack()
    }
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })

  test('an operator hands the shift over, and the supervisor takes it by signing', async () => {
    const writer = await enter('lin', '/duty/hand-over')
    await writer.page.getByLabel('交接内容').fill('路口摄像头待检修')
    await writer.page.getByText('超时与督办的工单：').waitFor()
    // The rota of the street names nobody who signs, so that its people stand among those without one.
    await writer.page.getByLabel('交给（可不选）').click()
    await writer.page.getByText('其他人员（无排班）').waitFor()
    await writer.page.locator('.ant-select-item-option', { hasText: '陈监督' }).click()
    await writer.page.getByRole('button', { name: '交班', exact: true }).click()
    await writer.page.getByText('须由接班人签收').waitFor()
    await writer.page.context().close()

    const { page, complaints } = await enter('chen', '/duty/hand-over')
    const note = page.locator('.note', { hasText: '路口摄像头待检修' })
    await note.getByText('交班：林坐席').waitFor()
    await note.getByText('交给 陈监督').waitFor()
    await note.getByRole('link', { name: '人员聚集' }).waitFor()
    await note.getByRole('button', { name: '接班签收' }).click()
    await note.getByText(/接班：陈监督/).waitFor()
    const [kept] = await page.evaluate(async () => (await (await fetch('/api/hand-over-notes')).json()).items)
    await page.evaluate(() => {
      window.print = () => undefined
    })
    await note.getByRole('button', { name: '打印' }).click()
    await page.locator('.note.printed').waitFor()
    // On white paper, whatever the screen is: the note with its date, and nothing of the page around it.
    await page.emulateMedia({ media: 'print' })
    await note.getByText(/街目 · 交接班记录 · \d{4}-\d\d-\d\d/).waitFor()
    expect(await page.locator('.bar').isVisible()).toBe(false)
    const papers = ['html', 'body', '.frame', '.note.printed'].map(part =>
      page.locator(part).evaluate(element => getComputedStyle(element).backgroundColor),
    )
    expect(new Set(await Promise.all(papers))).toEqual(new Set(['rgb(255, 255, 255)']))
    expect(await page.locator('html').evaluate(element => getComputedStyle(element).colorScheme)).toBe('light')
    await page.emulateMedia({ media: null })
    expect(kept).toMatchObject({ writtenBy: 'lin', takenBy: 'chen', items: { overdueJobs: 3 } })
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })
})
