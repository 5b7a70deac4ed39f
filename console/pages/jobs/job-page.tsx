// One job whole: what and where, its time limits, before and after, what was done with it, by whom and why.
import { ArrowLeftOutlined, EnvironmentOutlined, LockOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Result, Skeleton } from 'antd'
import { Link, useNavigate } from 'react-router'
import { codeOf } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { JobDetail } from '../../client/records.ts'
import { amapLink } from '../../parts/navigation.ts'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { SupervisionMark } from './due-mark.tsx'
import { HoldControl } from './hold-control.tsx'
import { JobDeadlines } from './job-deadlines.tsx'
import { JobLog } from './job-log.tsx'
import { JobPictures } from './job-pictures.tsx'
import { type Names, useNames } from './job-queries.ts'
import { JobReach } from './job-reach.tsx'
import { useSteps } from './job-steps.tsx'
import { JobVerification } from './job-verification.tsx'
import { against, stepsOf } from './steps.ts'
import { JOBS } from './words.ts'
import './job-page.css'

export function JobPage({ id }: { readonly id: string }) {
  const words = useWords(JOBS).job
  const navigate = useNavigate()
  const { data, error, isPending } = useQuery(queries.job(id))
  if (isPending) return <Skeleton className="job-page" active paragraph={{ rows: 12 }} />
  if (!data) {
    const gone = ['not-found', 'forbidden'].includes(codeOf(error) ?? '')
    return (
      <Result
        status={gone ? 'info' : 'warning'}
        title={gone ? words.notFound : undefined}
        subTitle={gone ? words.notFoundHint : (error as Error | null)?.message}
        extra={<Button onClick={() => void navigate('/jobs')}>{words.back}</Button>}
      />
    )
  }
  return <Whole detail={data} />
}

function Whole({ detail }: { readonly detail: JobDetail }) {
  const words = useWords(JOBS)
  const names = useNames()
  const { job } = detail
  return (
    <div className="job-page">
      <JobHead detail={detail} names={names} />
      <div className="job-columns">
        <div>
          <JobPictures detail={detail} />
          <JobVerification detail={detail} />
          <Incidents detail={detail} />
        </div>
        <div>
          <JobDeadlines deadlines={detail.deadlines} />
          {job.supervision && (
            <section>
              <h2>{words.job.supervision}</h2>
              <p>
                <SupervisionMark supervision={job.supervision} />
              </p>
              <p>{job.supervision.reason}</p>
              <p className="quiet">{words.job.supervisedBy(job.supervision.by, whenOf(job.supervision.at))}</p>
            </section>
          )}
          <JobReach detail={detail} />
          <JobLog detail={detail} names={names} />
        </div>
      </div>
    </div>
  )
}

function JobHead({ detail, names }: { readonly detail: JobDetail; readonly names: Names }) {
  const words = useWords(JOBS)
  const { kinds, jobs: states, reaches } = useWords(DOMAIN)
  const { me, may } = useSession()
  const client = useQueryClient()
  const { begin, dialog } = useSteps(names)
  const { job, incidents } = detail
  const doer = { name: me.name, may }
  const place = { placeId: job.placeId, cameraId: incidents[0]?.cameraId ?? null }
  const card = { ...job, ...place }
  const name = names.place(place)
  const facts: readonly (readonly [string, string | undefined])[] = [
    [words.job.holder, names.holder(job) ?? words.nobody],
    [words.job.reach, job.assignment ? reaches[job.assignment.reach] : undefined],
    [words.job.grid, `${job.streetId} / ${job.gridId}`],
    [words.job.created, whenOf(job.createdAt)],
    [words.job.endReason, job.endReason ?? undefined],
  ]
  return (
    <header className="job-head">
      <Link to="/jobs" className="quiet">
        <ArrowLeftOutlined /> {words.job.back}
      </Link>
      <h1>
        {kinds[job.kind]} · {name}
      </h1>
      <p className="job-state">
        <b>{states[job.state]}</b> <SeverityMark severity={job.severity} />
        {job.escalation > 0 && <span>↑ {words.escalated(job.escalation)}</span>}
        {job.returns > 0 && <span>↺ {words.returns(job.returns)}</span>}
        {job.mergedInto && (
          <span>
            {words.job.mergedInto} <Link to={`/jobs/${job.mergedInto}`}>{job.mergedInto}</Link>
          </span>
        )}
      </p>
      <dl className="job-facts">
        {facts
          .filter(([, value]) => value !== undefined)
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p className="job-actions">
        {stepsOf(job, doer).map(step => (
          <Button
            key={step}
            danger={step === 'cancel'}
            type={step === 'close' ? 'primary' : 'default'}
            onClick={() => begin(step, card)}
          >
            {step === 'reassign' && job.state === 'queued' ? words.actions.dispatch : words.actions[step]}
          </Button>
        ))}
        {may('case:hold') && (
          <HoldControl id={job.id} onDone={() => void client.invalidateQueries({ queryKey: ['job', job.id] })} />
        )}
        {job.lat !== null && job.lon !== null && (
          <>
            <Button
              icon={<EnvironmentOutlined />}
              href={amapLink({ lat: job.lat, lon: job.lon }, name)}
              target="_blank"
              rel="noreferrer"
            >
              {words.job.navigate}
            </Button>
            <Link to={`/map?job=${encodeURIComponent(job.id)}`}>{words.job.onMap}</Link>
          </>
        )}
      </p>
      {against('close', job, doer) === 'own' && (
        <Alert type="info" showIcon icon={<LockOutlined />} title={words.job.own} />
      )}
      {dialog}
    </header>
  )
}

function Incidents({ detail }: { readonly detail: JobDetail }) {
  const words = useWords(JOBS).job
  const { kinds, physicals, reviews } = useWords(DOMAIN)
  return (
    <section>
      <h2>{words.incidents}</h2>
      <ul className="job-incidents">
        {detail.incidents.map(({ id, kind, physical, review, openedAt }) => (
          <li key={id}>
            <Link to={`/alerts/${id}`}>
              {kinds[kind]} {whenOf(openedAt)}
            </Link>{' '}
            <span className="quiet">
              {physicals[physical]} · {reviews[review]}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
