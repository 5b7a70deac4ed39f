// The deadlines of a job on one line of time each: when it began, when it was due, and what became of it.
import { CheckCircleFilled, ClockCircleOutlined, ExclamationCircleFilled, MinusCircleOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { JobDetail } from '../../client/records.ts'
import { useNow } from '../../parts/now.ts'
import { DOMAIN } from '../../words/domain.ts'
import { countdownOf, durationOf, timeOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { pressOf } from './steps.ts'
import { JOBS } from './words.ts'

type Run = JobDetail['deadlines'][number]

export function JobDeadlines({ deadlines }: Pick<JobDetail, 'deadlines'>) {
  const words = useWords(JOBS).job
  return (
    <section>
      <h2>{words.deadlines}</h2>
      {deadlines.length === 0 && <p className="quiet">{words.noDeadlines}</p>}
      <ol className="deadline-line">
        {deadlines
          .toSorted((one, other) => one.startedAt - other.startedAt || one.dueAt - other.dueAt)
          .map(run => (
            <DeadlineRun key={`${run.deadline}.${run.run}`} run={run} />
          ))}
      </ol>
    </section>
  )
}

function DeadlineRun({ run }: { readonly run: Run }) {
  const { deadlines } = useWords(DOMAIN)
  const now = useNow()
  const { press, icon, text } = useStand(run, now)
  const until = run.endedAt ?? now
  const share = Math.min(1, Math.max(0, (until - run.startedAt) / Math.max(1, run.dueAt - run.startedAt)))
  return (
    <li className={`deadline-run ${press}`}>
      <b>{deadlines[run.deadline]}</b>
      <span className="quiet">
        {whenOf(run.startedAt)} → {timeOf(run.dueAt)}
      </span>
      <span className="deadline-bar" aria-hidden="true">
        <span className="deadline-share" style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      <span className={`due ${press}`}>
        {icon} {text}
      </span>
    </li>
  )
}

function useStand(
  { end, endedAt, dueAt, startedAt }: Run,
  now: number,
): { readonly press: string; readonly icon: ReactNode; readonly text: string } {
  const words = useWords(JOBS)
  if (end === 'void') return { press: 'over', icon: <MinusCircleOutlined aria-hidden />, text: words.job.void }
  if (endedAt !== null) {
    const early = dueAt - endedAt
    return early >= 0
      ? { press: 'met', icon: <CheckCircleFilled aria-hidden />, text: words.job.met(durationOf(early)) }
      : { press: 'late', icon: <ExclamationCircleFilled aria-hidden />, text: words.job.metLate(durationOf(early)) }
  }
  const press = pressOf(dueAt, now, startedAt)
  const left = countdownOf(dueAt - now)
  return press === 'late'
    ? { press, icon: <ExclamationCircleFilled aria-hidden />, text: words.job.missed(left) }
    : { press, icon: <ClockCircleOutlined aria-hidden />, text: `${words.left} ${left}` }
}
