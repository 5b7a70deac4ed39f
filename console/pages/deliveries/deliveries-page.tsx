// Deliveries: how each destination does, and what was given up, to be sent again or dismissed.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Popconfirm, Segmented, Table, Tag } from 'antd'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { z } from 'zod'
import type { deliverySchema, destinationSchema } from '../../../api/routes/deliveries.ts'
import { command, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { DELIVERIES } from './words.ts'
import './deliveries.css'

type Delivery = z.output<typeof deliverySchema>
type Destination = z.output<typeof destinationSchema>

const STATES = ['dead', 'pending', 'delivered', 'dismissed', 'all'] as const
const REFRESH_MS = 10_000

export default function DeliveriesPage() {
  const words = useWords(DELIVERIES)
  return (
    <div className="deliveries">
      <h1>{words.title}</h1>
      <Destinations />
      <Letters />
    </div>
  )
}

function Destinations() {
  const words = useWords(DELIVERIES)
  const { may } = useSession()
  const client = useQueryClient()
  const tell = useTell()
  const { message } = App.useApp()
  const [, setParams] = useSearchParams()
  const destinations = useQuery({
    queryKey: ['destinations'],
    queryFn: ({ signal }) => read<Page<Destination>>('/api/destinations', signal),
    refetchInterval: REFRESH_MS,
  })
  const redriveAll = (name: string): Promise<void> =>
    command<{ redriven: number }>(`/api/destinations/${segment(name)}/redrive`)
      .then(({ redriven }) => void message.success(words.redriven(redriven)))
      .catch(tell)
      .finally(() => {
        for (const key of ['destinations', 'deliveries']) void client.invalidateQueries({ queryKey: [key] })
      })
  return (
    <section>
      <h2>{words.destinations}</h2>
      <Table<Destination>
        rowKey="destination"
        size="small"
        loading={destinations.isPending}
        pagination={false}
        scroll={{ x: 560 }}
        dataSource={[...(destinations.data?.items ?? [])]}
        locale={{
          emptyText: <Nothing of={destinations} title={words.none} hint={words.noneHint} />,
        }}
        columns={[
          {
            title: words.destination,
            render: (_, { destination, configured }) => (
              <>
                <b>{destination}</b> {!configured && <Tag>{words.unconfigured}</Tag>}
              </>
            ),
          },
          { title: words.waiting, dataIndex: 'pending' },
          {
            title: words.dead,
            render: (_, { destination, dead }) =>
              dead > 0 ? (
                <Button type="link" size="small" danger onClick={() => setParams({ state: 'dead', destination })}>
                  ! {dead}
                </Button>
              ) : (
                0
              ),
          },
          {
            title: words.oldest,
            render: (_, { oldestPendingAt }) =>
              oldestPendingAt !== null && <span title={whenOf(oldestPendingAt)}>{agoOf(oldestPendingAt)}</span>,
          },
          {
            title: '',
            render: (_, { destination, dead }) =>
              may('delivery:drive') &&
              dead > 0 && (
                <Button size="small" onClick={() => redriveAll(destination)}>
                  {words.redriveAll}
                </Button>
              ),
          },
        ]}
      />
    </section>
  )
}

/** What a notice is about, by its id. */
function About({ subject }: Pick<Delivery, 'subject'>) {
  if (subject.startsWith('job-')) return <Link to={`/jobs/${subject}`}>{subject}</Link>
  if (subject.startsWith('inc-')) return <Link to={`/alerts/${subject}`}>{subject}</Link>
  return subject
}

function Letters() {
  const words = useWords(DELIVERIES)
  const { may } = useSession()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [params, setParams] = useSearchParams()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [working, setWorking] = useState(false)
  const state = STATES.find(name => name === params.get('state')) ?? 'dead'
  const destination = params.get('destination') ?? ''
  const filter = new URLSearchParams({ ...(state !== 'all' && { state }), ...(destination && { destination }) })
  const query = useInfiniteQuery({
    queryKey: ['deliveries', filter.toString()],
    queryFn: ({ pageParam, signal }) => {
      const asked = new URLSearchParams(filter)
      if (pageParam) asked.set('before', pageParam)
      return read<Page<Delivery>>(`/api/deliveries?${asked}`, signal)
    },
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    refetchInterval: REFRESH_MS,
  })
  const letters = query.data?.pages.flatMap(page => page.items) ?? []
  const dead = letters.filter(each => each.state === 'dead' && chosen.includes(each.id)).map(({ id }) => id)

  /** One after the other: a hundred at once would be refused as too fast. */
  async function each(step: 'redrive' | 'dismiss', ids: readonly string[]): Promise<void> {
    setWorking(true)
    let failed = 0
    for (const id of ids) {
      await command(`/api/deliveries/${segment(id)}/${step}`).catch(() => {
        failed += 1
      })
    }
    setWorking(false)
    setChosen([])
    if (failed > 0) message.warning(words.some(ids.length - failed, failed))
    else message.success(words.done(ids.length))
    for (const key of ['destinations', 'deliveries']) void client.invalidateQueries({ queryKey: [key] })
  }

  const drives = may('delivery:drive')
  return (
    <section>
      <div className="deliveries-tools">
        <Segmented
          size="small"
          aria-label={words.state}
          value={state}
          options={STATES.map(value => ({ value, label: words.states[value] }))}
          onChange={value => {
            setChosen([])
            setParams({ state: value, ...(destination && { destination }) }, { replace: true })
          }}
        />
        {destination && (
          <Tag closable onClose={() => setParams({ state }, { replace: true })}>
            {destination}
          </Tag>
        )}
        {dead.length > 0 && (
          <>
            <span>{words.chosen(dead.length)}</span>
            <Button size="small" loading={working} onClick={() => void each('redrive', dead)}>
              {words.redriveChosen}
            </Button>
            <Popconfirm
              title={words.dismissSure}
              okText={words.dismiss}
              cancelText={words.cancel}
              onConfirm={() => void each('dismiss', dead)}
            >
              <Button size="small" danger disabled={working}>
                {words.dismissChosen}
              </Button>
            </Popconfirm>
          </>
        )}
      </div>
      <Table<Delivery>
        rowKey="id"
        size="small"
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={letters}
        {...(drives && {
          rowSelection: {
            selectedRowKeys: [...chosen],
            onChange: keys => setChosen(keys as string[]),
            getCheckboxProps: ({ id, state: its, event }) => ({
              disabled: its !== 'dead',
              'aria-label': `${event} ${id}`,
            }),
          },
        })}
        locale={{
          emptyText: (
            <Nothing
              of={query}
              title={state === 'dead' ? words.nothing.dead : words.nothing.other}
              hint={state === 'dead' ? words.nothingHint : undefined}
            />
          ),
        }}
        columns={[
          { title: words.what, dataIndex: 'event' },
          { title: words.about, render: (_, { subject }) => <About subject={subject} /> },
          {
            title: words.to,
            render: (_, letter) => `${letter.destination}${letter.recipient ? ` · ${letter.recipient}` : ''}`,
          },
          { title: words.state, render: (_, letter) => words.states[letter.state] },
          { title: words.attempts, dataIndex: 'attempts' },
          { title: words.error, render: (_, { lastError }) => <span className="delivery-error">{lastError}</span> },
          {
            title: words.updated,
            render: (_, { updatedAt }) => <span title={agoOf(updatedAt)}>{whenOf(updatedAt)}</span>,
          },
          {
            title: '',
            render: (_, { id, state: its }) =>
              drives &&
              its === 'dead' && (
                <Button size="small" disabled={working} onClick={() => void each('redrive', [id])}>
                  {words.redrive}
                </Button>
              ),
          },
        ]}
      />
      {query.hasNextPage && (
        <Button type="dashed" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </section>
  )
}
