// Why an alert was raised: the number beside its limit, what the rule saw, its trace, its options, and by which network.
import type { IncidentDetail } from '../../client/records.ts'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, amountOf, durationOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { Places } from './places.ts'
import { ScoreChart } from './score-chart.tsx'
import { ALERTS } from './words.ts'

interface WhyProps {
  readonly incident: IncidentDetail['incident']
  readonly places: Places
}

export function Why({ incident, places }: WhyProps) {
  const words = useWords(ALERTS)
  const { reasons } = useWords(DOMAIN)
  const { measure, reason, score, blindMs, rejectReason, rejectNote } = incident
  const amount = (value: number): string => amountOf(value, measure.unit, reason.thresholds.n)
  const sign = measure.value < measure.limit ? '<' : '≥'
  return (
    <section className="alert-facts">
      <h3>{words.why}</h3>
      <p className="alert-measure">
        <b>
          {places.subjectOf(incident)} {amount(measure.value)}
        </b>{' '}
        <span className="quiet">
          {sign} {words.limit} {amount(measure.limit)}
        </span>
      </p>
      <ScoreChart incident={incident} />
      <Trace incident={incident} />
      <dl className="alert-table">
        <dt>{words.score}</dt>
        <dd>{score.toFixed(2)}</dd>
        {blindMs > 0 && (
          <>
            <dt>{words.blind}</dt>
            <dd>{durationOf(blindMs)}</dd>
          </>
        )}
        <dt>{words.model}</dt>
        <dd>
          {reason.model.name} <code title={reason.model.sha256}>{reason.model.sha256.slice(0, 12)}</code>
        </dd>
        <dt>{words.thresholds}</dt>
        <dd>
          {Object.entries(reason.thresholds).map(([name, value]) => (
            <code key={name} className="alert-threshold">
              {name} {/Ms$|^grace$|^hold$/.test(name) ? durationOf(value) : Number(value.toFixed(3))}
            </code>
          ))}
        </dd>
        {rejectReason && (
          <>
            <dt>{words.reject}</dt>
            <dd>
              {reasons[rejectReason]}
              {rejectNote && ` — ${rejectNote}`}
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}

/** The rule's way from the first sighting to now: each step with the time it took. */
function Trace({ incident }: Pick<WhyProps, 'incident'>) {
  const words = useWords(ALERTS)
  const { since, dueAt, openedAt, lastSeenAt, clearedAt } = incident
  const steps: readonly (readonly [string, number])[] = [
    [words.since, since],
    [words.complete, dueAt],
    [words.opened, openedAt],
    clearedAt === null ? [words.lastSeen, lastSeenAt] : [words.cleared, clearedAt],
  ]
  return (
    <ol className="alert-trace" aria-label={words.trace}>
      {steps.map(([name, at], index) => {
        const before = steps[index - 1]?.[1]
        return (
          <li key={name}>
            <span className="quiet">{name}</span>
            <time title={agoOf(at)}>{whenOf(at)}</time>
            {before !== undefined && at - before >= 1_000 && <span className="quiet">+{durationOf(at - before)}</span>}
          </li>
        )
      })}
    </ol>
  )
}

export function History({ events }: Pick<IncidentDetail, 'events'>) {
  const words = useWords(ALERTS)
  const { incidentEvents } = useWords(DOMAIN)
  return (
    <section className="alert-facts">
      <h3>{words.history}</h3>
      <ol className="alert-history">
        {events.map(({ at, event, actor, note }) => (
          <li key={`${at} ${event}`}>
            <time title={agoOf(at)}>{whenOf(at)}</time> {incidentEvents[event]}{' '}
            <span className="quiet">
              {actor}
              {note && ` — ${note}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
