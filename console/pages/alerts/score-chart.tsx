// What the rule saw over time, beside its threshold: small, exact, and readable to a screen reader.
import type { IncidentDetail } from '../../client/records.ts'
import { amountOf, timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { ALERTS } from './words.ts'

type Measured = Pick<IncidentDetail['incident'], 'measure' | 'reason'>

const [WIDTH, HEIGHT] = [280, 64]

/** The number that the history is to be held against; undefined where it is of another kind than the measure. */
export function limitOf({ measure: { name, limit }, reason: { thresholds } }: Measured): number | undefined {
  if (name === 'dwell' || name === 'fault') return undefined
  // How many looks agree is counted; each look's score is what the history holds.
  return name === 'samples' ? thresholds.minOverflow || undefined : limit
}

export function ScoreChart({ incident }: { readonly incident: Measured }) {
  const words = useWords(ALERTS)
  const { measure, reason } = incident
  const { history } = reason
  const [first, last] = [history[0], history.at(-1)]
  if (!first || !last || history.length < 2) return null
  const limit = limitOf(incident)
  const unit = measure.name === 'samples' || measure.name === 'dwell' ? 'score' : measure.unit
  const values = history.map(({ value }) => value)
  const top = unit === 'score' ? Math.max(1, ...values) : Math.max(...values, limit ?? 0) * 1.1 || 1
  const x = (at: number): number => 3 + ((at - first.at) / Math.max(1, last.at - first.at)) * (WIDTH - 6)
  const y = (value: number): number => HEIGHT - 4 - (value / top) * (HEIGHT - 8)
  const points = history.map(({ at, value }) => ({ at, value, x: x(at), y: y(value) }))
  const said = `${words.seen}: ${timeOf(first.at)} ${amountOf(first.value, unit)} – ${timeOf(last.at)} ${amountOf(last.value, unit)}`
  return (
    <figure className="alert-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={said}>
        {limit !== undefined && <line x1={0} x2={WIDTH} y1={y(limit)} y2={y(limit)} className="limit" />}
        <polyline points={points.map(point => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(' ')} />
        {points.map(point => (
          // A line of no length: its round cap stays round however wide the drawing is stretched.
          <line key={point.at} x1={point.x} x2={point.x} y1={point.y} y2={point.y} className="look">
            <title>{`${timeOf(point.at)} · ${amountOf(point.value, unit)}`}</title>
          </line>
        ))}
      </svg>
      <figcaption className="alert-line quiet">
        <span>{timeOf(first.at)}</span>
        <span className="space" />
        {limit !== undefined && (
          <span>
            <i className="alert-dashes" aria-hidden="true" /> {words.limit} {amountOf(limit, unit)}
          </span>
        )}
        <span className="space" />
        <span>{timeOf(last.at)}</span>
      </figcaption>
    </figure>
  )
}
