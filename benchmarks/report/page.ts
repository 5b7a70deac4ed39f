// The report of a run: one HTML page that needs nothing else, and the same as Markdown.
import { type Html, html, raw } from '../html.ts'
import type { Compared } from './comparison.ts'
import type { Leaf, Result } from './results.ts'
import { stagesChart } from './stages.ts'

export interface Report {
  readonly results: readonly Result[]
  /** Null where it was asked for no comparison. */
  readonly compared: { readonly with: string; readonly rows: readonly Compared[] } | null
}

/** Where a result file has stages, with what they are of. */
const STAGED = [
  ['recorded', 'recorded detections'],
  ['drawnStreet', 'the drawn street, in pixels'],
] as const
/** Fewer and they would hide a change; more and nobody looks. */
const MOST_COMPARED = 200

export function reportPage({ results, compared }: Report): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Jiemu: results</title>
<style>${raw(STYLE)}</style>
<h1>Jiemu 街目: results</h1>
<nav>${results.map(({ name }) => html`<a href="#${name}">${name}</a> `)}${compared ? html`<a href="#comparison">comparison</a>` : ''}</nav>
${compared ? comparison(compared.with, compared.rows) : ''}
${results.map(section)}
</html>
`.text
}

function section(result: Result): Html {
  const { name, what, rows, complete } = result
  const charts = STAGED.flatMap(([under, of]) => {
    const svg = name === 'latency' ? stagesChart(rows, under) : undefined
    return svg ? [html`<figure>${raw(svg)}<figcaption>Each stage of ${of}, milliseconds</figcaption></figure>`] : []
  })
  return html`<section id="${name}">
<h2>${name}</h2>
<p>${what}</p>
<p class="from">${provenance(result)}</p>
${complete ? '' : html`<p class="warning">This run was interrupted: its figures are not whole.</p>`}
${charts}
<details${rows.length <= 40 ? raw(' open') : ''}><summary>${rows.length} figures</summary>
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

function comparison(other: string, rows: readonly Compared[]): Html {
  if (rows.length === 0)
    return html`<section id="comparison"><h2>comparison</h2><p>Nothing differs from ${other}.</p></section>`
  const left = rows.length - MOST_COMPARED
  return html`<section id="comparison"><h2>comparison</h2>
<p>With ${other}: ${rows.length} numbers differ, the greatest change first${left > 0 ? `; the last ${left} are left out` : ''}.</p>
<table><tr><th></th><td>before</td><td>after</td><td>ratio</td></tr>
${rows
  .slice(0, MOST_COMPARED)
  .map(
    ({ result, path, before, after, ratio }) =>
      html`<tr><th>${result} ${path}</th><td>${shown(before)}</td><td>${shown(after)}</td><td>${ratioText(ratio)}</td></tr>\n`,
  )}</table></section>
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
  const beside =
    rows && ['## comparison', '', '| figure | before | after | ratio |', '|---|---|---|---|', ...rows, ''].join('\n')
  return ['# Jiemu 街目: results', '', ...(beside ? [beside] : []), ...parts].join('\n')
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, 'PingFang SC', 'Noto Sans CJK SC', sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
nav { display: flex; flex-wrap: wrap; gap: .25rem .75rem }
section { margin-top: 2.5rem; border-top: 1px solid #8884 }
.from { color: #888; font-size: .85rem }
.warning { border-left: 4px solid #d55e00; padding-left: .75rem }
figure { margin: 1rem 0; background: #fff; overflow-x: auto }
figcaption { color: #666; font-size: .85rem; padding: 0 .5rem .5rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: normal; overflow-wrap: anywhere }
th, td { padding: .1rem .75rem .1rem 0; border-bottom: 1px solid #8883; vertical-align: top }
td { text-align: right }
summary { cursor: pointer }
`
