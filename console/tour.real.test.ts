// A tour of every page on a staged day: pictures for a person to look at, and what a browser and axe complain about.
//
// Of Debian's Chromium. The pictures go to .cache/screenshots, by page, language, width and look. `npm run screenshots` makes them alone.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults, Spec } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIRST_VISITS, firstVisitBytes } from '../benchmarks/first-visit-bytes.ts'
import {
  chromiumAbsent,
  DESK,
  launchBrowser,
  newVisitor,
  openPage,
  PHONE,
  type Visit,
} from '../tests/support/browser.ts'
import { ROOT, type Running, startJiemu } from '../tests/support/jiemu.ts'
import { playDay, type Stage, type StagePerson, stageDay, stageToken } from '../tests/support/staged-day.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PICTURES = join(ROOT, '.cache/screenshots')

interface Stop {
  readonly path: string
  readonly person?: StagePerson
  /** What to do before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>
}

/** A new page gets a stop. By person: who has come walks on. */
const STOPS: Readonly<Record<string, Stop>> = {
  account: { path: '/account' },
  map: {
    path: '/map',
    prepare: async page => {
      await page.locator('.street-map-point.incident').first().waitFor()
      await page.locator('.map-list button').first().click()
      await page.locator('.map-card').waitFor()
    },
  },
  // For longer than the server waits for a picture: four of the cameras have none.
  wall: { path: '/wall', prepare: page => page.waitForTimeout(6_000) },
  jobs: { path: '/jobs' },
  job: {
    path: '/jobs',
    prepare: async page => {
      const id = await page.evaluate(async () => {
        const headers = { authorization: `Bearer ${sessionStorage.getItem('jiemu.token')}` }
        const { items } = await (await fetch('/api/jobs?limit=50', { headers })).json()
        return items.find(({ state }: { readonly state: string }) => state === 'verifying')?.id ?? items[0].id
      })
      await walk(page, `/jobs/${id}`)
    },
  },
  figures: { path: '/figures', prepare: page => page.waitForTimeout(1_500) },
  devices: { path: '/devices' },
  camera: { path: '/devices/wufangzhai', prepare: page => page.waitForTimeout(1_500) },
  duty: { path: '/duty' },
  'hand-over': { path: '/duty/hand-over' },
  deliveries: { path: '/deliveries' },
  users: { path: '/system' },
  register: { path: '/system/register' },
  tokens: { path: '/system/tokens' },
  workers: { path: '/duty/workers' },
  'not-found': { path: '/nowhere' },
  search: { path: '/search' },
  mutes: { path: '/mutes' },
  alerts: { path: '/alerts', person: 'operator' },
  case: { path: '/alerts/staged-0000', person: 'operator' },
  report: { path: '/report?camera=wufangzhai', person: 'operator' },
  'report-street': {
    path: '/report?in=street',
    person: 'operator',
    prepare: async page => {
      await page.locator('.street-map-point.camera').first().waitFor()
      await page.locator('.street-map-picking > button').click()
      await page.locator('.street-map-point.pin').waitFor()
    },
  },
  'mute-dialog': {
    path: '/mutes',
    person: 'operator',
    prepare: async page => {
      await page.locator('.mutes header .ant-btn-primary').click()
      await page.locator('.ant-modal .ant-checkbox').waitFor()
    },
  },
  field: { path: '/field', person: 'worker' },
  'field-job': {
    path: '/field',
    person: 'worker',
    prepare: page => page.locator('.field-row').first().click(),
  },
  'field-report': {
    path: '/field',
    person: 'worker',
    prepare: page => page.locator('.field footer button').click(),
  },
}

const ALL_VARIANTS = [
  { name: 'zh-1440-dark', language: 'zh', viewport: DESK, look: 'dark' },
  { name: 'en-1440-light', language: 'en', viewport: DESK, look: 'light' },
  { name: 'zh-390-light', language: 'zh', viewport: PHONE, look: 'light' },
  { name: 'en-390-dark', language: 'en', viewport: PHONE, look: 'dark' },
] as const
type Variant = (typeof ALL_VARIANTS)[number]
/** Two show every language, look and width; a person who looks at the pages wants all four. */
const VARIANTS = process.env.JIEMU_TOUR === 'all' ? ALL_VARIANTS : [ALL_VARIANTS[0], ALL_VARIANTS[3]]

describe.skipIf(chromiumAbsent)(`a tour of the console${chromiumAbsent && ` (needs ${chromiumAbsent})`}`, () => {
  let stage: Stage
  let running: Running
  let browser: Browser
  /** Of each variant, so that a page does not load again what the one before it has loaded. */
  let visitors: ReadonlyMap<Variant, BrowserContext>
  /** Where each variant's visitor is: people go from page to page, and load the console once. */
  const places = new Map<Variant, Visit & { readonly person: StagePerson }>()
  beforeAll(async () => {
    rmSync(PICTURES, { recursive: true, force: true })
    mkdirSync(PICTURES, { recursive: true })
    stage = await stageDay(60)
    running = await startJiemu({ args: stage.args, dataDir: stage.dataDir })
    await playDay(running, stage)
    browser = await launchBrowser()
    const opened = VARIANTS.map(
      async variant => [variant, await newVisitor(browser, { viewport: variant.viewport })] as const,
    )
    visitors = new Map(await Promise.all(opened))
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await running?.end()
    rmSync(stage.dataDir, { recursive: true, force: true })
  })

  /** Comes to a stop: on foot from the one before where the same person stands there, else through the door. */
  async function arrive(visitor: Variant, { path, person = 'admin' }: Stop): Promise<Visit> {
    const before = places.get(visitor)
    if (before?.person === person && person !== 'worker') {
      await walk(before.page, path)
      return before
    }
    await before?.page.close()
    const context = visitors.get(visitor)
    if (!context) throw new Error(`nobody visits as ${visitor.name}`)
    const opened = { ...(await openPage(context)), person }
    places.set(visitor, opened)
    await opened.page.addInitScript(
      ([token, language, look]) => {
        sessionStorage.setItem('jiemu.token', token ?? '')
        localStorage.setItem('jiemu.language', language ?? '')
        localStorage.setItem('jiemu.look', look ?? '')
      },
      [stageToken(person), visitor.language, visitor.look],
    )
    await opened.page.goto(`${running.address}${path}`)
    return opened
  }

  async function faultsOf(name: string, stop: Stop, visitor: Variant) {
    const variant = visitor.name
    const faults: object[] = []
    const { page, complaints } = await arrive(visitor, stop)
    await quiet(page)
    if (stop.prepare) {
      await stop.prepare(page)
      await quiet(page)
    }
    await page.screenshot({ path: join(PICTURES, `${name}-${variant}.png`) })
    const wideBy = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (wideBy > 0) faults.push({ variant, wideBy })
    const heard = complaints.splice(0).filter(text => !/status of 404/.test(text))
    faults.push(...heard.map(complaint => ({ variant, complaint })))
    for (const violation of await violations(page)) faults.push({ variant, ...violation })
    return faults
  }

  test.each(Object.entries(STOPS))(
    '%s shows no fault, fits a phone, and can be used by everybody',
    async (name, stop) => {
      // Side by side: much of a visit is waiting for the page to be quiet.
      const faults = await Promise.all(VARIANTS.map(variant => faultsOf(name, stop, variant)))
      expect(faults.flat()).toEqual([])
    },
  )

  test.each(Object.entries(FIRST_VISITS))('a first visit to the %s loads no more than is asked', (_, visited) => {
    const files = firstVisitBytes(join(ROOT, 'dist/console'), visited.document, visited.route)
    expect(Object.values(files).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(visited.limitBytes)
  })
})

/** Goes to another page of the console without loading it anew, as a click on a link does. */
async function walk(page: Page, path: string): Promise<void> {
  await page.evaluate(to => {
    history.pushState({ idx: history.length }, '', to)
    dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
    // Until the page is there, or says that it is loading.
    return new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  }, path)
}

/** Until nothing has been loading for a while; live events never end, and a page comes in parts. */
async function quiet(page: Page): Promise<void> {
  const loading = page.locator('.ant-skeleton, .ant-spin-spinning')
  const until = Date.now() + 30_000
  for (let since = Date.now(); Date.now() - since < 700 && Date.now() < until; ) {
    await page.waitForTimeout(100)
    if ((await loading.count()) > 0) since = Date.now()
  }
}

const EXCUSED = [
  // Ant Design keeps its button for more tabs in the list of tabs; a keyboard reaches it all the same.
  ['aria-required-children', /ant-tabs-nav/],
  // A table too wide for a phone. Browsers let a keyboard scroll it (Chromium from 130 on); without rows nothing in it can be focused.
  ['scrollable-region-focusable', /ant-table-content/],
] as const

/** What axe-core finds by the rules of WCAG 2.1 A and AA. */
async function violations(
  page: Page,
): Promise<readonly { readonly rule: string; readonly where: readonly string[] }[]> {
  // A button that was just clicked is still on the way from one colour to the other.
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
  // Not as a script of the page, which its policy would refuse.
  await page.evaluate(AXE)
  const results: AxeResults = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: { run(where: Document, spec: Spec | object): Promise<AxeResults> }
    }
    return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })
  })
  const faults = results.violations.filter(({ id, nodes }) =>
    nodes.some(({ target }) => !EXCUSED.some(([rule, where]) => rule === id && where.test(String(target)))),
  )
  return faults.map(({ id, nodes }) => ({
    rule: id,
    where: nodes
      .slice(0, 4)
      .map(
        ({ target, failureSummary }) => `${String(target)}: ${failureSummary?.split('\n').slice(1, 2).join('').trim()}`,
      ),
  }))
}
