// How people were reached: what was sent about the job, whether it arrived, and who has seen it by which way.
import type { JobDetail } from '../../client/records.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { JOBS } from './words.ts'

const SHAPES = { pending: '…', delivered: '✓', dead: '✗', dismissed: '–' } as const
const MOST = 8

export function JobReach({ detail: { job, reached } }: { readonly detail: JobDetail }) {
  const words = useWords(JOBS).job
  const seen = reached.seen.filter(({ assignment }) => assignment === job.assignments)
  return (
    <section>
      <h2>{words.reached}</h2>
      <p>
        {seen.length > 0
          ? seen.map(({ who, way, at }) => `✓ ${words.seen}: ${who} · ${words.ways[way]} ${whenOf(at)}`).join('；')
          : job.teamId && words.notSeen}
      </p>
      {reached.deliveries.length === 0 && <p className="quiet">{words.nothingSent}</p>}
      <ul className="job-looks">
        {reached.deliveries.slice(0, MOST).map(({ destination, recipient, event, state, attempts, at }) => (
          <li key={`${destination}.${recipient}.${event}.${at}`}>
            {SHAPES[state]} {words.states[state]} <b>{[destination, recipient].filter(Boolean).join(' · ')}</b>{' '}
            <span className="quiet">
              {event} {whenOf(at)} {attempts > 1 && words.attempts(attempts)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
