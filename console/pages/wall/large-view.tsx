// One camera large: live, with its zones drawn over it, and what goes on in it beside it.
import { CloseOutlined, LeftOutlined, PlayCircleOutlined, RightOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Modal, Skeleton } from 'antd'
import { type RefObject, useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { queries } from '../../client/queries.ts'
import type { Camera, Incident } from '../../client/records.ts'
import { ClipPlayer, LiveView } from '../../parts/live-view.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, listOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { ailmentsOf } from './camera-health.ts'
import { WALL } from './words.ts'

interface LargeProps {
  readonly camera: Camera
  /** In full screen, only what lies in it is shown. */
  readonly within: RefObject<HTMLElement | null>
  onMove(step: 1 | -1): void
  onClose(): void
}

export function LargeView({ camera, within, onMove, onClose }: LargeProps) {
  const words = useWords(WALL)
  const domain = useWords(DOMAIN)
  const [withZones, setZones] = useState(true)
  const ailments = ailmentsOf(camera, domain)
  useEffect(() => {
    const turn = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (target.tagName === 'VIDEO' || target.tagName === 'INPUT') return
      if (event.key === 'ArrowRight') onMove(1)
      else if (event.key === 'ArrowLeft') onMove(-1)
    }
    addEventListener('keydown', turn)
    return () => removeEventListener('keydown', turn)
  }, [onMove])
  return (
    <Modal
      open
      footer={null}
      closable={false}
      onCancel={onClose}
      width="min(96vw, 1500px)"
      className="large"
      centered
      getContainer={() => (document.fullscreenElement as HTMLElement | null) ?? within.current ?? document.body}
      title={
        <header className="large-title">
          <span className="large-name">{camera.name}</span>
          <span className="large-where">
            {camera.streetId} · {camera.gridId}
          </span>
          {camera.generated && <span className="wall-demo">{words.generated}</span>}
          {ailments.map(({ key, word, hint }) => (
            <span key={key} className="wall-ill" title={hint}>
              {word}
            </span>
          ))}
          <span className="large-tools">
            {camera.zones.length > 0 && (
              <Checkbox checked={withZones} onChange={({ target }) => setZones(target.checked)}>
                {words.zones}
              </Checkbox>
            )}
            <Button type="text" icon={<LeftOutlined />} aria-label={words.back} onClick={() => onMove(-1)} />
            <Button type="text" icon={<RightOutlined />} aria-label={words.on} onClick={() => onMove(1)} />
            <Button type="text" icon={<CloseOutlined />} aria-label={words.close} onClick={onClose} />
          </span>
        </header>
      }
    >
      <div className="large-body">
        <div className="large-picture">
          <LiveView key={camera.id} cameraId={camera.id} name={camera.name} isAway={camera.health?.state !== 'online'}>
            {withZones && <Zones camera={camera} />}
          </LiveView>
        </div>
        <Happening camera={camera} />
      </div>
    </Modal>
  )
}

/** In fractions of the frame, moved with a view that sags by a few pixels. */
function Zones({ camera: { zones, sight } }: { readonly camera: Camera }) {
  const { kinds } = useWords(DOMAIN)
  const drift = sight?.drift ?? { x: 0, y: 0 }
  return (
    <svg
      viewBox="0 0 1000 1000"
      preserveAspectRatio="none"
      className="zones"
      role="img"
      aria-label={listOf(zones.map(({ name }) => name))}
    >
      {zones.map(({ id, name, rule, polygon }) => (
        <polygon
          key={id}
          points={polygon
            .map(({ x, y }) => `${((x + drift.x) * 1000).toFixed(1)},${((y + drift.y) * 1000).toFixed(1)}`)
            .join(' ')}
        >
          <title>
            {name} · {kinds[rule]}
          </title>
        </polygon>
      ))}
    </svg>
  )
}

function Happening({ camera }: { readonly camera: Camera }) {
  const words = useWords(WALL)
  const { live } = useSession()
  const filter = new URLSearchParams({ physical: 'active', camera: camera.id, limit: '20' })
  const { data, refetch } = useQuery(queries.incidents(filter.toString()))
  useEffect(
    () => live.on('incident', ({ cameraId }) => cameraId === camera.id && void refetch()),
    [live, camera.id, refetch],
  )
  // A record that cleared is replaced where it stands, and has no place here any more.
  const going = data?.items.filter(({ physical }) => physical === 'active')
  return (
    <aside className="happening" aria-live="polite">
      <h2>{words.incidents}</h2>
      {!going && <Skeleton active paragraph={{ rows: 3 }} />}
      {going?.length === 0 && <p className="clip-told">{words.noIncidents}</p>}
      <ul>
        {going?.map(incident => (
          <Going key={incident.id} incident={incident} />
        ))}
      </ul>
    </aside>
  )
}

function Going({ incident }: { readonly incident: Incident }) {
  const words = useWords(WALL)
  const { kinds, severities, reviews } = useWords(DOMAIN)
  const navigate = useNavigate()
  const { data } = useQuery(queries.incident(incident.id))
  const [isPlaying, setPlaying] = useState(false)
  const clip = data?.evidence.find(({ mediaType }) => mediaType === 'video/mp4')
  return (
    <li className="going" data-severity={incident.severity}>
      <p className="going-what">
        <strong>{kinds[incident.kind]}</strong> {severities[incident.severity]} · {reviews[incident.review]}
      </p>
      <p className="going-since" title={agoOf(incident.since)}>
        {words.since(whenOf(incident.since))}
      </p>
      <p className="going-tools">
        {clip && (
          <Button
            size="small"
            icon={<PlayCircleOutlined />}
            aria-expanded={isPlaying}
            onClick={() => setPlaying(!isPlaying)}
          >
            {words.playClip}
          </Button>
        )}
        <Button size="small" type="link" onClick={() => navigate(`/alerts/${encodeURIComponent(incident.id)}`)}>
          {words.inAlerts}
        </Button>
      </p>
      {clip && isPlaying && <ClipPlayer evidenceId={clip.id} />}
    </li>
  )
}
