// A real browser for tests of the console: Debian's Chromium, driven by playwright-core.
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const CHROMIUM = process.env.JIEMU_CHROMIUM ?? '/usr/bin/chromium'

/** Names what is absent, for a test that is skipped for it. */
export const chromiumAbsent = existsSync(CHROMIUM) ? '' : 'chromium'

export const DESK = { width: 1440, height: 900 } as const
export const PHONE = { width: 390, height: 844 } as const

export interface LaunchOptions {
  /** Host names that stand for this machine: a page over HTTPS needs one that is no loopback name. */
  readonly hosts?: readonly string[]
  /** SHA-256 of the public keys that are trusted, base64: service workers want a certificate without a fault. */
  readonly trusted?: readonly string[]
}

export function launchBrowser({ hosts = [], trusted = [] }: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Maps are drawn by WebGL, which needs a graphics card or this.
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      ...(hosts.length > 0 ? [`--host-resolver-rules=${hosts.map(host => `MAP ${host} 127.0.0.1`).join(', ')}`] : []),
      ...(trusted.length > 0 ? [`--ignore-certificate-errors-spki-list=${trusted.join(',')}`] : []),
    ],
  })
}

export interface Visit {
  readonly page: Page
  /** What the page complained about: errors in its console, exceptions, refused styles and scripts. */
  readonly complaints: string[]
}

/** Without motion: on a busy machine a click that is aimed at a dialog as it opens lands beside it. */
const PERSON: BrowserContextOptions = {
  viewport: DESK,
  locale: 'zh-CN',
  timezoneId: 'Asia/Shanghai',
  reducedMotion: 'reduce',
}

/** What pages of one person share: what was loaded once, and what the browser keeps. */
export function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ ...PERSON, ...options })
}

/** A page of a person of its own, which keeps what went wrong in it. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  return openPage(await newVisitor(browser, options))
}

export async function openPage(context: BrowserContext): Promise<Visit> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    // Of a request that failed the text alone says how, and only the place says which.
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`)
  })
  return { page, complaints }
}
