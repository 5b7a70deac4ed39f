// The worker's page: the list of one's jobs, one of them filling the screen, and what waits to be sent.
import { Skeleton } from 'antd'
import { useEffect, useState } from 'react'
import { useSession } from '../shell/session.tsx'
import { DOMAIN } from '../words/domain.ts'
import { distanceOf } from '../words/format.ts'
import { useWords } from '../words/words.ts'
import { Countdown } from './countdown.tsx'
import { JobView } from './job-view.tsx'
import type { Action, Outbox } from './outbox.ts'
import { installPage, ledBy, openedFor, renewPush, whenPushed } from './outreach.ts'
import { sharePosition, sharesPosition, useWhereabouts } from './position.ts'
import { ReportForm } from './report-form.tsx'
import { Settings } from './settings.tsx'
import { DONE, distanceOfJob, dueOf, type FieldJob, inOrder, withActions } from './sheet.ts'
import { FIELD } from './words.ts'
import { useWork } from './work.ts'
import './field.css'

const opened = openedFor()
if (opened) ledBy(opened)
void installPage()

export function FieldPage() {
  const words = useWords(FIELD)
  const { sheet, online, actions, unseen, unkept, outbox } = useWork()
  const [chosen, setChosen] = useState(opened?.job)
  const [settings, setSettings] = useState(false)
  const [reporting, setReporting] = useState(false)
  const [reported, setReported] = useState(false)
  const { me } = useSession()
  const [shares, setShares] = useState(() => sharesPosition(me.name))
  const onShift = sheet?.onShift === true
  const { here, failed } = useWhereabouts(shares, onShift)
  useEffect(() => void renewPush(), [])
  useEffect(
    () =>
      whenPushed(pushed => {
        ledBy(pushed)
        setChosen(pushed.job)
      }),
    [],
  )
  if (!sheet || !outbox) return <Skeleton active style={{ padding: 16 }} />

  const jobs = inOrder(withActions(sheet.jobs, unseen))
  const one = jobs.find(({ job }) => job.id === chosen)
  const refused = actions.filter(action => action.refused)
  const waiting = actions.length - refused.length
  const open = jobs.filter(({ job }) => !DONE.includes(job.state))
  const toAccept = open.filter(({ job }) => job.state === 'assigned').length
  const { handled, onTime } = sheet.today
  return (
    <div className="field">
      <div className="field-bands" aria-live="polite">
        {unkept && <p className="field-band">{words.unkept}</p>}
        {!online && <p className="field-band">{words.offline}</p>}
        {waiting > 0 && <p className="field-band">{online ? words.sendingNow(waiting) : words.queued(waiting)}</p>}
        {reported && waiting === 0 && refused.length === 0 && <p className="field-band">✓ {words.reportSaved}</p>}
        {refused.map(action => (
          <RefusedAction key={action.key} action={action} outbox={outbox} />
        ))}
      </div>
      {settings ? (
        <Settings
          shares={shares}
          failed={failed}
          queued={actions.length}
          onShare={next => {
            sharePosition(me.name, next)
            setShares(next)
          }}
          onClose={() => setSettings(false)}
        />
      ) : reporting ? (
        <ReportForm
          onBack={() => setReporting(false)}
          onSend={action => {
            void outbox.add(action)
            setReporting(false)
            setReported(true)
          }}
        />
      ) : one ? (
        <JobView
          key={one.job.id}
          one={one}
          unseen={unseen}
          waiting={actions.some(({ jobId, refused }) => jobId === one.job.id && !refused)}
          here={here}
          onDo={action => void outbox.add(action)}
          onBack={() => setChosen(undefined)}
        />
      ) : (
        <main>
          <header className="field-head">
            <h1>
              {words.waiting(toAccept)} · {words.working(open.length - toAccept)}
            </h1>
            <button type="button" onClick={() => setSettings(true)}>
              {onShift ? `${words.onShift} ●` : `${words.offShift} ○`} · {words.settings}
            </button>
          </header>
          {jobs.length === 0 && (
            <p className="field-empty">{sheet.onShift === null && !sheet.worker ? words.nobody : words.empty}</p>
          )}
          <ul aria-label={words.jobs}>
            {jobs.map(each => (
              <Row
                key={each.job.id}
                one={each}
                away={distanceOfJob(each, here)}
                onOpen={() => setChosen(each.job.id)}
              />
            ))}
          </ul>
          <footer>
            {words.today(handled, handled > 0 ? onTime / handled : null)}
            <button
              type="button"
              onClick={() => {
                setReported(false)
                setReporting(true)
              }}
            >
              ＋ {words.report}
            </button>
          </footer>
        </main>
      )}
    </div>
  )
}

interface RowProps {
  readonly one: FieldJob
  readonly away: number | null
  readonly onOpen: () => void
}

function Row({ one, away, onOpen }: RowProps) {
  const words = useWords(FIELD)
  const domain = useWords(DOMAIN)
  const { job } = one
  const due = dueOf(one)
  return (
    <li>
      <button type="button" className={`field-row field-${job.severity}`} onClick={onOpen}>
        <b>{domain.kinds[job.kind]}</b>
        <span className="field-row-place">{one.place ?? one.camera ?? one.address ?? job.placeId}</span>
        <span className="field-row-state">
          {job.state === 'closed' ? `✓ ${words.verified}` : domain.jobs[job.state]} · {domain.severities[job.severity]}
          {one.urgedAt && !DONE.includes(job.state) ? ` · ${words.urged}` : ''}
        </span>
        <span className="field-row-away">{away === null ? '' : distanceOf(away)}</span>
        {due && <Countdown dueAt={due.dueAt} />}
      </button>
    </li>
  )
}

function RefusedAction({ action, outbox }: { readonly action: Action; readonly outbox: Outbox }) {
  const words = useWords(FIELD)
  const { refused, key, step } = action
  return (
    <div className="field-band field-refused" role="alert">
      <p>
        <b>{words.refused(words.step[step])}</b> {refused?.detail} {refused?.hint}
      </p>
      <div className="field-small-steps">
        <button type="button" onClick={() => void outbox.retry(key)}>
          {words.keepTrying}
        </button>
        <button type="button" onClick={() => void outbox.discard(key)}>
          {words.discard}
        </button>
      </div>
    </div>
  )
}
