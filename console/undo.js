// Taking a decision back: a button that counts its ten seconds down, for whoever decided here just now.
import { el } from './dom.js'
import { t } from './words.js'

/** By this page's own clock, since the server's answer came: what it allows counts from a moment before. */
const WITHIN_MS = 10_000

let decided
const leftMs = () => (decided ? decided.at + WITHIN_MS - performance.now() : 0)

/** @param redraw called every second until the time is up */
export function startUndo(incidentId, redraw) {
  clearInterval(decided?.ticking)
  const ticking = setInterval(() => {
    if (leftMs() <= 0) stopUndo()
    redraw()
  }, 1_000)
  decided = { incidentId, at: performance.now(), ticking }
}

export function stopUndo() {
  clearInterval(decided?.ticking)
  decided = undefined
}

export const canUndo = incidentId => decided?.incidentId === incidentId && leftMs() > 0

export function undoButton(state, { incident }, actions) {
  if (!canUndo(incident.id)) return null
  return el(
    'div',
    { class: 'actions undo' },
    el(
      'button',
      { type: 'button', disabled: state.busy, 'data-key': 'undo', onclick: actions.undo },
      el('kbd', {}, 'U'),
      `${t(`undo.${incident.review}`)} `,
      el('span', { class: 'quiet' }, `${Math.ceil(leftMs() / 1_000)} s`),
    ),
  )
}
