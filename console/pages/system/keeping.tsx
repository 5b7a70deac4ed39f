// What is kept beyond its time, and what was deleted: holds that stand, and the chain of deletions.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Table } from 'antd'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { holdSchema } from '../../../api/routes/holds.ts'
import type { deletionSchema } from '../../../api/routes/register.ts'
import { command, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { SYSTEM } from './words.ts'

type Hold = z.output<typeof holdSchema>
type Deletion = z.output<typeof deletionSchema>
const PAGE = 50

export function Holds() {
  const words = useWords(SYSTEM)
  const { modal } = App.useApp()
  const tell = useTell()
  const client = useQueryClient()
  const holds = useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => read<Page<Hold>>('/api/holds', signal),
    staleTime: 0,
  })
  const release = (path: string): void => {
    let reason = ''
    modal.confirm({
      title: words.hold.release,
      okText: words.hold.release,
      cancelText: words.cancel,
      content: (
        <Input
          aria-label={words.hold.why}
          placeholder={words.hold.why}
          maxLength={500}
          onChange={event => {
            reason = event.target.value
          }}
        />
      ),
      onOk: () =>
        command(path, { reason }, { method: 'DELETE' }).then(
          () => client.invalidateQueries({ queryKey: ['holds'] }),
          tell,
        ),
    })
  }
  return (
    <Table<Hold>
      rowKey={({ incidentId, jobId }) => incidentId ?? jobId ?? ''}
      size="small"
      loading={holds.isLoading}
      dataSource={[...(holds.data?.items ?? [])]}
      pagination={false}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: <Nothing of={holds} title={words.hold.none} small /> }}
      columns={[
        { title: words.hold.case, render: (_, hold) => <Case {...hold} /> },
        { title: words.reason, dataIndex: 'reason' },
        { title: words.by, dataIndex: 'placedBy' },
        { title: words.at, render: (_, { placedAt }) => whenOf(placedAt) },
        {
          title: '',
          render: (_, { incidentId, jobId }) => (
            <Button
              size="small"
              onClick={() =>
                release(
                  incidentId ? `/api/incidents/${segment(incidentId)}/hold` : `/api/jobs/${segment(jobId ?? '')}/hold`,
                )
              }
            >
              {words.hold.release}
            </Button>
          ),
        },
      ]}
    />
  )
}

function Case({ incidentId, jobId }: Pick<Hold, 'incidentId' | 'jobId'>) {
  if (incidentId) return <Link to={`/alerts/${encodeURIComponent(incidentId)}`}>{incidentId}</Link>
  return jobId && <Link to={`/jobs/${encodeURIComponent(jobId)}`}>{jobId}</Link>
}

export function Deletions() {
  const words = useWords(SYSTEM)
  const deletions = useInfiniteQuery({
    queryKey: ['deletions'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      read<Page<Deletion>>(`/api/deletions?limit=${PAGE}${pageParam ? `&before=${pageParam}` : ''}`, signal),
    getNextPageParam: ({ items }) => (items.length === PAGE ? items.at(-1)?.sequence : undefined),
    staleTime: 0,
  })
  const { data, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = deletions
  return (
    <>
      <p className="system-hint">{words.chain}</p>
      <Table<Deletion>
        rowKey="sequence"
        size="small"
        loading={isLoading}
        dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing of={deletions} title={words.noDeletions} small /> }}
        columns={[
          { title: '#', dataIndex: 'sequence' },
          { title: words.at, render: (_, { at }) => whenOf(at) },
          { title: words.hold.case, render: (_, row) => <Case {...row} /> },
          { title: words.what, dataIndex: 'evidenceId' },
          { title: words.taken, render: (_, { takenAt }) => whenOf(takenAt) },
          { title: words.reason, render: (_, { why }) => words.whys[why] },
          { title: words.policy, dataIndex: 'policy' },
          { title: words.by, dataIndex: 'actor' },
          { title: 'SHA-256', render: (_, { sha256 }) => <code title={sha256}>{sha256.slice(0, 10)}…</code> },
        ]}
      />
      {hasNextPage && (
        <Button block loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </>
  )
}
