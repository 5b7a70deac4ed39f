// When a job is due: what it is due for, counting down, in a shape and a word besides the colour.
import { ClockCircleOutlined, ExclamationCircleFilled, EyeOutlined, HourglassOutlined } from '@ant-design/icons'
import { useNow } from '../../parts/now.ts'
import { DOMAIN } from '../../words/domain.ts'
import { countdownOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { JobCard } from './job-queries.ts'
import { pressOf } from './steps.ts'
import { JOBS } from './words.ts'

export function DueMark({ card }: { readonly card: JobCard }) {
  const words = useWords(JOBS)
  const { deadlines } = useWords(DOMAIN)
  const now = useNow()
  const { due, state, closedAt, deferredUntil } = card
  if (state === 'closed') return closedAt ? <span className="due over">{words.closedAt(whenOf(closedAt))}</span> : null
  if (state === 'deferred' && deferredUntil) {
    return (
      <span className="due far">
        <HourglassOutlined aria-hidden /> {words.until(whenOf(deferredUntil))}
      </span>
    )
  }
  if (!due) return <span className="due over">{words.noDeadline}</span>
  const press = pressOf(due.dueAt, now)
  return (
    <span className={`due ${press}`} title={whenOf(due.dueAt)}>
      {press === 'late' ? <ExclamationCircleFilled aria-hidden /> : <ClockCircleOutlined aria-hidden />}{' '}
      {deadlines[due.deadline]} {press === 'late' ? words.late : words.left} <b>{countdownOf(due.dueAt - now)}</b>
    </span>
  )
}

export function SupervisionMark({ supervision }: Pick<JobCard, 'supervision'>) {
  const words = useWords(JOBS)
  const now = useNow()
  if (!supervision) return null
  const left = countdownOf(supervision.dueAt - now)
  const late = supervision.dueAt < now
  return (
    <span className={`due ${late ? 'late' : 'watched'}`} title={`${supervision.reason} · ${whenOf(supervision.dueAt)}`}>
      <EyeOutlined aria-hidden /> {late ? words.supervisedLate(left) : words.supervised(left)}
    </span>
  )
}
