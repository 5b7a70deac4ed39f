// Jobs in a real browser: a card is given to a worker by the keyboard with the reason asked, a job is supervised, and a shift is handed over.
import { rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
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

  test('an operator hands the shift over, and the supervisor takes it by signing', async () => {
    const writer = await enter('lin', '/duty/hand-over')
    await writer.page.getByLabel('交接内容').fill('路口摄像头待检修')
    await writer.page.getByText('超时与督办的工单：').waitFor()
    await writer.page.getByRole('button', { name: '交班', exact: true }).click()
    await writer.page.getByText('须由接班人签收').waitFor()
    await writer.page.context().close()

    const { page, complaints } = await enter('chen', '/duty/hand-over')
    const note = page.locator('.note', { hasText: '路口摄像头待检修' })
    await note.getByText('交班：林坐席').waitFor()
    await note.getByRole('link', { name: '人员聚集' }).waitFor()
    await note.getByRole('button', { name: '接班签收' }).click()
    await note.getByText(/接班：陈监督/).waitFor()
    const [kept] = await page.evaluate(async () => (await (await fetch('/api/hand-over-notes')).json()).items)
    expect(kept).toMatchObject({ writtenBy: 'lin', takenBy: 'chen', items: { overdueJobs: 3 } })
    expect(complaints.filter(text => !text.includes('401'))).toEqual([])
    await page.context().close()
  })
})
