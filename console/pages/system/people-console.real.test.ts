// People in a real browser: set up, invited with a scope, a token issued and revoked, a session that ends in the middle, and figures.
import { rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KPI_NAMES } from '../../../core/kpi.ts'
import { chromiumAbsent, launchBrowser, visit } from '../../../tests/support/browser.ts'
import { type Running, startJiemu, waitFor } from '../../../tests/support/jiemu.ts'
import { csvOf } from '../../parts/csv.ts'
import { kpiText } from '../figures/kpi-text.ts'

const PASSWORD = 'lamp river ninety kite'

describe.skipIf(chromiumAbsent)(`people in a browser${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let running: Running
  let browser: Browser
  let root: Page
  let admin = ''
  beforeAll(async () => {
    running = await startJiemu({ args: ['--demo'] })
    browser = await launchBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await running?.end()
    if (running) rmSync(running.dataDir, { recursive: true, force: true })
  })
  const api = async (path: string, token: string, method = 'GET') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${running.address}${path}`, {
      method,
      headers,
      ...(method !== 'GET' && { body: '{}' }),
    })
    return { status: response.status, body: await response.json() }
  }
  /** What is shown once, copied from its dialog. */
  const secretOf = async (page: Page): Promise<string> => {
    const secret = page.locator('.secret code')
    const text = (await secret.textContent()) ?? ''
    await page.getByRole('button', { name: '关闭' }).last().click()
    await secret.waitFor({ state: 'hidden' })
    return text
  }
  const pick = async (page: Page, label: string, option: string): Promise<void> => {
    await page.getByLabel(label, { exact: true }).click()
    await page.locator('.ant-select-item-option', { hasText: option }).click()
  }

  test('the first administrator is made, and lets somebody in who sees their own street only', async () => {
    const link = await waitFor('the set-up link', async () => /#setup=[\w-]{43}/.exec(running.output())?.[0])
    const { page } = await visit(browser)
    root = page
    await root.goto(`${running.address}/${link}`)
    await root.getByLabel('姓名').fill('管理员')
    await root.getByLabel('登录名').fill('root')
    await root.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await root.getByLabel('再输一次密码').fill(PASSWORD)
    await root.getByRole('button', { name: '设置并登录' }).click()
    await root.getByText('1/1 路在线').waitFor()

    await root.goto(`${running.address}/system/users`)
    await root.getByRole('button', { name: '添加用户' }).click()
    await root.getByLabel('姓名', { exact: true }).fill('<b>张伟</b>')
    await root.getByLabel('登录名', { exact: true }).fill('zhang')
    await pick(root, '角色', '坐席')
    await root.getByRole('dialog').getByText('街道', { exact: true }).click()
    await root.getByLabel('选择街道').fill('elsewhere')
    await root.keyboard.press('Enter')
    await root.getByRole('button', { name: '添加并生成链接' }).click()
    const invitation = await secretOf(root)
    await root.getByRole('cell', { name: '<b>张伟</b>', exact: true }).waitFor()

    const { page: zhang, complaints } = await visit(browser)
    await zhang.goto(invitation)
    await zhang.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await zhang.getByLabel('再输一次密码').fill(PASSWORD)
    await zhang.getByRole('button', { name: '设置并登录' }).click()
    await zhang.getByText('0/0 路在线').waitFor()
    expect(await zhang.getByRole('link', { name: '系统' }).count()).toBe(0)
    expect(complaints.filter(complaint => !complaint.includes('401'))).toEqual([])
    await zhang.context().close()
  })

  test('a token is shown once, works at once, and is refused from the moment that it is revoked', async () => {
    const issue = async (name: string, role: string): Promise<string> => {
      await root.goto(`${running.address}/system/tokens`)
      await root.getByRole('button', { name: '签发令牌' }).click()
      await root.getByLabel('名称', { exact: true }).fill(name)
      await pick(root, '角色', role)
      await root.getByRole('dialog').getByText('全区', { exact: true }).click()
      await root.getByRole('dialog').getByRole('button', { name: '签发令牌' }).click()
      return secretOf(root)
    }
    admin = await issue('值班网关', '管理员')
    const viewer = await issue('大屏', '观察员')
    expect((await api('/api/me', viewer)).body).toMatchObject({ name: '大屏', role: 'viewer', by: 'token' })
    await root.getByRole('row', { name: /大屏/ }).getByRole('button', { name: '吊销' }).click()
    await root.getByRole('tooltip').getByRole('button', { name: '吊销' }).click()
    await root.getByText('已吊销').waitFor()
    expect((await api('/api/me', viewer)).status).toBe(401)
  })

  test('a session that ends in the middle asks over the page, and what was typed is still there', async () => {
    await root.goto(`${running.address}/system/users`)
    await root.getByRole('button', { name: '添加用户' }).click()
    await root.getByLabel('姓名', { exact: true }).fill('李雷')
    await root.getByLabel('登录名', { exact: true }).fill('lilei')
    await pick(root, '角色', '观察员')
    await root.getByRole('dialog').getByText('全区', { exact: true }).click()
    const users = (await api('/api/users', admin)).body.items as readonly {
      readonly id: string
      readonly login: string
    }[]
    const id = users.find(({ login }) => login === 'root')?.id
    expect((await api(`/api/users/${id}/sessions`, admin, 'DELETE')).body).toEqual({ ended: 1 })
    // The page may notice by itself, and ask, before the click comes: then the question lies over the button.
    await root.getByRole('button', { name: '添加并生成链接' }).dispatchEvent('click')
    const dialog = root.getByRole('dialog', { name: '登录' })
    await dialog.getByText('会话已过期').waitFor()
    await dialog.getByLabel('登录名').fill('root')
    await dialog.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: '登录', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await root.getByLabel('姓名', { exact: true }).inputValue()).toBe('李雷')
    await root.getByRole('button', { name: '添加并生成链接' }).click()
    await secretOf(root)
    await root.getByRole('cell', { name: '李雷', exact: true }).waitFor()
  })

  test('the figures page shows the API’s own numbers, each with a way to its cases and its data as a file', async () => {
    // The very answer that the page was drawn from: the demo goes on opening incidents.
    const answered = root.waitForResponse(
      answer => answer.url().includes('/api/kpis?') && answer.url().includes('by=day'),
    )
    await root.goto(`${running.address}/figures`)
    const told = (await (await answered).json()).total.kpis
    await root.locator('[data-kpi]').first().waitFor()
    const shown = await root.locator('[data-kpi]').allTextContents()
    expect(shown).toEqual(KPI_NAMES.map(name => kpiText(name, told[name])))
    expect(await root.locator('.kpis a').first().getAttribute('href')).toMatch(/^\/search\?from=\d{4}-\d\d-\d\d&to=/)
    const [saved] = await Promise.all([
      root.waitForEvent('download'),
      root.getByRole('button', { name: '各环节用时与预算 导出数据 (CSV)' }).click(),
    ])
    const lines = await (await import('node:fs/promises')).readFile(await saved.path(), 'utf8')
    expect(lines).toContain(
      csvOf({ columns: ['环节', '次数', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', '预算 ms'], rows: [] }),
    )
    expect(lines).toMatch(/识别,\d+,/)
  })
})
