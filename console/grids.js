// The grids in the bar: those that are not green each with its colour in a word, the rest as a number.
import { el } from './dom.js'
import { t } from './words.js'

const COLOURS = ['green', 'blue', 'yellow', 'orange', 'red']
/** More do not fit beside the counts of a command centre's screen. */
const MOST = 5

const worstFirst = (one, other) =>
  COLOURS.indexOf(other.colour) - COLOURS.indexOf(one.colour) ||
  other.score - one.score ||
  one.gridId.localeCompare(other.gridId)

const partOf = ({ kind, open, overdue, repeated }) =>
  `${t(`kind.${kind}`)}: ${open} ${t('grid.open')}, ${overdue} ${t('grid.overdue')}, ${repeated} ${t('grid.repeated')}`

function chip({ gridId, colour, score, parts }) {
  const title = [`${gridId} ${t(`colour.${colour}`)} ${score}`, ...parts.map(partOf)].join('\n')
  return el(
    'li',
    { title },
    el('span', { class: `severity ${colour}` }, t(`colour.${colour}`)),
    el('span', {}, ` ${gridId} `),
    el('b', {}, String(score)),
  )
}

export function gridChips(state) {
  const grids = [...state.grids.values()].sort(worstFirst)
  const shown = grids.filter(({ colour }) => colour !== 'green').slice(0, MOST)
  const rest = grids.slice(shown.length)
  const green = rest.filter(({ colour }) => colour === 'green').length
  return [
    ...shown.map(chip),
    rest.length > green && el('li', {}, `+${rest.length - green}`),
    green > 0 && el('li', {}, el('span', { class: 'severity green' }, t('colour.green')), ` ×${green}`),
  ]
}
