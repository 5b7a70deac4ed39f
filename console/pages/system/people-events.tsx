// The register of people: who let whom in, who signed in from where, newest first.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Table } from 'antd'
import type { z } from 'zod'
import type { peopleEventSchema } from '../../../api/people-views.ts'
import { read } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { SYSTEM } from './words.ts'

type PeopleEvent = z.output<typeof peopleEventSchema>
const PAGE = 50

export function PeopleEvents() {
  const words = useWords(SYSTEM)
  const events = useInfiniteQuery({
    queryKey: ['people-events'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      read<Page<PeopleEvent>>(`/api/people-events?limit=${PAGE}${pageParam ? `&before=${pageParam}` : ''}`, signal),
    getNextPageParam: ({ items }) => (items.length === PAGE ? items.at(-1)?.id : undefined),
    staleTime: 0,
  })
  const { data, isLoading, hasNextPage, fetchNextPage, isFetchingNextPage } = events
  return (
    <>
      <Table<PeopleEvent>
        rowKey="id"
        size="small"
        loading={isLoading}
        dataSource={data?.pages.flatMap(({ items }) => items) ?? []}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing of={events} title={words.noEvents} small /> }}
        columns={[
          { title: words.at, render: (_, { at }) => whenOf(at) },
          { title: words.by, dataIndex: 'actor' },
          { title: words.event, render: (_, { event }) => words.events[event] },
          { title: words.subject, dataIndex: 'subject' },
          { title: words.detail, render: (_, { detail }) => <code className="system-detail">{detailOf(detail)}</code> },
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

const detailOf = (detail: PeopleEvent['detail']): string =>
  Object.entries(detail)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
