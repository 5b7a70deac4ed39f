// The report of a run: one HTML page that needs nothing else, and the same as Markdown.
import { type Html, html, raw } from '../html.ts'
import type { Pictures } from '../scoring/pictures.ts'
import type { Compared } from './comparison.ts'
import type { Leaf, Result } from './results.ts'
import { changesHtml, type ScoreChanges } from './score/changes.ts'
import { scoreSection } from './score/section.ts'
import { pictureStore } from './score/shots.ts'
import { scoreTableMarkdown } from './score/table.ts'
import { stagesChart } from './stages.ts'
import { STYLE } from './style.ts'

export interface Report {
  readonly results: readonly Result[]
  /** Null where it was asked for no comparison. */
  readonly compared: Comparison | null
}

export interface Comparison {
  readonly with: string
  readonly rows: readonly Compared[]
  /** Of scored runs that both have, by the result's name. */
  readonly scores: readonly (ScoreChanges & { readonly name: string })[]
}

/** Where a result file has stages, with what they are of. */
const STAGED = [
  ['recorded', 'recorded detections'],
  ['drawnStreet', 'the drawn street, in pixels'],
] as const
/** Longer tables are unfolded by whoever wants them. */
const MOST_OPEN = 40
/** Fewer and they would hide a change; more and nobody looks. */
const MOST_COMPARED = 200

/** @param pictures at the marks of scored runs; those that are not there are sketched */
export function reportPage({ results, compared }: Report, pictures: Pictures = new Map()): string {
  const shown = new Set(pictures.keys())
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Jiemu: results</title>
<style>${raw(STYLE)}</style>
<h1>Jiemu 街目: results</h1>
<nav>${results.map(({ name }) => html`<a href="#${name}">${name}</a> `)}${compared ? html`<a href="#comparison">comparison</a>` : ''}</nav>
${compared ? comparison(compared) : ''}
${results.map(result => section(result, shown))}
${pictureStore(pictures)}
</html>
`.text
}

function section(result: Result, pictures: ReadonlySet<string>): Html {
  const { name, what, rows, complete, score } = result
  const charts = STAGED.flatMap(([under, of]) => {
    const svg = name === 'latency' ? stagesChart(rows, under) : undefined
    return svg ? [html`<figure>${raw(svg)}<figcaption>Each stage of ${of}, milliseconds</figcaption></figure>`] : []
  })
  return html`<section id="${name}">
<h2>${name}</h2>
<p>${what}</p>
<p class="from">${provenance(result)}</p>
${complete ? '' : html`<p class="warning">This run was interrupted: its figures are not whole.</p>`}
${charts}${score ? scoreSection(score, name, pictures) : ''}
<details${rows.length <= MOST_OPEN ? raw(' open') : ''}><summary>${rows.length} figures</summary>
<table>${rows.map(({ path, value }) => html`<tr><th>${path}</th><td>${shown(value)}</td></tr>`)}</table>
</details>
</section>
`
}

function provenance({ measuredAt, commit, dirty, machine, loadAverage }: Result): string {
  const changed = dirty ? ' with changes' : ''
  const memory = machine.memoryGiB === undefined ? '' : `, ${machine.memoryGiB} GiB`
  const load = loadAverage === null ? '' : `, load ${loadAverage}`
  return `${measuredAt.slice(0, 16).replace('T', ' ')} UTC, ${commit?.slice(0, 7) ?? 'from no checkout'}${changed}, ${machine.cores} cores ${machine.cpu}${memory}, Node ${machine.node}${load}`
}

function comparison({ with: other, rows, scores }: Comparison): Html {
  const heading = html`<section id="comparison"><h2>comparison</h2>`
  const events = scores.map(changed => changesHtml(changed.name, changed))
  if (rows.length === 0) return html`${heading}<p>Nothing differs from ${other}.</p>${events}</section>`
  const left = rows.length - MOST_COMPARED
  return html`${heading}${events}
<p>With ${other}: ${rows.length} numbers differ, the greatest change first${left > 0 ? `; the last ${left} are left out` : ''}.</p>
<div class="wide"><table><tr><th></th><td>before</td><td>after</td><td>ratio</td></tr>
${rows
  .slice(0, MOST_COMPARED)
  .map(
    ({ result, path, before, after, ratio }) =>
      html`<tr><th>${result} ${path}</th><td>${shown(before)}</td><td>${shown(after)}</td><td>${ratioText(ratio)}</td></tr>\n`,
  )}</table></div></section>
`
}

const ratioText = (ratio: number | null): string => (ratio === null ? '–' : ratio.toFixed(3))

function shown(value: Leaf): string {
  if (value === null) return '–'
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)
}

export function reportMarkdown({ results, compared }: Report): string {
  const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ')
  const parts = results.map(result =>
    [
      `## ${result.name}`,
      '',
      cell(result.what),
      '',
      `${provenance(result)}${result.complete ? '' : '. **Interrupted: not whole.**'}`,
      '',
      ...(result.score ? [scoreTableMarkdown(result.score), ''] : []),
      '| figure | value |',
      '|---|---|',
      ...result.rows.map(({ path, value }) => `| ${cell(path)} | ${cell(shown(value))} |`),
      '',
    ].join('\n'),
  )
  const rows = compared?.rows.map(
    ({ result, path, before, after, ratio }) =>
      `| ${cell(`${result} ${path}`)} | ${shown(before)} | ${shown(after)} | ${ratioText(ratio)} |`,
  )
  const events = (compared?.scores ?? []).flatMap(({ name, changes }) =>
    changes.map(
      ({ camera, what, before, after }) =>
        `| ${cell(`${name} ${camera}: ${what}`)} | ${before ?? '–'} | ${after ?? '–'} |`,
    ),
  )
  const changed = events.length > 0 ? ['| event | before | after |', '|---|---|---|', ...events, ''] : []
  const beside =
    rows &&
    ['## comparison', '', ...changed, '| figure | before | after | ratio |', '|---|---|---|---|', ...rows, ''].join(
      '\n',
    )
  return ['# Jiemu 街目: results', '', ...(beside ? [beside] : []), ...parts].join('\n')
}
