// The keyboard: ↑ ↓ choose, Enter confirms, X rejects and 1…7 give the reason, U takes it back, Escape goes back.
import { REASONS } from './case.js'
import { byId } from './dom.js'
import { listedIncidents, state } from './state.js'

export function listenToKeys(choose, actions) {
  document.addEventListener('keydown', event => {
    const { target, key } = event
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return
    if (key === 'Escape') return state.rejecting ? actions.cancelReject() : actions.leave()
    if (target instanceof HTMLInputElement) return
    // Enter on a button means that button; on the chosen row, or nowhere, it means the case.
    if (key === 'Enter' && target instanceof HTMLButtonElement && target.dataset.key !== state.chosenId) return
    const reason = state.rejecting ? REASONS[Number(key) - 1] : undefined
    if (key === 'ArrowDown') move(1, choose)
    else if (key === 'ArrowUp') move(-1, choose)
    else if (key === 'Enter' && state.detail && !state.rejecting) actions.confirm()
    else if (key.toLowerCase() === 'x') actions.startReject()
    else if (key.toLowerCase() === 'u') actions.undo()
    else if (reason) actions.reject(reason)
    else return
    event.preventDefault()
  })
}

function move(by, choose) {
  const rows = listedIncidents()
  const at = rows.findIndex(({ id }) => id === state.chosenId)
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))]
  if (!next) return
  choose(next.id)
  requestAnimationFrame(() => byId('alert-rows').querySelector('.chosen')?.scrollIntoView({ block: 'nearest' }))
}
