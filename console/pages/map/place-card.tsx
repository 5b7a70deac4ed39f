// What lies at a place of the map: the worst of it with its picture, and where to go from here.
import { CloseOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton, Tag } from 'antd'
import { Link } from 'react-router'
import { useEvidence } from '../../client/evidence.ts'
import { queries } from '../../client/queries.ts'
import type { Place } from '../../parts/map-places.ts'
import { amapLink } from '../../parts/navigation.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, amountOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { MAP } from './words.ts'

export function PlaceCard({ place, onClose }: { readonly place: Place; readonly onClose: () => void }) {
  const words = useWords(MAP)
  const { point } = place
  return (
    <section className="map-card" aria-label={point.label}>
      <header>
        <strong>{titleOf(place)}</strong>
        <Button type="text" size="small" icon={<CloseOutlined />} aria-label={words.close} onClick={onClose} />
      </header>
      <Body place={place} />
      <footer>
        <a href={amapLink(point, titleOf(place))} target="_blank" rel="noreferrer">
          {words.navigate} ↗
        </a>
      </footer>
    </section>
  )
}

function titleOf(place: Place): string {
  if (place.shape === 'incident') return place.where
  if (place.shape === 'camera') return place.camera.name
  return place.shape === 'worker' ? place.worker.name : place.point.label
}

function Body({ place }: { readonly place: Place }) {
  const words = useWords(MAP)
  const domain = useWords(DOMAIN)
  if (place.shape === 'incident') {
    const [worst] = place.incidents
    return (
      <>
        {worst && <Picture incidentId={worst.id} />}
        <ul className="map-list">
          {place.incidents.slice(0, 6).map(({ id, kind, severity, review, openedAt, measure }) => (
            <li key={id}>
              <Link to={`/alerts/${encodeURIComponent(id)}`}>
                <i className={`map-colour ${severity}`} aria-hidden="true" />
                {domain.kinds[kind]} · {domain.severities[severity]} · {amountOf(measure.value, measure.unit)}
                <small>
                  {whenOf(openedAt)} {domain.reviews[review]}
                </small>
              </Link>
            </li>
          ))}
        </ul>
        {place.incidents.length > 6 && <p>{words.more(place.incidents.length)}</p>}
      </>
    )
  }
  if (place.shape === 'job') {
    return (
      <p>
        <Tag>{domain.jobs[place.job.state]}</Tag>
        <Link to={`/jobs/${encodeURIComponent(place.job.id)}`}>{words.open}</Link>
      </p>
    )
  }
  if (place.shape === 'camera') {
    return (
      <p>
        <Tag>{place.camera.health?.state === 'online' ? words.online : words.offline}</Tag>
        <Link to={`/devices/${encodeURIComponent(place.camera.id)}`}>{words.open}</Link>
      </p>
    )
  }
  const { position, openJobs } = place.worker
  return (
    <p>
      {words.hand(openJobs)} · {position && words.seenAgo(agoOf(position.at))}
    </p>
  )
}

function Picture({ incidentId }: { readonly incidentId: string }) {
  const { may } = useSession()
  const { data } = useQuery({ ...queries.incident(incidentId), enabled: may('evidence:read') })
  const evidence = data?.evidence.filter(({ mediaType, view }) => mediaType === 'image/jpeg' && view === 'wide') ?? []
  const shown = evidence.find(({ moment, annotated }) => moment === 'fired' && annotated) ?? evidence[0]
  const picture = useEvidence(shown?.id)
  if (!shown || picture.state === 'failed') return null
  return picture.state === 'ready' ? <img src={picture.url} alt="" /> : <Skeleton.Image active />
}
