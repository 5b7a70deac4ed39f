// What was open at one moment, as a note has it: alerts, jobs, cameras; each leads to the thing itself.
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { queries } from '../../client/queries.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { OpenItems } from './hand-over.tsx'
import { DUTY } from './words.ts'

const MOST = 12

export function OpenItemsView({ items }: { readonly items: OpenItems }) {
  const words = useWords(DUTY).note
  const { kinds, jobs: states, streams, views } = useWords(DOMAIN)
  const { may } = useSession()
  const { data: cameras } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const cameraOf = (id: string | undefined): string => cameras?.items.find(each => each.id === id)?.name ?? id ?? ''
  const { alerts, jobs } = items
  return (
    <div className="open-items">
      <h4>{words.alerts(items.pendingAlerts)}</h4>
      <Listed count={alerts.length}>
        {alerts.slice(0, MOST).map(({ id, kind, cameraId, openedAt }) => (
          <li key={id}>
            <Link to={`/alerts/${id}`}>{kinds[kind]}</Link> {cameraOf(cameraId)} <time>{whenOf(openedAt)}</time>
          </li>
        ))}
      </Listed>
      <h4>{words.jobs(items.openJobs, items.overdueJobs)}</h4>
      {jobs.length > 0 && <p>{words.listed}</p>}
      <Listed count={jobs.length} none={items.openJobs > 0 ? words.noneUrgent : words.nothing}>
        {jobs.slice(0, MOST).map(({ id, kind, state, placeId, overdue, supervised }) => (
          <li key={id}>
            <Link to={`/jobs/${id}`}>{kinds[kind]}</Link> {cameraOf(placeId.split('/')[0])} · {states[state]}
            {overdue && <b> ! {words.overdue}</b>}
            {supervised && <b> ◉ {words.supervised}</b>}
          </li>
        ))}
      </Listed>
      <h4>{words.cameras(items.cameras.length)}</h4>
      <Listed count={items.cameras.length}>
        {items.cameras.slice(0, MOST).map(({ id, name, state, view, since }) => (
          <li key={id}>
            <Link to={`/devices/${id}`}>{name}</Link>{' '}
            {state === 'online' && view ? wordOf(views, view) : wordOf(streams, state)}{' '}
            {since !== null && <time>{whenOf(since)}</time>}
          </li>
        ))}
      </Listed>
      {items.mutes && (
        <>
          <h4>{words.mutes(items.mutes.length)}</h4>
          <Listed count={items.mutes.length}>
            {items.mutes.slice(0, MOST).map(({ id, streetId, cameraId, kind, untilAt, reason }) => (
              <li key={id}>
                {[cameraId ? cameraOf(cameraId) : streetId, kind && kinds[kind]].filter(Boolean).join(' · ')} →{' '}
                <time>{whenOf(untilAt)}</time> {reason}
              </li>
            ))}
          </Listed>
        </>
      )}
    </div>
  )
}

interface ListedProps {
  readonly count: number
  readonly none?: string
  readonly children: readonly React.ReactNode[]
}

function Listed({ count, none, children }: ListedProps) {
  const words = useWords(DUTY).note
  if (count === 0) return <p className="none">{none ?? words.nothing}</p>
  return (
    <ul>
      {children}
      {count > MOST && <li>{words.more(count - MOST)}</li>}
    </ul>
  )
}
