// All cameras: how each does in words, what needs somebody first, and how to add one.
import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Empty, Input, Segmented, Skeleton, Table, Tag, Tooltip } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { queries } from '../../client/queries.ts'
import type { Camera } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, durationOf, whenOf } from '../../words/format.ts'
import { problemText } from '../../words/problems.ts'
import { useWords } from '../../words/words.ts'
import { blindMsOf, CAMERA_STATES, type CameraState, SHAPES, stateOf } from './camera-state.ts'
import { DEVICES } from './words.ts'

const PAGE = 50

export function CameraList() {
  const words = useWords(DEVICES)
  const kinds = useWords(DOMAIN).kinds
  const navigate = useNavigate()
  const { may } = useSession()
  const cameras = useQuery(queries.cameras())
  const [text, setText] = useState('')
  const [state, setState] = useState<CameraState | 'all'>('all')
  if (cameras.isPending) return <Skeleton active className="devices" />
  const all = cameras.data?.items ?? []
  const wanted = text.trim().toLowerCase()
  const found = all
    .filter(camera => state === 'all' || stateOf(camera) === state)
    .filter(({ id, name, streetId, gridId }) => [id, name, streetId, gridId].join(' ').toLowerCase().includes(wanted))
    .toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
  const add = may('camera:configure') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate('/devices/add')}>
      {words.add}
    </Button>
  )
  if (all.length === 0)
    return (
      <Nothing of={cameras} title={words.none} className="devices">
        {add}
      </Nothing>
    )
  const counted = (one: CameraState | 'all') =>
    one === 'all' ? all.length : all.filter(camera => stateOf(camera) === one).length
  const clear = () => {
    setText('')
    setState('all')
  }
  return (
    <div className="devices">
      <header>
        <h1>{words.title}</h1>
        <Input.Search
          allowClear
          aria-label={words.filter}
          placeholder={words.filter}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <Segmented<CameraState | 'all'>
          aria-label={words.health}
          value={state}
          onChange={setState}
          options={(['all', ...CAMERA_STATES] as const).map(one => ({
            value: one,
            label: `${words.states[one]} ${counted(one)}`,
          }))}
        />
        <span className="space" />
        {add}
      </header>
      <Table<Camera>
        rowKey="id"
        size="small"
        dataSource={found}
        scroll={{ x: 760 }}
        pagination={found.length > PAGE ? { pageSize: PAGE, showSizeChanger: false } : false}
        locale={{
          emptyText: (
            <Empty description={words.noneFound}>
              <Button onClick={clear}>{words.clearFilter}</Button>
            </Empty>
          ),
        }}
        columns={[
          {
            title: words.name,
            render: (_, { id, name, generated }) => (
              <>
                <Link to={`/devices/${id}`}>{name}</Link> {generated && <Tag>{words.generated}</Tag>}
                <br />
                <span className="quiet">{id}</span>
              </>
            ),
          },
          { title: words.health, render: (_, camera) => <HealthWords camera={camera} /> },
          {
            title: words.lastFrame,
            render: (_, { health }) =>
              health?.lastFrameAt ? (
                <Tooltip title={agoOf(health.lastFrameAt)}>{whenOf(health.lastFrameAt)}</Tooltip>
              ) : (
                <span className="quiet">{words.never}</span>
              ),
          },
          {
            title: words.blindTime,
            sorter: (a, b) => blindMsOf(a) - blindMsOf(b),
            render: (_, camera) => (blindMsOf(camera) >= 1_000 ? durationOf(blindMsOf(camera)) : words.noBlind),
          },
          {
            title: words.zones,
            render: (_, { id, zones }) => (
              <Link to={`/devices/${id}/zones`}>
                {zones.length === 0
                  ? words.draw
                  : zones.map(({ id: zone, name, rule }) => (
                      <Tooltip key={zone} title={kinds[rule]}>
                        <Tag>{name}</Tag>
                      </Tooltip>
                    ))}
              </Link>
            ),
          },
          { title: words.where, render: (_, { streetId, gridId }) => `${streetId} · ${gridId}` },
        ]}
      />
    </div>
  )
}

const rank = (camera: Camera): number => CAMERA_STATES.indexOf(stateOf(camera))

/** The stream's state, and where it is well, what the camera shows. */
export function HealthWords({ camera }: { readonly camera: Camera }) {
  const { streams, views, alignments } = useWords(DOMAIN)
  const words = useWords(DEVICES)
  const { health, sight, costs } = camera
  const state = stateOf(camera)
  const stream = health?.state ?? 'unknown'
  const shown = sight && (sight.view === 'moved' ? alignments[alignmentOf(sight.alignment)] : views[sight.view])
  const problem = health?.problem ?? costs.find(one => one.problem)?.problem
  return (
    <span className={`camera-state ${state}`}>
      <span aria-hidden="true">{SHAPES[state]}</span> {state === 'asked' ? words.states.asked : streams[stream]}
      {shown && stream === 'online' && sight?.view !== 'clear' && ` · ${shown}`}
      {problem && (
        <>
          <br />
          <span className="quiet" title={problem.message}>
            {problemText(problem)}
          </span>
        </>
      )}
    </span>
  )
}

const alignmentOf = (alignment: string): 'moved' | 'unconfirmed' =>
  alignment === 'unconfirmed' ? 'unconfirmed' : 'moved'
