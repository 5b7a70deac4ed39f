// The consequence: who goes if it is confirmed, and by when; which job it joins; and what else is open nearby.
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { Link } from 'react-router'
import type { IncidentDetail } from '../../client/records.ts'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, distanceOf, timeOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { type Outlook, outlookOf } from './outlook.ts'
import type { Places } from './places.ts'
import { ALERTS } from './words.ts'

/** MapLibre is large: it comes when the first case is opened. */
const MiniMap = lazy(() => import('../../parts/mini-map.tsx'))

interface ConsequenceProps {
  readonly detail: IncidentDetail
  readonly places: Places
  choose(id: string): void
}

export function Consequence({ detail, places, choose }: ConsequenceProps) {
  const words = useWords(ALERTS)
  const { may } = useSession()
  const { incident, job } = detail
  const decided = job !== null && job.state !== 'cancelled'
  const rejected = incident.review === 'rejected'
  const { data, isPending } = useQuery(outlookOf(incident.id))
  if (isPending) {
    return (
      <section className="alert-facts" aria-label={words.consequence}>
        <Skeleton active paragraph={{ rows: 8 }} />
      </section>
    )
  }
  if (!data) return null
  return (
    <>
      {!rejected && (
        <section className="alert-facts">
          <h3>{decided ? words.goes : data.joins ? words.joins[data.joins.because] : words.ifConfirmed}</h3>
          <Goes outlook={data} />
          <Dues outlook={data} />
        </section>
      )}
      {!rejected && !data.joins && <Others outlook={data} />}
      <section className="alert-facts">
        <h3>{words.near}</h3>
        {may('camera:read') && (
          <Suspense fallback={<Skeleton.Node active style={{ width: '100%', height: 200 }} />}>
            <MiniMap
              incident={incident}
              near={data.near.map(({ incident: other }) => other)}
              spots={spotsOf(incident.id, data)}
              label={words.near}
              onChoose={choose}
            />
          </Suspense>
        )}
        <Near outlook={data} places={places} choose={choose} />
      </section>
    </>
  )
}

const spotsOf = (id: string, { position, near }: Outlook) =>
  new Map(
    [{ id, position }, ...near.map(each => ({ id: each.incident.id, position: each.position }))].flatMap(each =>
      each.position ? [[each.id, each.position] as const] : [],
    ),
  )

type Offer = Outlook['offers'][number]

export const nameOf = ({ name, teamName }: Offer, whole: string): string => name ?? `${teamName}（${whole}）`

function Goes({ outlook }: { readonly outlook: Outlook }) {
  const words = useWords(ALERTS)
  const { jobs, reaches } = useWords(DOMAIN)
  const { joins, assignment, offers } = outlook
  const chosen = joins ? (joins.job.teamId ? joins.job : null) : (assignment?.chosen ?? null)
  const offer = chosen && offers.find(each => each.teamId === chosen.teamId && each.workerId === chosen.workerId)
  const candidate = assignment?.candidates.find(
    each => chosen && each.teamId === chosen.teamId && each.workerId === chosen.workerId,
  )
  return (
    <div className="alert-goes">
      {chosen ? (
        <>
          <b>{offer ? nameOf(offer, words.team) : (chosen.workerId ?? chosen.teamId)}</b>
          <span className="quiet">{offer?.name ? offer.teamName : ''}</span>
          {candidate?.distanceM != null && <span>{words.away(distanceOf(candidate.distanceM))}</span>}
          {assignment && <span className="quiet">{reaches[assignment.reach]}</span>}
          {!joins && candidate && <span className="quiet">{words.load(candidate.load)}</span>}
        </>
      ) : (
        <>
          <b>{words.nobody}</b>
          <span className="quiet">{words.nobodyHint}</span>
        </>
      )}
      {joins && (
        <span className="quiet">
          <Link to={`/jobs/${joins.job.id}`}>{words.job}</Link> · {jobs[joins.job.state]}
          {joins.distanceM !== null && joins.distanceM > 0 && ` · ${distanceOf(joins.distanceM)}`}
        </span>
      )}
    </div>
  )
}

function Dues({ outlook }: { readonly outlook: Outlook }) {
  const words = useWords(ALERTS)
  const { joins, dues, deadlines } = outlook
  const shown = joins ? deadlines.filter(({ endedAt }) => endedAt === null) : dues
  if (shown.length === 0) return null
  return (
    <dl className="alert-dues">
      {shown.map(({ deadline, dueAt }) => (
        <div key={deadline} className={dueAt < Date.now() ? 'alert-late' : undefined}>
          <dt>{words[deadline]}</dt>
          <dd>
            <time title={agoOf(dueAt)}>{whenOf(dueAt)}</time>
            {dueAt < Date.now() && <small> {words.handledLate}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The next best, and why others are passed over: enough to see that the choice is sound. */
function Others({ outlook: { offers, assignment } }: { readonly outlook: Outlook }) {
  const words = useWords(ALERTS)
  const { exclusions } = useWords(DOMAIN)
  const chosen = assignment?.chosen
  const others = offers
    .filter(each => each.teamId !== chosen?.teamId || each.workerId !== chosen.workerId)
    .filter(({ excluded }) => excluded !== 'other-grid' && excluded !== 'no-skill')
    .slice(0, 4)
  if (others.length === 0) return null
  return (
    <section className="alert-facts">
      <h3>{words.others}</h3>
      <ul className="alert-people">
        {others.map(offer => (
          <li key={`${offer.teamId} ${offer.workerId}`} className={offer.excluded ? 'quiet' : undefined}>
            <span>{nameOf(offer, words.team)}</span>
            <span className="space" />
            <span className="quiet">
              {offer.excluded
                ? exclusions[offer.excluded]
                : offer.distanceM === null
                  ? words.load(offer.load)
                  : words.away(distanceOf(offer.distanceM))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Near({
  outlook: { near },
  places,
  choose,
}: Pick<ConsequenceProps, 'places' | 'choose'> & { readonly outlook: Outlook }) {
  const words = useWords(ALERTS)
  const { kinds, reviews } = useWords(DOMAIN)
  if (near.length === 0) return <p className="quiet">{words.nearEmpty}</p>
  return (
    <ul className="alert-near">
      {near.slice(0, 8).map(({ incident, because, distanceM }) => (
        <li key={incident.id}>
          <button type="button" onClick={() => choose(incident.id)}>
            <span className="alert-line">
              <strong>{kinds[incident.kind]}</strong>
              <SeverityMark severity={incident.severity} />
              <span className="space" />
              <span className="quiet">
                {because === 'same-place'
                  ? words.samePlace
                  : because === 'same-camera'
                    ? words.sameCamera
                    : distanceM !== null && distanceOf(distanceM)}
              </span>
            </span>
            <span className="alert-line quiet">
              <span className="alert-place">{places.placeOf(incident)}</span>
              <span className="space" />
              {reviews[incident.review]} {timeOf(incident.openedAt)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
