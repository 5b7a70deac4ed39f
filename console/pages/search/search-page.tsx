// 事件检索: incidents by time, place, kind, state and person, and the same as a sheet.
import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert, Button, Empty, Skeleton, Table, type TableColumnsType } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { z } from 'zod'
import type { foundPage } from '../../../api/routes/search.ts'
import { download, read, segment } from '../../client/http.ts'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, dayOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { FigureCases } from './figure-cases.tsx'
import { SearchFilters } from './search-filters.tsx'
import { askedOf } from './wish.ts'
import { SEARCH } from './words.ts'
import './search.css'

type Found = z.output<typeof foundPage>
type Line = Found['items'][number]

const PAGE = 50

/** A figure leads here with what it counts; else one looks for oneself. */
export default function SearchPage() {
  const [address] = useSearchParams()
  return address.has('kpi') ? <FigureCases address={address} /> : <Search />
}

function Search() {
  const words = useWords(SEARCH)
  const { may } = useSession()
  const tell = useTell()
  const [address, setAddress] = useSearchParams()
  const [saving, setSaving] = useState(false)
  const asked = String(askedOf(address))
  const found = useInfiniteQuery({
    queryKey: ['incident-search', asked],
    queryFn: ({ pageParam, signal }) => {
      const before = pageParam ? `&before=${encodeURIComponent(pageParam)}` : ''
      return read<Found>(`/api/incidents/search?limit=${PAGE}&${asked}${before}`, signal)
    },
    initialPageParam: '',
    getNextPageParam: page => page.next ?? undefined,
    staleTime: 10_000,
  })
  const lines = found.data?.pages.flatMap(page => page.items) ?? []
  const total = found.data?.pages.at(-1)?.total ?? 0
  const save = async () => {
    setSaving(true)
    await download(`/api/incidents/search.csv?${asked}`, `jiemu-incidents-${dayOf(Date.now())}.csv`).catch(tell)
    setSaving(false)
  }
  return (
    <div className="search">
      <header>
        <h1>{words.title}</h1>
        <span className="search-total" aria-live="polite">
          {found.data && words.total(total)}
        </span>
        {may('incident:export') && (
          <Button icon={<DownloadOutlined />} loading={saving} disabled={total === 0} onClick={save}>
            {words.csv}
          </Button>
        )}
      </header>
      <SearchFilters address={address} onChange={next => setAddress(next, { replace: true })} />
      {found.isPending && !found.isError && <Skeleton active paragraph={{ rows: 10 }} title={false} />}
      {found.isError && !found.data && (
        <Alert
          type="error"
          showIcon
          title={words.failed}
          description={found.error.message}
          action={<Button onClick={() => found.refetch()}>{words.retry}</Button>}
        />
      )}
      {found.data && (lines.length === 0 ? <NothingFound anything={asked === ''} /> : <Lines lines={lines} />)}
      {found.hasNextPage && lines.length < total && (
        <Button className="search-more" loading={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
          {words.more(lines.length, total)}
        </Button>
      )}
    </div>
  )
}

function NothingFound({ anything }: { readonly anything: boolean }) {
  const words = useWords(SEARCH)
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <strong>{anything ? words.none : words.nothing}</strong>
          <br />
          {anything ? words.noneHint : words.nothingHint}
        </>
      }
    />
  )
}

function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const words = useWords(SEARCH)
  const domain = useWords(DOMAIN)
  const navigate = useNavigate()
  const pathOf = ({ id }: Line): string => `/alerts/${segment(id)}`
  const columns: TableColumnsType<Line> = [
    {
      title: words.incident,
      render: (_, line) => (
        <span className="search-kind">
          <i className={`search-severity search-${line.severity}`} aria-hidden="true" />
          <Link to={pathOf(line)} title={line.id}>
            {domain.kinds[line.kind]}
          </Link>
          <span className="search-quiet">{domain.severities[line.severity]}</span>
        </span>
      ),
    },
    {
      title: words.place,
      render: (_, { cameraName, cameraId, zoneName, gridId }) => (
        <>
          {cameraName ?? (cameraId.startsWith('@') ? gridId : cameraId)}
          {zoneName && <span className="search-quiet"> · {zoneName}</span>}
        </>
      ),
    },
    { title: words.opened, render: (_, { openedAt }) => <span title={agoOf(openedAt)}>{whenOf(openedAt)}</span> },
    { title: words.physical, render: (_, { physical }) => domain.physicals[physical] },
    {
      title: words.review,
      render: (_, { review, rejectReason }) => (
        <>
          {domain.reviews[review]}
          {rejectReason && <span className="search-quiet"> · {domain.reasons[rejectReason]}</span>}
        </>
      ),
    },
    {
      title: words.decided,
      render: (_, { decidedBy }) => (decidedBy === 'policy' ? words.policy : decidedBy),
    },
    {
      title: words.job,
      render: (_, { jobId, jobState }) =>
        jobId &&
        jobState && (
          <Link to={`/jobs/${segment(jobId)}`} title={jobId} onClick={event => event.stopPropagation()}>
            {domain.jobs[jobState]}
          </Link>
        ),
    },
    { title: words.origin, render: (_, { origin }) => words.origins[origin] },
  ]
  return (
    <Table<Line>
      className="search-lines"
      rowKey="id"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={[...lines]}
      columns={columns}
      onRow={line => ({ onClick: () => navigate(pathOf(line)) })}
    />
  )
}
