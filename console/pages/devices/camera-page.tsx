// One camera: what it shows now with its zones, how it does, what a person is asked about its view, and where its stream is.
import { DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Descriptions, Empty } from 'antd'
import { Link, useNavigate } from 'react-router'
import { command, segment } from '../../client/http.ts'
import type { Camera } from '../../client/records.ts'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, durationOf, listOf, percentOf, whenOf } from '../../words/format.ts'
import { problemText } from '../../words/problems.ts'
import { useWords } from '../../words/words.ts'
import { HealthWords } from './camera-list.tsx'
import { deviceQueries } from './devices-client.ts'
import { useJpeg } from './jpeg.ts'
import { ViewQuestion } from './view-question.tsx'
import { DEVICES } from './words.ts'

export function CameraPage({ camera }: { readonly camera: Camera }) {
  const words = useWords(DEVICES)
  const { may } = useSession()
  const { id, name, health, costs } = camera
  const navigate = useNavigate()
  const problems = [health?.problem, ...costs.map(({ problem }) => problem)].filter(problem => !!problem)
  return (
    <div className="camera-page">
      <header>
        <Link to="/devices">← {words.back}</Link>
        <h1>{name}</h1>
        <HealthWords camera={{ ...camera, health: health && { ...health, problem: null }, costs: [] }} />
        <span className="space" />
        <Button type="primary" onClick={() => navigate(`/devices/${id}/zones`)}>
          {may('camera:configure') ? (camera.zones.length > 0 ? words.editZones : words.draw) : words.viewZones}
        </Button>
      </header>
      <div className="camera-picture">
        <LivePicture camera={camera} />
        <ViewQuestion camera={camera} />
      </div>
      <aside>
        {problems.map(problem => (
          <Alert
            key={problem.code}
            type="error"
            showIcon
            title={problemText(problem)}
            description={<small className="quiet">{problem.message}</small>}
          />
        ))}
        <Facts camera={camera} />
        <Zones camera={camera} />
        {may('camera:configure') && <Source camera={camera} />}
      </aside>
    </div>
  )
}

function LivePicture({ camera }: { readonly camera: Camera }) {
  const words = useWords(DEVICES)
  const { may } = useSession()
  const { data: seen, isFetched } = useQuery({ ...deviceQueries.scene(camera.id), enabled: may('camera:confirm') })
  const picture = useJpeg(seen?.jpeg)
  const { widthPx, heightPx } = seen ?? camera.health ?? { widthPx: null, heightPx: null }
  const text = may('camera:confirm') ? (isFetched ? words.waiting : words.noPicture) : words.picturesHidden
  return (
    <figure>
      <div className="live-picture" style={{ aspectRatio: `${widthPx ?? 16} / ${heightPx ?? 9}` }}>
        {picture ? <img src={picture} alt={words.live} /> : <p>{text}</p>}
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {camera.zones.map(({ id, polygon }) => (
            <polygon key={id} points={polygon.map(({ x, y }) => `${x},${y}`).join(' ')} />
          ))}
        </svg>
      </div>
      <figcaption className="quiet">
        {words.live} {seen && whenOf(seen.at)}
      </figcaption>
    </figure>
  )
}

function Facts({ camera }: { readonly camera: Camera }) {
  const words = useWords(DEVICES)
  const { streams, views } = useWords(DOMAIN)
  const { health, sight, position, attention } = camera
  const blind = Object.entries(sight?.blindMs ?? {}).filter(([, ms]) => (ms ?? 0) >= 1_000)
  const drifted = sight && (sight.drift.x !== 0 || sight.drift.y !== 0)
  const rows: readonly (readonly [string, string | null])[] = [
    [words.health, health && listOf([streams[health.state], words.since(whenOf(health.since))])],
    [words.lastFrame, health?.lastFrameAt ? `${whenOf(health.lastFrameAt)} (${agoOf(health.lastFrameAt)})` : null],
    [words.codec, health?.widthPx ? `${health.codec} ${health.widthPx}×${health.heightPx}` : null],
    [words.keyframes, health?.keyframeIntervalMs ? `${(health.keyframeIntervalMs / 1_000).toFixed(1)} s` : null],
    [words.clock, health?.clockSkewMs == null ? null : `${Math.round(health.clockSkewMs)} ms`],
    [words.attention, attention && attentionText(attention, words)],
    [words.frames, health && framesText(health, words)],
    [words.reconnects, health && health.reconnects > 0 ? String(health.reconnects) : null],
    [words.drift, drifted ? `${percentOf(sight.drift.x)}, ${percentOf(sight.drift.y)}` : null],
    [
      words.blind,
      sight &&
        (listOf(blind.map(([view, ms]) => `${views[view as keyof typeof views]} ${durationOf(ms ?? 0)}`)) ||
          words.noBlind),
    ],
    [words.where, `${camera.streetId} · ${camera.gridId}`],
    [words.position, position ? `${position.lat.toFixed(5)}, ${position.lon.toFixed(5)}` : words.noPosition],
  ]
  return (
    <Descriptions
      size="small"
      column={1}
      items={rows.flatMap(([label, children]) => (children === null ? [] : [{ key: label, label, children }]))}
    />
  )
}

type DeviceWords = ReturnType<typeof useWords<typeof DEVICES.zh>>

function framesText({ framesAnalysed, framesUnchanged }: NonNullable<Camera['health']>, words: DeviceWords): string {
  const unchanged = framesUnchanged > 0 ? ` · ${framesUnchanged.toLocaleString()} ${words.unchanged}` : ''
  return `${framesAnalysed.toLocaleString()}${unchanged}`
}

/** How much is decoded, why, and what it costs. */
function attentionText(attention: NonNullable<Camera['attention']>, words: DeviceWords): string {
  const { mode, fullReason, reason, waiting, everyMs, shedEveryMs, load } = attention
  const why = mode === 'full' ? fullReason && words.fullReasons[fullReason] : reason && words.attentionReasons[reason]
  const cost = load && `${words.decodes} ${load.decodeMsPerS} + ${words.infers} ${load.inferMsPerS} ms/s`
  const shed = shedEveryMs === null ? null : words.shed((shedEveryMs / 1_000).toFixed(1))
  const pace =
    mode === 'attentive' || shed || everyMs === 0
      ? null
      : words.looksEvery((everyMs / 1_000).toFixed(everyMs % 1_000 ? 1 : 0))
  return [words.modes[mode], why, waiting ? words.attentionWaits : null, pace, shed, cost]
    .filter(part => part)
    .join(' · ')
}

function Zones({ camera }: { readonly camera: Camera }) {
  const words = useWords(DEVICES)
  const kinds = useWords(DOMAIN).kinds
  const { id, zones, costs } = camera
  return (
    <section>
      <h2>{words.zones}</h2>
      {zones.length === 0 && <Empty description={words.noZones} />}
      <ul className="camera-zones">
        {zones.map(zone => {
          const cost = costs.find(({ zoneId }) => zoneId === zone.id)
          return (
            <li key={zone.id}>
              <Link to={`/devices/${id}/zones?zone=${zone.id}`}>{zone.name}</Link>
              <span className="quiet">
                {kinds[zone.rule]} · v{zone.version}
                {cost &&
                  ` · ${cost.samples.toLocaleString()} ${words.looks}${cost.coreShare === null ? '' : ` · ${percentOf(cost.coreShare)} ${words.core}`}`}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function Source({ camera }: { readonly camera: Camera }) {
  const words = useWords(DEVICES)
  const tell = useTell()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { message, modal } = App.useApp()
  const { id, name } = camera
  const { data } = useQuery(deviceQueries.source(id))
  const remove = () =>
    modal.confirm({
      title: words.removeSure(name),
      okText: words.remove,
      cancelText: words.cancel,
      okButtonProps: { danger: true },
      onOk: async () => {
        try {
          await command(`/api/cameras/${segment(id)}`, {}, { method: 'DELETE' })
          message.success(words.removed(name))
          navigate('/devices')
          await client.invalidateQueries({ queryKey: ['cameras'] })
        } catch (error) {
          tell(error)
        }
      },
    })
  return (
    <section>
      <h2>{words.source}</h2>
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: 'address', label: words.address, children: data?.address ?? data?.kind },
          ...(data?.kind === 'rtsp'
            ? [{ key: 'login', label: words.login, children: data.hasLogin ? words.hasLogin : words.noLogin }]
            : []),
        ]}
      />
      <span className="view-answers">
        <Button icon={<EditOutlined />} onClick={() => navigate(`/devices/${id}/edit`)}>
          {words.edit}
        </Button>
        <Button danger icon={<DeleteOutlined />} onClick={remove}>
          {words.remove}
        </Button>
      </span>
    </section>
  )
}
