// Two drawings in SVG: incidents by day as bars, and the colours of grids by day as squares with their words.
import type { GridDays } from '../../core/kpi.ts'
import { COLOUR_NAMES } from '../../core/standing.ts'
import { html, type Markup } from './markup.ts'

/** Of the drawing's own units; the page scales it to its width. */
const WIDTH = 700
const LEFT = 84

const dayOf = (name: string): string => String(Number(name.slice(8)))

/**
 *   120 ┤      ▂
 *       │  ▂ ▄ █ ▂        each bar with its number, so that a print in grey says the same
 *     0 └──────────
 *         1 2 3 4
 */
export function bars(days: readonly { readonly name: string; readonly incidents: number }[]): Markup {
  const highest = Math.max(1, ...days.map(({ incidents }) => incidents))
  const step = (WIDTH - LEFT) / days.length
  const [top, height] = [14, 90]
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${top + height + 16}" role="img" aria-label="每日事件">
<text class="label" x="0" y="${top + height}">起数 incidents</text>
<line class="axis" x1="${LEFT}" x2="${WIDTH}" y1="${top + height}" y2="${top + height}"/>
${days.map(({ name, incidents }, index) => {
  const barHeight = Math.round((incidents / highest) * height * 10) / 10
  const [x, middle] = [LEFT + index * step, LEFT + (index + 0.5) * step]
  return html`<rect class="bar" x="${round(x + step * 0.15)}" y="${round(top + height - barHeight)}" width="${round(step * 0.7)}" height="${barHeight}"/>
${incidents > 0 && html`<text class="number" x="${round(middle)}" y="${round(top + height - barHeight - 3)}">${incidents}</text>`}
<text class="number quiet" x="${round(middle)}" y="${top + height + 12}">${dayOf(name)}</text>
`
})}</svg>`
}

/** One row for a grid, one square for a day with the colour's word; empty where the grid was not weighed. */
export function colourDays(days: readonly { readonly name: string }[], grids: readonly GridDays[]): Markup {
  const step = (WIDTH - LEFT) / days.length
  const row = 18
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${grids.length * row + 16}" role="img" aria-label="五色评估">
${grids.map(({ gridId, days: colours }, line) => {
  return html`<text class="label" x="0" y="${line * row + 13}">${short(gridId)}</text>
${colours.map((colour, index) => {
  const x = LEFT + index * step
  return (
    colour &&
    html`<rect class="square ${colour}" x="${round(x + 0.5)}" y="${line * row + 1}" width="${round(step - 1)}" height="${row - 2}"/>
<text class="word on-${colour}" x="${round(x + step / 2)}" y="${line * row + 13}">${COLOUR_NAMES[colour]}</text>
`
  )
})}`
})}
${days.map(({ name }, index) => {
  return html`<text class="number quiet" x="${round(LEFT + (index + 0.5) * step)}" y="${grids.length * row + 12}">${dayOf(name)}</text>
`
})}</svg>`
}

const round = (value: number): number => Math.round(value * 10) / 10
const short = (id: string): string => (id.length > 13 ? `${id.slice(0, 12)}…` : id)
