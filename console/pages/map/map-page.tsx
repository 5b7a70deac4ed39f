// 地图: where cameras, incidents, jobs and people are, how the grids stand, and how today went.
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Checkbox, Slider, Tag } from 'antd'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { read } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { Page } from '../../client/records.ts'
import {
  cameraPlaces,
  gridAreas,
  incidentPlaces,
  jobPlaces,
  type Place,
  type Worker,
  workerPlaces,
} from '../../parts/map-places.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { StreetMap } from '../../parts/street-map.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { timeOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { PlaceCard } from './place-card.tsx'
import { goingOnAt, midnightBefore, readToday } from './today.ts'
import { MAP } from './words.ts'
import './map.css'

const LAYERS = ['incidents', 'jobs', 'workers', 'cameras', 'grids'] as const
type Layer = (typeof LAYERS)[number]
const MINUTE_MS = 60_000

export default function MapPage() {
  const words = useWords(MAP)
  const domain = useWords(DOMAIN)
  const { may } = useSession()
  const [layers, setLayers] = useState<readonly Layer[]>(LAYERS)
  const [params] = useSearchParams()
  /** First what a link has led to. */
  const [chosen, setChosen] = useState(() => {
    const job = params.get('job')
    return job === null ? undefined : `job ${job}`
  })
  /** Undefined: now. */
  const [at, setAt] = useState<number>()

  const { data: cameras, error: noCameras } = useQuery(queries.cameras())
  const { data: grids } = useQuery({ ...queries.grids(), enabled: may('grid:read') })
  const { data: jobs, error: noJobs } = useQuery({ ...queries.jobs('limit=200'), refetchInterval: 15_000 })
  const { data: workers, error: noWorkers } = useQuery({
    queryKey: ['workers'],
    queryFn: ({ signal }) => read<Page<Worker>>('/api/workers', signal),
    enabled: may('rota:read'),
    refetchInterval: 15_000,
  })
  const incidents = useQuery({
    queryKey: ['incidents-of-today'],
    queryFn: ({ signal }) => readToday(signal),
    refetchInterval: 15_000,
  })
  const { data: today } = incidents
  const error = noCameras ?? incidents.error ?? noJobs ?? noWorkers

  const places = useMemo((): readonly Place[] => {
    const naming = { domain, online: words.online, offline: words.offline }
    const seen = cameras?.items ?? []
    const going = goingOnAt(today?.incidents ?? [], at ?? Date.now())
    const past = at !== undefined
    // Jobs, people and cameras are known as they are now, not as they were.
    return [
      ...(layers.includes('cameras') ? cameraPlaces(seen, naming) : []),
      ...(layers.includes('jobs') && !past ? jobPlaces(jobs?.items ?? [], seen, naming) : []),
      ...(layers.includes('workers') && !past ? workerPlaces(workers?.items ?? []) : []),
      ...(layers.includes('incidents') ? incidentPlaces(going, seen, naming) : []),
    ]
  }, [cameras, today, jobs, workers, layers, at, domain, words])
  const areas = useMemo(
    () => (layers.includes('grids') && at === undefined ? gridAreas(grids?.items ?? [], cameras?.items ?? []) : []),
    [grids, cameras, layers, at],
  )
  const points = useMemo(() => places.map(({ point }) => point), [places])
  const place = places.find(({ point }) => point.id === chosen)
  const worst = (['incident', 'job', 'worker'] as const).flatMap(kind => places.filter(({ shape }) => shape === kind))

  return (
    <div className="map-page">
      <div className="map-canvas">
        <StreetMap points={points} areas={areas} chosen={chosen} onChoose={setChosen} label={words.map} />
        {place && <PlaceCard place={place} onClose={() => setChosen(undefined)} />}
      </div>
      <aside className="map-side">
        {error && <Alert type="warning" showIcon title={words.failed} description={words.failedHint} />}
        <fieldset className="map-layers">
          <legend>{words.layers}</legend>
          {LAYERS.map(layer => (
            <Checkbox
              key={layer}
              checked={layers.includes(layer)}
              onChange={({ target }) =>
                setLayers(target.checked ? [...layers, layer] : layers.filter(other => other !== layer))
              }
            >
              {words[layer]}
            </Checkbox>
          ))}
        </fieldset>
        {layers.includes('grids') && areas.length > 0 && (
          <ul className="map-grids" aria-label={words.grids}>
            {(grids?.items ?? []).map(({ gridId, colour }) => (
              <li key={gridId}>
                <i className={`map-colour ${colour}`} aria-hidden="true" />
                {gridId} <b>{domain.colours[colour]}</b>
              </li>
            ))}
          </ul>
        )}
        <h2>
          {at === undefined ? words.now : words.at(timeOf(at).slice(0, 5))} <small>{words.shown(worst.length)}</small>
        </h2>
        {today?.truncated && <Alert type="info" title={words.truncated} />}
        {worst.length === 0 && (
          <Nothing of={incidents} title={at === undefined ? words.empty : words.emptyThen} small />
        )}
        <ul className="map-list">
          {worst.map(({ point, shape }) => (
            <li key={point.id}>
              <Button type="text" block onClick={() => setChosen(point.id)} aria-pressed={chosen === point.id}>
                <Tag variant="filled">{words[`${shape}s` as Layer]}</Tag>
                <span>{point.label}</span>
              </Button>
            </li>
          ))}
        </ul>
      </aside>
      <History at={at} onChange={setAt} />
    </div>
  )
}

function History({ at, onChange }: { readonly at: number | undefined; readonly onChange: (at?: number) => void }) {
  const words = useWords(MAP)
  const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const midnight = midnightBefore(now)
  return (
    <div className="map-history">
      <span>00:00</span>
      <Slider
        min={midnight}
        max={now}
        step={MINUTE_MS}
        value={at ?? now}
        onChange={value => onChange(value >= now ? undefined : value)}
        tooltip={{ formatter: value => timeOf(value ?? now).slice(0, 5) }}
        ariaLabelForHandle={words.slider}
        ariaValueTextFormatterForHandle={value => timeOf(value).slice(0, 5)}
      />
      <Button size="small" disabled={at === undefined} onClick={() => onChange(undefined)}>
        {at === undefined ? words.now : words.back}
      </Button>
    </div>
  )
}
