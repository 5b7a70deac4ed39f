// The video wall: many cameras at once, live or as stills, how each does, and one of them large.
import { FullscreenExitOutlined, FullscreenOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Empty, Input, Pagination, Result, Segmented, Select, Skeleton, Switch, Tooltip } from 'antd'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { queries } from '../../client/queries.ts'
import type { Camera } from '../../client/records.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { ailmentsOf, chosenBy, moved, type WallFilter } from './camera-health.ts'
import { LargeView } from './large-view.tsx'
import { WallTile } from './wall-tile.tsx'
import { WALL } from './words.ts'
import './wall.css'

const LAYOUTS = [1, 4, 9, 16] as const
type Layout = (typeof LAYOUTS)[number] | 'all'
/** Of the wall of stills; more are a page away. */
const STILLS_PER_PAGE = 48
const STILL_COLUMNS = 6
const NO_FILTER: WallFilter = { text: '', street: undefined, grid: undefined, health: 'all' }
const LAYOUT_KEY = 'jiemu.wall.layout'

function layoutBefore(): Layout {
  const kept = localStorage.getItem(LAYOUT_KEY)
  if (kept === 'all') return 'all'
  return LAYOUTS.find(each => String(each) === kept) ?? 4
}

export default function WallPage() {
  const words = useWords(WALL)
  const domain = useWords(DOMAIN)
  const { data, error, refetch } = useQuery(queries.cameras())
  const [layout, setLayout] = useState<Layout>(layoutBefore)
  const [allLive, setAllLive] = useState(true)
  const [filter, setFilter] = useState(NO_FILTER)
  const [page, setPage] = useState(1)
  const [at, setAt] = useState(0)
  const [large, setLarge] = useState<string>()
  const wall = useRef<HTMLElement>(null)
  const cameras = useMemo(() => data?.items ?? [], [data])
  const chosen = useMemo(() => cameras.filter(chosenBy(filter, domain)), [cameras, filter, domain])
  const perPage = layout === 'all' ? STILLS_PER_PAGE : layout
  const pages = Math.max(1, Math.ceil(chosen.length / perPage))
  const now = Math.min(page, pages)
  const shown = chosen.slice((now - 1) * perPage, now * perPage)
  const focused = Math.min(at, Math.max(0, shown.length - 1))
  const columns = layout === 'all' ? STILL_COLUMNS : Math.sqrt(layout)

  const choose = (next: Layout): void => {
    localStorage.setItem(LAYOUT_KEY, String(next))
    setLayout(next)
    setPage(1)
    setAt(0)
  }
  const narrow = (change: Partial<WallFilter>): void => {
    setFilter(before => ({ ...before, ...change }))
    setPage(1)
    setAt(0)
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return
    if (event.key === 'PageDown' || event.key === 'PageUp') {
      setPage(Math.min(pages, Math.max(1, now + (event.key === 'PageDown' ? 1 : -1))))
      setAt(0)
    } else if (event.key === 'f' || event.key === 'F') void turnFull(wall.current)
    else {
      const next = moved(focused, event.key, columns, shown.length)
      if (next === focused) return
      setAt(next)
      wall.current?.querySelectorAll<HTMLElement>('.wall-tile')[next]?.focus()
    }
    event.preventDefault()
  }

  if (error && !data) {
    const again = <Button onClick={() => void refetch()}>{words.again}</Button>
    return <Result status="warning" title={words.failed} subTitle={error.message} extra={again} />
  }
  const largeCamera = cameras.find(({ id }) => id === large)
  return (
    <section className="wall" ref={wall} onKeyDown={onKey} aria-label={words.title}>
      <header className="wall-tools">
        <h1>{words.title}</h1>
        <Segmented<Layout>
          aria-label={words.layout}
          value={layout}
          onChange={choose}
          options={[
            ...LAYOUTS.map(each => ({ value: each, label: each })),
            { value: 'all' as const, label: words.all },
          ]}
        />
        {layout !== 'all' && (
          <Tooltip title={words.liveHint}>
            <Switch
              checked={allLive}
              onChange={setAllLive}
              checkedChildren={words.live}
              unCheckedChildren={words.live}
              aria-label={words.live}
            />
          </Tooltip>
        )}
        <WallFilters cameras={cameras} filter={filter} narrow={narrow} />
        <span className="wall-count">{words.shown(chosen.length, cameras.length)}</span>
        <FullButton wall={wall} />
      </header>
      {!data && <Skeleton active className="wall-waiting" />}
      {data && shown.length === 0 && <NoCameras any={cameras.length > 0} clear={() => setFilter(NO_FILTER)} />}
      {/* Row by row, as the arrows go. */}
      <ul className="wall-grid" data-layout={layout} style={{ '--columns': columns } as React.CSSProperties}>
        {shown.map((camera, index) => (
          <WallTile
            key={camera.id}
            camera={camera}
            ailments={ailmentsOf(camera, domain)}
            as={layout === 'all' ? 'poll' : allLive || index === focused ? 'video' : 'stills'}
            isFocused={index === focused}
            onFocus={() => setAt(index)}
            onOpen={() => setLarge(camera.id)}
          />
        ))}
      </ul>
      {pages > 1 && (
        <Pagination
          className="wall-pages"
          size="small"
          current={now}
          pageSize={perPage}
          total={chosen.length}
          showSizeChanger={false}
          onChange={setPage}
        />
      )}
      <p className="wall-keys">{words.keys}</p>
      {largeCamera && (
        <LargeView
          camera={largeCamera}
          within={wall}
          onMove={step => {
            const index = chosen.findIndex(({ id }) => id === largeCamera.id)
            const next = chosen[(index + step + chosen.length) % chosen.length]
            if (next) setLarge(next.id)
          }}
          onClose={() => {
            setLarge(undefined)
            wall.current?.querySelectorAll<HTMLElement>('.wall-tile')[focused]?.focus()
          }}
        />
      )}
    </section>
  )
}

interface FiltersProps {
  readonly cameras: readonly Camera[]
  readonly filter: WallFilter
  narrow(change: Partial<WallFilter>): void
}

function WallFilters({ cameras, filter, narrow }: FiltersProps) {
  const words = useWords(WALL)
  const distinct = (values: readonly string[]) => [...new Set(values)].sort().map(value => ({ value, label: value }))
  const inStreet = cameras.filter(({ streetId }) => filter.street === undefined || streetId === filter.street)
  return (
    <>
      <Input.Search
        className="wall-search"
        allowClear
        placeholder={words.search}
        aria-label={words.search}
        value={filter.text}
        onChange={({ target }) => narrow({ text: target.value })}
      />
      <Select
        allowClear
        placeholder={words.street}
        aria-label={words.street}
        value={filter.street}
        options={distinct(cameras.map(({ streetId }) => streetId))}
        onChange={(street: string | undefined) => narrow({ street, grid: undefined })}
      />
      <Select
        allowClear
        placeholder={words.grid}
        aria-label={words.grid}
        value={filter.grid}
        options={distinct(inStreet.map(({ gridId }) => gridId))}
        onChange={(grid: string | undefined) => narrow({ grid })}
      />
      <Select<WallFilter['health']>
        aria-label={words.health}
        value={filter.health}
        options={[
          { value: 'all', label: words.anyHealth },
          { value: 'well', label: words.well },
          { value: 'ill', label: words.ill },
        ]}
        onChange={health => narrow({ health })}
      />
    </>
  )
}

function NoCameras({ any, clear }: { readonly any: boolean; clear(): void }) {
  const words = useWords(WALL)
  const navigate = useNavigate()
  return (
    <Empty
      className="wall-waiting"
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{any ? words.none : words.no}</strong>
          <br />
          {any ? words.noneHint : words.noHint}
        </>
      }
    >
      <Button type="primary" onClick={any ? clear : () => navigate('/devices')}>
        {any ? words.clear : words.devices}
      </Button>
    </Empty>
  )
}

function turnFull(element: HTMLElement | null): Promise<void> | undefined {
  return document.fullscreenElement ? document.exitFullscreen() : element?.requestFullscreen()
}

function FullButton({ wall }: { readonly wall: React.RefObject<HTMLElement | null> }) {
  const words = useWords(WALL)
  const [isFull, setFull] = useState(false)
  useEffect(() => {
    const turn = () => setFull(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', turn)
    return () => document.removeEventListener('fullscreenchange', turn)
  }, [])
  if (!document.fullscreenEnabled) return null
  const label = isFull ? words.leaveFull : words.full
  return (
    <Button
      type="text"
      aria-label={label}
      title={`${label} (F)`}
      icon={isFull ? <FullscreenExitOutlined /> : <FullscreenOutlined />}
      onClick={() => void turnFull(wall.current)}
    />
  )
}
