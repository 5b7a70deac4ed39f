// What became of each event and each false alarm between two scored runs: a figure says that it got worse, this says where.
import { type Html, html } from '../../html.ts'
import type { ScoredCase, ScoreFile } from '../../scoring/score-file.ts'

export interface Change {
  readonly camera: string
  readonly what: string
  /** "found 3.5 s after due", "missed", "false alarm"; null where there was nothing. */
  readonly before: string | null
  readonly after: string | null
}

export interface ScoreChanges {
  /** Cameras that both runs have scored on the same truth: nothing else can be compared. */
  readonly cameras: readonly string[]
  readonly changes: readonly Change[]
}

/** In the order of the second run, then what is no more. Pure. */
export function scoreChanges(before: ScoreFile, after: ScoreFile): ScoreChanges {
  const both = after.cases.flatMap(now => {
    const earlier = before.cases.find(({ camera, truth }) => camera === now.camera && truth === now.truth)
    return earlier ? [{ now, earlier }] : []
  })
  const changes = both.flatMap(({ now, earlier }) => {
    const [was, is] = [told(earlier), told(now)]
    return [...new Set([...is.keys(), ...was.keys()])].flatMap(what => {
      const change = { camera: now.camera, what, before: was.get(what) ?? null, after: is.get(what) ?? null }
      return change.before === change.after ? [] : [change]
    })
  })
  return { cameras: both.map(({ now }) => now.camera), changes }
}

/** Events by what they are, alarms about nothing by when they were raised: one that comes at another time is another. */
function told({ events, alarms, startAt }: ScoredCase): ReadonlyMap<string, string> {
  const seconds = (ms: number) => (ms / 1_000).toFixed(1)
  const said = new Map<string, string>()
  for (const { rule, zone, subject, what, fromAt, dueAt, alarm } of events) {
    const name = [rule, zone, subject, what, `from ${seconds(fromAt - startAt)} s`].filter(Boolean).join(' ')
    const hit = alarm === null ? undefined : alarms[alarm]
    said.set(name, hit ? `found ${seconds(hit.openedAt - dueAt)} s after due` : 'missed')
  }
  for (const { rule, zone, openedAt, verdict, why } of alarms) {
    if (verdict === 'hit') continue
    const name = `${rule} ${zone} at ${seconds(openedAt - startAt)} s`
    said.set(name, verdict === 'false' ? `false alarm${why === 'no-event' ? '' : ` (${why})`}` : 'said twice')
  }
  return said
}

export function changesHtml(name: string, { cameras, changes }: ScoreChanges): Html {
  if (cameras.length === 0) return html`<p>${name}: no camera was scored in both runs on the same truth.</p>`
  const compared = html`${name}, ${cameras.join(', ')}`
  if (changes.length === 0) return html`<p>${compared}: every event and every false alarm is as it was.</p>`
  const rows = changes.map(
    ({ camera, what, before, after }) =>
      html`<tr><th>${camera}: ${what}</th><td>${before ?? '–'}</td><td>${after ?? '–'}</td></tr>\n`,
  )
  return html`<h3>What became of events and false alarms</h3><p>${compared}.</p>
<div class="wide"><table><tr><th></th><td>before</td><td>after</td></tr>\n${rows}</table></div>`
}
