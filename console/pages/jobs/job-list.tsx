// The same jobs as a list, the most urgent first.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Dropdown, Table } from 'antd'
import { Link } from 'react-router'
import { Nothing } from '../../parts/nothing.tsx'
import { SeverityMark } from '../../parts/severity-mark.tsx'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { DueMark, SupervisionMark } from './due-mark.tsx'
import { JobCardView } from './job-card.tsx'
import { type JobCard, jobQueries, type Names } from './job-queries.ts'
import { COLUMNS, type StepName, stepsOf } from './steps.ts'
import { JOBS } from './words.ts'

const ALL = COLUMNS.flatMap(({ states }) => [...states])

export interface ListProps {
  readonly filter: string
  readonly names: Names
  /** As cards, for a phone. */
  readonly narrow: boolean
  readonly begin: (step: StepName, card: JobCard) => void
}

export function JobList({ filter, names, narrow, begin }: ListProps) {
  const words = useWords(JOBS)
  const { kinds, jobs: states } = useWords(DOMAIN)
  const { me, may } = useSession()
  const query = useInfiniteQuery(jobQueries.cards(ALL, filter))
  const cards = query.data?.pages.flatMap(page => page.items) ?? []
  const more = query.hasNextPage && (
    <Button type="dashed" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {words.more}
    </Button>
  )
  if (narrow && cards.length > 0) {
    return (
      <div className="job-list">
        {cards.map(card => (
          <JobCardView key={card.id} card={card} names={names} onStep={begin} />
        ))}
        {more}
      </div>
    )
  }
  return (
    <div className="job-list">
      <Table<JobCard>
        rowKey="id"
        size="small"
        loading={query.isPending}
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={cards}
        locale={{
          emptyText: <Nothing of={query} title={words.nothing} hint={words.nothingHint} />,
        }}
        columns={[
          {
            title: words.filters.kind,
            render: (_, card) => <Link to={`/jobs/${card.id}`}>{kinds[card.kind]}</Link>,
          },
          { title: words.job.place, render: (_, card) => names.place(card) },
          { title: '', render: (_, { severity }) => <SeverityMark severity={severity} /> },
          { title: words.title, render: (_, { state }) => states[state] },
          { title: words.job.holder, render: (_, card) => names.holder(card) ?? words.nobody },
          { title: words.job.deadlines, render: (_, card) => <DueMark card={card} /> },
          { title: words.filters.supervised, render: (_, card) => <SupervisionMark supervision={card.supervision} /> },
          { title: words.job.created, render: (_, { createdAt }) => whenOf(createdAt) },
          {
            title: '',
            render: (_, card) => {
              const steps = stepsOf(card, { name: me.name, may })
              return (
                steps.length > 0 && (
                  <Dropdown
                    trigger={['click']}
                    menu={{
                      items: steps.map(step => ({
                        key: step,
                        label: words.actions[step],
                        onClick: () => begin(step, card),
                      })),
                    }}
                  >
                    <Button size="small" aria-label={words.more_actions(names.place(card))}>
                      …
                    </Button>
                  </Dropdown>
                )
              )
            },
          },
        ]}
      />
      {more}
    </div>
  )
}
