// Measures the board of jobs in a real browser with thousands of open jobs: how soon it can be used, how long a menu, a lift
// and a drag take, and how large the page is; writes benchmarks/results/board.json.
//
// From the root of the checkout, after `npm run build`: `npm run bench:board -- [--jobs 2000] [--rounds 12] [--out FOLDER]`.
// The jobs are made by the product itself from observations, and moved on into several states, before the program opens
// their store; then it runs as it is started by everybody. Cameras that would never be reached are taken out before.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { Scope } from '../core/scope.ts'
import { programArguments } from './arguments.ts'
import { quantiles } from './dispatch-load/reckon.ts'
import { fillDirectory } from './open-jobs/directory.ts'
import { startProgram } from './program.ts'
import { rounded, writeResult } from './provenance.ts'

const CHROMIUM = process.env.JIEMU_CHROMIUM ?? '/usr/bin/chromium'
/** What was not painted after so long will not be: the page would wait for ever. */
const PAINTED_WITHIN_MS = 60_000
/** Beyond that a hand notices that the page is behind it. */
const STUTTER_MS = 100

/** Run in the page: when what a selector names has been painted, counted from the next event of a type as the browser dates it. */
const watch = (of: readonly [type: string, selector: string]) => `(([type, selector]) => {
  let begunAt = performance.now()
  addEventListener(type, event => { begunAt = event.timeStamp }, { capture: true, once: true })
  const watchedAt = performance.now()
  globalThis.watched = new Promise((done, fail) => {
    const look = () => {
      if (performance.now() - watchedAt > ${PAINTED_WITHIN_MS}) return fail(new Error(selector + ' is not painted'))
      if (!document.querySelector(selector)) return requestAnimationFrame(look)
      const channel = new MessageChannel()
      channel.port1.onmessage = () => done(performance.now() - begunAt)
      channel.port2.postMessage(null)
    }
    requestAnimationFrame(look)
  })
})(${JSON.stringify(of)})`
/** Run in the page: the milliseconds between frames, until `endFrames()` hands them over. */
const FRAMES = `(() => {
  const spans = []
  let last = performance.now()
  let on = true
  const tick = now => {
    spans.push(now - last)
    last = now
    if (on) requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
  globalThis.endFrames = () => {
    on = false
    return spans.slice(1)
  }
})()`

const { amounts, out } = programArguments({ jobs: 2_000, rounds: 12 })

await using scope = new Scope()
const folder = await mkdtemp(join(tmpdir(), 'jiemu-board-'))
scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
const dataDirectory = join(folder, 'data')
const states = await fillDirectory(dataDirectory, amounts.jobs)
console.log('open jobs:', states)
const { address } = await startProgram(scope, { dataDirectory })
const browser = scope.use(
  await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] }),
  it => it.close(),
)

const usableMs: number[] = []
for (let round = 0; round < amounts.rounds; round += 1) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  usableMs.push(await usable(await context.newPage(), address))
  await context.close()
}
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
await usable(page, address)
const first = await sizeOf(page)
const shortMs = { menu: await menus(page), drag: await drags(page) }
// Somebody who looks for more has every column grow.
for (let more = 0; more < 4; more += 1) await lengthen(page)
const long = await sizeOf(page)
const longMs = { menu: await menus(page), drag: await drags(page) }

const timesOf = ({ menu, drag }: typeof shortMs) => ({
  menuMs: quantiles(menu),
  liftMs: quantiles(drag.map(({ liftMs }) => liftMs)),
  frameMs: quantiles(drag.flatMap(({ framesMs }) => framesMs)),
  dropMs: quantiles(drag.map(({ dropMs }) => dropMs)),
})
const figures = {
  browser: `Chromium ${browser.version()}`,
  ...{ jobs: amounts.jobs, rounds: amounts.rounds, states, stutterMs: STUTTER_MS },
  usableMs: quantiles(usableMs),
  asOpened: { ...first, ...timesOf(shortMs) },
  afterMore: { ...long, ...timesOf(longMs) },
}
const slowest = [figures.asOpened, figures.afterMore].map(({ menuMs, liftMs, frameMs }) =>
  Math.max(menuMs.p95Ms ?? 0, liftMs.p95Ms ?? 0, frameMs.p95Ms ?? 0),
)
await writeResult(
  'board',
  {
    what: `the board in Chromium with ${amounts.jobs} open jobs, as it is opened and after every column was made longer four times: milliseconds from opening the address until cards can be taken, from pressing a card's menu until it is painted, from lifting a card until it is painted as lifted, between the frames of a drag over the columns, and from dropping until the dialog that it asks for is painted; and the size of the page`,
    footage: [],
    figures: { ...figures, stutters: slowest.map(ms => ms > STUTTER_MS) },
  },
  out,
)
console.log(JSON.stringify(figures, undefined, 1))

/** Milliseconds from opening the address until cards stand in the first column and answer. */
async function usable(page: Page, at: string): Promise<number> {
  const begun = performance.now()
  await page.goto(`${at}/jobs?view=board`)
  await page.locator('.job-card-handle').first().waitFor()
  await page.evaluate('new Promise(done => requestIdleCallback(() => done(), { timeout: 10_000 }))')
  return rounded(performance.now() - begun)
}

async function sizeOf(page: Page) {
  const count = (selector: string) => page.locator(selector).count()
  return {
    elements: await count('*'),
    cards: await count('.job-card'),
  }
}

/** From pressing the menu's button until its first entry has been painted. */
async function menus(page: Page): Promise<readonly number[]> {
  const spans: number[] = []
  for (let round = 0; round < amounts.rounds; round += 1) {
    await page.evaluate(watch(['pointerup', '.ant-dropdown:not(.ant-dropdown-hidden) [role="menuitem"]']))
    await page
      .locator('.job-card-tools .ant-btn')
      .nth(round % 5)
      .click()
    spans.push(await page.evaluate<number>('watched'))
    await page.keyboard.press('Escape')
    await page.mouse.click(700, 60)
    await page.locator('.ant-dropdown:not(.ant-dropdown-hidden)').waitFor({ state: 'hidden' })
  }
  return spans
}

interface Drag {
  readonly liftMs: number
  readonly framesMs: readonly number[]
  readonly dropMs: number
}

/** A card of the second column is taken over all columns and dropped on the first, which asks who shall have it. */
async function drags(page: Page): Promise<readonly Drag[]> {
  const found: Drag[] = []
  for (let round = 0; round < amounts.rounds; round += 1) {
    const column = page.locator('.board-column').nth(1)
    const handle = column.locator('.job-card-handle').nth(round % 3)
    await handle.scrollIntoViewIfNeeded()
    const box = await handle.boundingBox()
    if (!box) throw new Error('a card has no handle')
    await page.mouse.move(box.x + 4, box.y + 4)
    await page.mouse.down()
    await page.evaluate(watch(['pointermove', '.job-card.lifted']))
    await page.mouse.move(box.x + 14, box.y + 8)
    const liftMs = await page.evaluate<number>('watched')
    await page.evaluate(FRAMES)
    for (let step = 0; step < 30; step += 1) await page.mouse.move(120 + step * 40, 300)
    const framesMs = await page.evaluate<readonly number[]>('endFrames()')
    const target = await page.locator('.board-column').first().boundingBox()
    if (!target) throw new Error('there is no column')
    await page.mouse.move(target.x + 60, target.y + 60)
    // A page that is behind its mouse would take the drop for one on the column before.
    await page.locator('.board-column').first().and(page.locator('.over')).waitFor()
    await page.evaluate(watch(['pointerup', '.ant-modal .offers']))
    await page.mouse.up()
    const dropMs = await page.evaluate<number>('watched')
    await page.keyboard.press('Escape')
    await page.locator('.ant-modal').waitFor({ state: 'hidden' })
    found.push({ liftMs, framesMs, dropMs })
  }
  return found
}

/** Has every column hold one page more, and leaves it at its end. */
async function lengthen(page: Page): Promise<void> {
  const more = page.locator('.board-cards > .ant-btn-dashed')
  for (let index = (await more.count()) - 1; index >= 0; index -= 1) {
    const answered = page.waitForResponse(/api\/board\/cards\?.*before=/)
    await more.nth(index).click()
    await (await answered).finished()
  }
  await page.evaluate('new Promise(done => requestIdleCallback(() => done(), { timeout: 10_000 }))')
}
