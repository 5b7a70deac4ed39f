// Measures how long a committed incident takes to be seen: from its transaction to its row painted in a real browser; writes
// benchmarks/results/alert-visible.json.
//
// From the root of the checkout, after `npm run build`: `npm run bench:alert-visible -- [--incidents 120] [--standing 400] [--out FOLDER]`.
// The program runs as it is started by everybody, Chromium shows the alert queue with many alerts in it, and residents'
// reports come in over Open311, each of which is an incident that waits. Server and browser share the machine's clock.
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { Scope } from '../core/scope.ts'
import { programArguments } from './arguments.ts'
import { quantiles } from './dispatch-load/reckon.ts'
import { startProgram } from './program.ts'
import { writeResult } from './provenance.ts'

const CHROMIUM = process.env.JIEMU_CHROMIUM ?? '/usr/bin/chromium'
const KEY = 'alert-visible'
/** Apart enough that each is seen by itself, and not in step with anything that ticks. */
const EVERY_MS = 370
const LIMIT_MS = 300

/** The most severe kind that residents report: its newest stands on top of the queue. */
const MEASURED = 'crowding'
const STANDING = 'overflowing-bin'

const SETTINGS = {
  open311: {
    street: 'north',
    grid: 'n1',
    keys: [{ name: 'bench', sha256: createHash('sha256').update(KEY).digest('hex') }],
  },
}
/** Nobody decides here for minutes, and what escalates meanwhile would be measured with it. */
const POLICIES = `
teams: [{ id: bench, name: Bench, skills: [${MEASURED}, ${STANDING}], grids: [n1] }]
policies:
  - { kind: ${MEASURED}, mode: confirm, confirmWithin: 2h }
  - { kind: ${STANDING}, mode: confirm, confirmWithin: 2h }
`

interface Seen {
  readonly id: string
  readonly paintedAt: number
}

const { amounts, out } = programArguments({ incidents: 120, standing: 400 })
/** Runs in the page: notes when a row that came in has been painted. A message sent while a frame is prepared arrives after it. */
const WATCH_ROWS = `
  globalThis.seenRows = []
  const known = new Set()
  const look = () => {
    const ids = [...document.querySelectorAll('[data-incident]')].map(row => row.dataset.incident)
    const fresh = ids.filter(id => !known.has(id))
    for (const id of fresh) known.add(id)
    return fresh
  }
  look()
  new MutationObserver(() => {
    const fresh = look()
    if (fresh.length === 0) return
    requestAnimationFrame(() => {
      const channel = new MessageChannel()
      channel.port1.onmessage = () => {
        const paintedAt = performance.timeOrigin + performance.now()
        for (const id of fresh) seenRows.push({ id, paintedAt })
      }
      channel.port2.postMessage(null)
    })
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-incident'] })
`

await using scope = new Scope()
const folder = await mkdtemp(join(tmpdir(), 'jiemu-alert-visible-'))
scope.defer(() => rm(folder, { recursive: true, force: true }))
const camerasFile = join(folder, 'policies.yaml')
await writeFile(camerasFile, POLICIES)
const { address } = await startProgram(scope, { camerasFile, settings: SETTINGS })
const browser = scope.use(
  await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] }),
  it => it.close(),
)
for (let index = 0; index < amounts.standing; index += 1) await report(address, STANDING, `standing ${index}`)
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
await page.goto(`${address}/alerts`)
await page.locator('.alert-row').first().waitFor()
await page.locator('.bar-live.live').waitFor()
await page.evaluate(WATCH_ROWS)
// What a page does after it was opened (pictures, claims, first measurements) is no part of this.
await delay(5_000)

for (let index = 0; index < amounts.incidents; index += 1) {
  await report(address, MEASURED, `measured ${index}`)
  await delay(EVERY_MS)
}
await delay(2_000)

const seen = new Map((await page.evaluate<readonly Seen[]>('seenRows')).map(({ id, paintedAt }) => [id, paintedAt]))
const incidents = await opened(address)
const spans = incidents.flatMap(({ id, openedAt }) => {
  const paintedAt = seen.get(id)
  return paintedAt === undefined ? [] : [paintedAt - openedAt]
})
const spanMs = quantiles(spans)
await writeResult(
  'alert-visible',
  {
    what: `${incidents.length} incidents over Open311 into the running program, ${amounts.standing} alerts waiting beside them: milliseconds from the beginning of the transaction that commits an incident to its row painted in Chromium`,
    footage: [],
    figures: {
      browser: `Chromium ${browser.version()}`,
      incidents: incidents.length,
      seen: spans.length,
      standing: amounts.standing,
      everyMs: EVERY_MS,
      spanMs,
      limitMs: LIMIT_MS,
      withinLimit: spans.length === incidents.length && (spanMs.p95Ms ?? Infinity) <= LIMIT_MS,
    },
  },
  out,
)
console.log(`seen ${spans.length} of ${incidents.length}:`, spanMs)

async function report(address: string, service: string, description: string): Promise<void> {
  const body = new URLSearchParams({
    api_key: KEY,
    service_code: service,
    lat: (30.1 + Math.random() / 5).toFixed(6),
    long: (120 + Math.random() / 5).toFixed(6),
    description,
  })
  const response = await fetch(`${address}/open311/v2/requests.json`, { method: 'POST', body })
  if (!response.ok) throw new Error(`a report was refused: ${response.status} ${await response.text()}`)
}

/** The incidents of the measured kind; `openedAt` is read from the clock just before their transaction begins. */
async function opened(address: string): Promise<readonly { readonly id: string; readonly openedAt: number }[]> {
  const items: { readonly id: string; readonly openedAt: number }[] = []
  let before = ''
  do {
    const response = await fetch(`${address}/api/incidents?kind=${MEASURED}&limit=500${before}`)
    const page = (await response.json()) as { readonly items: typeof items; readonly next: string | null }
    items.push(...page.items)
    before = page.next ? `&before=${page.next}` : ''
  } while (before)
  return items
}
