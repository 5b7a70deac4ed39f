// How a verdict looks wherever it stands: colours that colour-blind people tell apart (Okabe and Ito 2008), and a shape each.
import { type Html, html, raw } from '../../html.ts'
import type { Verdict } from './time-line.ts'

export const VERDICTS: Readonly<
  Record<Verdict, { readonly colour: string; readonly ink: string; readonly symbol: string; readonly text: string }>
> = {
  hit: { colour: '#009e73', ink: '#fff', symbol: 'circle', text: 'found in time' },
  miss: { colour: '#d55e00', ink: '#fff', symbol: 'diamond', text: 'missed' },
  false: { colour: '#e69f00', ink: '#111', symbol: 'triangle', text: 'false alarm' },
  duplicate: { colour: '#cc79a7', ink: '#111', symbol: 'rect', text: 'said twice' },
}

export const TRUTH_COLOUR = '#56b4e9'
export const WATCHED_COLOUR = 'var(--chart-faint, #ddd)'
export const BLIND_COLOUR = '#777'

const SHAPES: Readonly<Record<string, string>> = {
  circle: '<circle cx="7" cy="7" r="6"/>',
  diamond: '<path d="M7 0 14 7 7 14 0 7Z"/>',
  triangle: '<path d="M7 1 14 13H0Z"/>',
  rect: '<rect x="1" y="1" width="12" height="12"/>',
  bar: '<rect y="4" width="14" height="6"/>',
}

export function glyph(verdict: Verdict): Html {
  const { symbol, colour } = VERDICTS[verdict]
  return shape(symbol, colour)
}

const shape = (name: string, colour: string): Html =>
  html`<svg class="glyph" width="14" height="14" viewBox="0 0 14 14" fill="${colour}">${raw(SHAPES[name] ?? '')}</svg>`

export const LEGEND: Html = html`<p class="legend">${[
  ['bar', TRUTH_COLOUR, 'what happened (truth)'] as const,
  ...Object.values(VERDICTS).map(({ symbol, colour, text }) => [symbol, colour, text] as const),
  ['bar', WATCHED_COLOUR, 'pictures came'] as const,
  ['bar', BLIND_COLOUR, 'the view was not clear'] as const,
].map(([name, colour, text]) => html`<span>${shape(name, colour)} ${text}</span> `)}
<span>In pictures: <b class="in-zone">zone</b>, <b class="in-alarm">alarm</b>, <b class="in-truth">truth</b>, grey what else was seen.</span></p>`
