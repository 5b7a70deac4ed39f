// Deadlines of a job, counted down: what is left, or for how long it is overdue.
import { el } from './dom.js'
import { durationOf, t, timeOf, whenOf } from './words.js'

/** Those that run, the next first; then what was met or missed, of the newest run of each. */
export function deadlineList(deadlines) {
  const newest = deadlines.filter(
    one => !deadlines.some(other => other.deadline === one.deadline && other.run > one.run) && one.end !== 'void',
  )
  if (newest.length === 0) return null
  return el(
    'ul',
    { class: 'deadlines' },
    newest
      .toSorted((one, other) => one.dueAt - other.dueAt)
      .map(one =>
        el(
          'li',
          { class: one.missedAt ? 'late' : '' },
          el('time', { title: timeOf(one.dueAt) }, whenOf(one.dueAt)),
          ` ${t(`deadline.${one.deadline}`)} `,
          one.endedAt === null
            ? el('b', { 'data-due': String(one.dueAt) }, leftText(one.dueAt))
            : el('span', { class: 'quiet' }, t(one.missedAt ? 'deadline.late' : 'deadline.met')),
        ),
      ),
  )
}

function leftText(dueAt) {
  const leftMs = dueAt - Date.now()
  return `${t(leftMs >= 0 ? 'deadline.left' : 'deadline.overdue')} ${durationOf(Math.abs(leftMs))}`
}

// Only the texts change: drawing the case anew each second would take the pointer's button from under it.
setInterval(() => {
  for (const node of document.querySelectorAll('[data-due]')) {
    const dueAt = Number(node.dataset.due)
    node.textContent = leftText(dueAt)
    node.parentElement.classList.toggle('late', dueAt < Date.now())
  }
}, 1_000)
