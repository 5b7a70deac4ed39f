// 调阅登记: who looked at which evidence, or took it along; filtered, and taken along itself as CSV.
import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Select, Table } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { viewSchema } from '../../../api/routes/register.ts'
import { download, read } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { SYSTEM } from './words.ts'

type View = z.output<typeof viewSchema>
const DAY_MS = 86_400_000
/** The street's midnight, wherever the screen is. */
const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

interface Filter {
  readonly who?: string
  readonly purpose?: string
  readonly case?: string
  readonly days?: readonly [string, string]
}

export function queryOf({ who, purpose, case: about, days }: Filter): string {
  const query = new URLSearchParams()
  if (who?.trim()) query.set('who', who.trim())
  if (purpose) query.set('purpose', purpose)
  const id = about?.trim()
  if (id) query.set(id.startsWith('job-') ? 'job' : id.startsWith('ev-') ? 'evidence' : 'incident', id)
  if (days) {
    query.set('from', String(midnight(days[0])))
    query.set('to', String(midnight(days[1]) + DAY_MS))
  }
  return query.toString()
}

export function Register() {
  const words = useWords(SYSTEM)
  const roles = useWords(DOMAIN).roles
  const tell = useTell()
  const [filter, setFilter] = useState<Filter>({})
  const query = queryOf(filter)
  const views = useInfiniteQuery({
    queryKey: ['register', query],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      read<Page<View>>(
        `/api/register?limit=100${query && `&${query}`}${pageParam && `&before=${encodeURIComponent(pageParam)}`}`,
        signal,
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 0,
  })
  const change = (part: Filter): void => setFilter({ ...filter, ...part })
  const { data, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = views
  return (
    <>
      <div className="system-tools">
        <DatePicker.RangePicker
          aria-label={words.at}
          onChange={(_, [from, to]) => {
            const { days: _before, ...rest } = filter
            setFilter(from && to ? { ...rest, days: [from, to] } : rest)
          }}
        />
        <Input.Search allowClear aria-label={words.who} placeholder={words.who} onSearch={who => change({ who })} />
        <Select
          aria-label={words.purpose}
          value={filter.purpose ?? ''}
          options={[
            { value: '', label: words.anyPurpose },
            ...Object.entries(words.purposes).map(([value, label]) => ({ value, label })),
          ]}
          onChange={purpose => change({ purpose })}
        />
        <Input.Search
          allowClear
          aria-label={words.hold.case}
          placeholder="inc-… / job-… / ev-…"
          onSearch={about => change({ case: about })}
        />
        <Button
          icon={<DownloadOutlined />}
          onClick={() => void download(`/api/register.csv${query && `?${query}`}`, 'register.csv').catch(tell)}
        >
          {words.csv}
        </Button>
      </div>
      <Table<View>
        rowKey="id"
        size="small"
        loading={isLoading}
        dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing of={views} title={words.noViews} small /> }}
        columns={[
          { title: words.at, render: (_, { at }) => whenOf(at) },
          { title: words.who, dataIndex: 'who' },
          { title: words.role, render: (_, { role }) => (role ? roles[role] : '') },
          { title: words.purpose, render: (_, { purpose }) => words.purposes[purpose] },
          { title: words.what, render: (_, view) => <About view={view} /> },
          { title: words.address, dataIndex: 'address' },
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

function About({ view: { incidentId, jobId, evidenceId, subject } }: { readonly view: View }) {
  const { may } = useSession()
  const what = [evidenceId, subject].filter(Boolean).join(' ')
  if (incidentId && may('incident:read')) {
    return (
      <>
        <Link to={`/alerts/${encodeURIComponent(incidentId)}`}>{incidentId}</Link> {what}
      </>
    )
  }
  if (jobId && may('job:read')) {
    return (
      <>
        <Link to={`/jobs/${encodeURIComponent(jobId)}`}>{jobId}</Link> {what}
      </>
    )
  }
  return what
}
