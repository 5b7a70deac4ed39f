// 布控/撤防: what raises no alert for a while, until when and why; ended early here, else by itself.
import { PlusOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Popconfirm, Segmented, Skeleton, Table, type TableColumnsType } from 'antd'
import { useEffect, useState } from 'react'
import type { z } from 'zod'
import type { mutesSchema } from '../../../api/routes/mutes.ts'
import { command, read, segment } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { Mute } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { countdownOf, durationOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { MuteDialog } from './mute-dialog.tsx'
import { MUTES } from './words.ts'
import './mutes.css'

type Mutes = z.output<typeof mutesSchema>
const KEY = ['mutes']

export default function MutesPage() {
  const words = useWords(MUTES)
  const { may, live } = useSession()
  const client = useQueryClient()
  // What a colleague mutes or arms is seen at once.
  useEffect(() => live.on('mute', () => void client.invalidateQueries({ queryKey: KEY })), [live, client])
  const [over, setOver] = useState(false)
  const [adding, setAdding] = useState(false)
  const mutes = useQuery({
    queryKey: [...KEY, over],
    queryFn: ({ signal }) => read<Mutes>(`/api/mutes?over=${over}`, signal),
    refetchInterval: 15_000,
    staleTime: 0,
  })
  const items = mutes.data?.items ?? []
  const add = may('mute:set') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {words.add}
    </Button>
  )
  return (
    <div className="mutes">
      <header>
        <h1>{words.title}</h1>
        <Segmented
          aria-label={words.title}
          value={over ? 'over' : 'standing'}
          options={[
            { value: 'standing', label: words.standing },
            { value: 'over', label: words.over },
          ]}
          onChange={value => setOver(value === 'over')}
        />
        {add}
      </header>
      <dl className="mutes-explained">
        <dt>{words.watching}</dt>
        <dd>{words.watchingHint}</dd>
        <dt>{words.muted}</dt>
        <dd>{words.intro}</dd>
      </dl>
      {mutes.isPending && <Skeleton active title={false} />}
      {items.length === 0 && (
        <Nothing
          of={mutes}
          title={over ? words.nothingOver : words.nothing}
          hint={over ? undefined : words.nothingHint}
          small
        />
      )}
      {items.length > 0 && <Lines items={items} over={over} />}
      {adding && (
        <MuteDialog
          onClose={() => setAdding(false)}
          onSet={() => {
            setAdding(false)
            setOver(false)
            void client.invalidateQueries({ queryKey: KEY })
          }}
        />
      )}
    </div>
  )
}

function Lines({ items, over }: { readonly items: readonly Mute[]; readonly over: boolean }) {
  const words = useWords(MUTES)
  const { may } = useSession()
  const columns: TableColumnsType<Mute> = [
    { title: words.what, render: (_, mute) => <What mute={mute} /> },
    over
      ? {
          title: words.until,
          render: (_, { endedAt, endedBy, endReason, untilAt }) => (
            <>
              {whenOf(endedAt ?? untilAt)}
              <div className="mutes-quiet">
                {endedBy ? words.ended(endedBy) : words.endedAlone}
                {endReason && `：${endReason}`}
              </div>
            </>
          ),
        }
      : { title: words.left, render: (_, { untilAt }) => <Left untilAt={untilAt} /> },
    { title: words.reason, render: (_, { reason }) => <span className="mutes-reason">{reason}</span> },
    {
      title: words.held,
      render: (_, { held, lastHeldAt }) => (
        <span title={lastHeldAt ? words.heldLast(whenOf(lastHeldAt)) : undefined}>{words.heldCount(held)}</span>
      ),
    },
    {
      title: words.by,
      render: (_, { setBy, fromAt }) => (
        <>
          {setBy}
          <div className="mutes-quiet">{whenOf(fromAt)}</div>
        </>
      ),
    },
    ...(over || !may('mute:set')
      ? []
      : [{ title: '', key: 'end', render: (_: unknown, mute: Mute) => <End mute={mute} /> }]),
  ]
  return (
    <Table<Mute>
      rowKey="id"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={[...items]}
      columns={columns}
    />
  )
}

/** 建国北路口 · 公交站 · 违停 */
function What({ mute: { streetId, cameraId, zoneId, kind, faults } }: { readonly mute: Mute }) {
  const words = useWords(MUTES)
  const domain = useWords(DOMAIN)
  const cameras = useQuery(queries.cameras()).data?.items ?? []
  const camera = cameras.find(({ id }) => id === cameraId)
  const zone = camera?.zones.find(({ id }) => id === zoneId)
  const where = cameraId
    ? [camera?.name ?? cameraId, ...(zoneId ? [zone?.name ?? zoneId] : [])]
    : [streetId ?? words.everywhere]
  return (
    <>
      <strong>{where.join(' · ')}</strong>
      <div className="mutes-quiet">
        {kind ? domain.kinds[kind] : faults ? words.everyKind : words.everyKindButFaults}
      </div>
    </>
  )
}

function Left({ untilAt }: { readonly untilAt: number }) {
  const words = useWords(MUTES)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  const leftMs = Math.max(0, untilAt - now)
  return (
    <>
      <strong>{leftMs > 48 * 3_600_000 ? durationOf(leftMs) : countdownOf(leftMs)}</strong>
      <div className="mutes-quiet">
        {words.until} {whenOf(untilAt)}
      </div>
    </>
  )
}

function End({ mute }: { readonly mute: Mute }) {
  const words = useWords(MUTES)
  const tell = useTell()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const end = () =>
    command(`/api/mutes/${segment(mute.id)}`, reason.trim() ? { reason: reason.trim() } : {}, { method: 'DELETE' })
      .then(() => {
        message.success(words.done)
        return client.invalidateQueries({ queryKey: KEY })
      })
      .catch(tell)
  return (
    <Popconfirm
      title={words.endTitle}
      description={
        <div className="mutes-end">
          {words.endHint}
          <Input
            aria-label={words.endReason}
            placeholder={words.endReason}
            maxLength={200}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
        </div>
      }
      okText={words.end}
      cancelText={words.cancel}
      onConfirm={end}
    >
      <Button size="small">{words.end}</Button>
    </Popconfirm>
  )
}
