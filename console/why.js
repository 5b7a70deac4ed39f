// Why an incident was raised: the number beside its limit, what the rule saw over time, and by which network.
import { el, svg } from './dom.js'
import { amountOf, durationOf, subjectOf, t, timeOf, whenOf } from './words.js'

export function why(incident) {
  const { measure, reason, score, since, blindMs, rejectReason, rejectNote } = incident
  const amount = value => amountOf(value, measure.unit, reason.thresholds.n)
  const row = (name, ...value) => [el('dt', {}, name), el('dd', {}, value)]
  return el(
    'section',
    {},
    el('h3', {}, t('why')),
    el(
      'p',
      { class: 'measure' },
      el('b', {}, measure.name === 'fault' && `${subjectOf(incident)} `, amount(measure.value)),
      el(
        'span',
        { class: 'quiet' },
        ` ${measure.value < measure.limit ? '<' : '≥'} ${t('limit')} ${amount(measure.limit)}`,
      ),
    ),
    sparkline(reason, measure),
    el(
      'dl',
      {},
      row(t('since'), whenOf(since)),
      row(t('score'), score.toFixed(2)),
      blindMs > 0 && row(t('blind'), durationOf(blindMs)),
      row(
        t('model'),
        reason.model.name,
        ' ',
        el('code', { title: reason.model.sha256 }, reason.model.sha256.slice(0, 12)),
      ),
      row(
        t('thresholds'),
        Object.entries(reason.thresholds).map(([name, value]) =>
          el('code', { class: 'threshold' }, `${name} ${/Ms$/.test(name) ? durationOf(value) : value}`),
        ),
      ),
      rejectReason && row(t('review.rejected'), t(`reason.${rejectReason}`), rejectNote ? ` — ${rejectNote}` : ''),
    ),
  )
}

/** The number that the history is to be held against; undefined where it is of another kind than the measure. */
function limitOf({ name, limit }, { minOverflow }) {
  if (name === 'dwell') return undefined
  // How many looks agree is counted; each look's score is what the history holds.
  return name === 'samples' ? minOverflow || undefined : limit
}

/** What the rule saw over time, a dot where it looked seldom; the dashed line is the limit. */
function sparkline({ history, thresholds }, measure) {
  if (history.length < 2) return null
  const [width, height] = [280, 48]
  const limit = limitOf(measure, thresholds)
  const most = Math.max(...history.map(({ value }) => value), limit ?? 0) * 1.1 || 1
  const top = measure.name === 'samples' ? 1 : most
  const [from, to] = [history[0].at, history.at(-1).at]
  const x = at => 2 + ((at - from) / Math.max(1, to - from)) * (width - 4)
  const y = value => height - 3 - (value / top) * (height - 6)
  const points = history.map(({ at, value }) => [x(at).toFixed(1), y(value).toFixed(1)])
  return el(
    'div',
    { class: 'spark' },
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': t('measured') },
      limit !== undefined && svg('line', { x1: 0, x2: width, y1: y(limit), y2: y(limit), class: 'limit' }),
      svg('polyline', { points: points.map(point => point.join()).join(' '), class: 'seen' }),
      // A line of no length: its round cap stays round however wide the drawing is stretched.
      points.length <= 30 && points.map(([px, py]) => svg('line', { x1: px, x2: px, y1: py, y2: py, class: 'look' })),
    ),
    el(
      'div',
      { class: 'line quiet' },
      el('span', {}, timeOf(from)),
      el('span', { class: 'space' }),
      limit !== undefined && el('span', {}, `- - ${t('limit')} ${limitText(limit, measure)}`),
      el('span', { class: 'space' }),
      el('span', {}, timeOf(to)),
    ),
  )
}

const limitText = (limit, { name, unit }) => (name === 'samples' ? limit.toFixed(2) : amountOf(limit, unit))
