// Signing in by the city's own issuer in a real browser over HTTPS: there, back to where one was, and refusals in plain words.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { CALLBACK_PATH } from '../../api/single-sign-on.ts'
import { Scope } from '../../core/scope.ts'
import { chromiumAbsent, launchBrowser, visit } from '../../tests/support/browser.ts'
import { certificateAuthority, keyHash, opensslAbsent } from '../../tests/support/certificates.ts'
import { preparedDirectory } from '../../tests/support/embedded.ts'
import { startJiemu } from '../../tests/support/jiemu.ts'
import { CLIENT, freePort, startIssuer, type TestIssuer } from '../../tests/support/oidc.ts'

const HOST = 'jiemu.test'
const absent = chromiumAbsent || opensslAbsent
const TOKEN = 'an-administrator-0123456789'

describe.skipIf(absent)(`single sign-on in a browser${absent && ` (needs ${absent})`}`, () => {
  const scope = new Scope()
  let issuer: TestIssuer
  let browser: Browser
  let origin: string
  beforeAll(async () => {
    const dataDir = await preparedDirectory()
    const port = await freePort()
    origin = `https://${HOST}:${port}`
    issuer = scope.use(await startIssuer(`${origin}${CALLBACK_PATH}`), it => it.close())
    const authority = scope.use(certificateAuthority(), it => it.remove())
    const { cert, key } = authority.issue(`DNS:${HOST}`)
    const at = (name: string) => join(dataDir, name)
    writeFileSync(at('server.pem'), cert)
    writeFileSync(at('server.key'), key)
    const oidc = {
      ...{ issuer: issuer.url, clientId: CLIENT.id, passwordsOnlyFor: ['reserve'] },
      access: [{ claim: 'groups', value: 'tianshui', role: 'operator', scope: 'district' }],
    }
    const sha256 = createHash('sha256').update(TOKEN).digest('hex')
    const settings = {
      publicUrl: origin,
      listen: { host: '0.0.0.0', tls: { cert: at('server.pem'), key: at('server.key') } },
      auth: { oidc, tokens: [{ name: 'admin', role: 'admin', scope: 'district', sha256 }] },
    }
    writeFileSync(at('settings.yaml'), stringify(settings))
    const args = ['--config', at('settings.yaml'), '--port', String(port)]
    const env = { JIEMU_OIDC_CLIENT_SECRET: CLIENT.secret }
    scope.use(await startJiemu({ args, dataDir, env }), it => it.end())
    browser = scope.use(await launchBrowser({ hosts: [HOST], trusted: [keyHash(cert)] }), it => it.close())
  }, 120_000)
  afterAll(() => scope.close())

  async function signInAtIssuer(page: Page, subject: string): Promise<void> {
    await page.locator('input[name=login]').fill(subject)
    await page.locator('input[name=password]').fill('any')
    await page.locator('button[type=submit]').click()
    await page.getByText('Continue').click()
  }

  test('leads to the issuer and back to the page that was asked for, signed in', async () => {
    issuer.accounts.set('s-1', { name: '李雷', preferred_username: 'lilei', groups: ['tianshui'] })
    const { page, complaints } = await visit(browser)
    await page.goto(`${origin}/search?kind=crowding`)
    const button = page.getByRole('button', { name: '统一身份认证' })
    await button.waitFor()
    // Nobody types the city's password into our page by mistake.
    expect(await page.getByLabel('密码').count()).toBe(0)
    await button.click()
    await signInAtIssuer(page, 's-1')
    await page.getByText('李雷').first().waitFor()
    expect(page.url()).toBe(`${origin}/search?kind=crowding`)
    // The issuer’s own pages want a font and an icon that are not there.
    expect(complaints.filter(text => !/status of 40[14]|NAME_NOT_RESOLVED/.test(text))).toEqual([])
    await page.context().close()
  })

  test('says plainly that somebody has no access, has turned back, or that the issuer is away', async () => {
    issuer.accounts.set('s-2', { preferred_username: 'stranger' })
    const { page } = await visit(browser)
    const begin = async () => {
      await page.goto(`${origin}/jobs`)
      await page.getByRole('button', { name: '统一身份认证' }).click()
    }
    await begin()
    await signInAtIssuer(page, 's-2')
    await page.getByRole('alert').getByText('还没有本系统的权限').waitFor()
    await page.context().clearCookies()
    await begin()
    await page.getByText('Cancel').click()
    await page.getByRole('alert').getByText('统一身份认证没有成功').waitFor()
    // The button is there for the next try, and the reason is not kept in the address.
    await page.getByRole('button', { name: '统一身份认证' }).waitFor()
    expect(page.url()).not.toContain('#')
    await page.context().close()
  })
})
