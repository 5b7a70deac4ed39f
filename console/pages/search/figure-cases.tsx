// The jobs behind a figure, one row for each that it counts: as many rows as the number that led here says.
import { useQuery } from '@tanstack/react-query'
import { Alert, Empty, Skeleton, Table, type TableColumnsType } from 'antd'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { casesSchema } from '../../../api/routes/kpis.ts'
import { KPIS, type KpiName } from '../../../core/kpi.ts'
import { read, segment } from '../../client/http.ts'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/words.ts'
import { useNames } from '../jobs/job-queries.ts'
import { SEARCH } from './words.ts'

type Cases = z.output<typeof casesSchema>
type Case = Cases['items'][number]

const ASKED = ['kpi', 'line', 'from', 'to', 'street', 'by', 'key'] as const

export function FigureCases({ address }: { readonly address: URLSearchParams }) {
  const words = useWords(SEARCH)
  const { kinds, jobs: states } = useWords(DOMAIN)
  const language = useLanguage()
  const names = useNames()
  const asked = new URLSearchParams(
    ASKED.flatMap(name => {
      const value = address.get(name)
      return value ? [[name, value]] : []
    }),
  )
  const { data, error, isPending } = useQuery({
    queryKey: ['figure-cases', String(asked)],
    queryFn: ({ signal }) => read<Cases>(`/api/kpis/cases?${asked}`, signal),
  })
  const kpi = KPIS[address.get('kpi') as KpiName]
  const by = address.get('by')
  const key = address.get('key')
  const group = by && (key === null ? words.figure.nobody : groupName(by, key))
  function groupName(of: string, id: string): string {
    if (of === 'rule') return kinds[id as keyof typeof kinds] ?? id
    return (of === 'team' ? names.team(id) : of === 'worker' ? names.worker(id) : undefined) ?? id
  }
  const columns: TableColumnsType<Case> = [
    {
      title: words.job,
      render: (_, { id, kind }) => <Link to={`/jobs/${segment(id)}`}>{kinds[kind]}</Link>,
    },
    { title: words.place, render: (_, line) => names.place(line) },
    { title: words.figure.who, render: (_, line) => names.holder(line) ?? words.figure.nobody },
    { title: words.figure.state, render: (_, { state }) => states[state] },
    { title: words.figure.created, render: (_, { createdAt }) => whenOf(createdAt) },
    { title: words.figure.due, render: (_, { countedDueAt }) => countedDueAt !== null && whenOf(countedDueAt) },
    { title: words.figure.closed, render: (_, { closedAt }) => closedAt !== null && whenOf(closedAt) },
    { title: words.figure.among, render: (_, { among }) => (among ? words.figure.yes : words.figure.no) },
  ]
  const total = data?.total ?? 0
  return (
    <div className="search">
      <header>
        <h1>{words.figure.title(kpi ? (language === 'zh' ? kpi.chinese : kpi.english) : '')}</h1>
        <span className="search-total" aria-live="polite">
          {data && (address.get('line') === 'top' ? words.figure.top(total) : words.figure.bottom(total))}
          {group && words.figure.of(group)} {address.get('from')} – {address.get('to')}
        </span>
        <Link to="/search">{words.figure.leave}</Link>
      </header>
      {isPending && <Skeleton active paragraph={{ rows: 10 }} title={false} />}
      {error && <Alert type="error" showIcon title={words.failed} description={error.message} />}
      {data && data.items.length < total && <p className="search-quiet">{words.figure.cut(data.items.length)}</p>}
      {data &&
        (total === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.figure.none} />
        ) : (
          <Table<Case>
            className="search-lines"
            rowKey={({ id, countedDueAt }) => `${id} ${countedDueAt}`}
            size="small"
            pagination={data.items.length > 100 ? { pageSize: 100, size: 'small' } : false}
            scroll={{ x: 'max-content' }}
            dataSource={[...data.items]}
            columns={columns}
          />
        ))}
    </div>
  )
}
