// One column of the board: its cards, the most urgent first, page by page, and where a card may be dropped.
import { useDroppable } from '@dnd-kit/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import type { JobState } from '../../../core/job.ts'
import { useWords } from '../../words/words.ts'
import { JobCardView } from './job-card.tsx'
import { type JobCard, jobQueries, type Names } from './job-queries.ts'
import type { ColumnName, Drop, StepName } from './steps.ts'
import { JOBS } from './words.ts'

export interface ColumnProps {
  readonly name: ColumnName
  readonly states: readonly JobState[]
  readonly filter: string
  readonly count: number | undefined
  readonly names: Names
  /** What dropping the card that is moved would ask for; undefined while none is moved, and where it is already. */
  readonly drop: Drop
  readonly moving: boolean
  readonly onStep: (step: StepName, card: JobCard) => void
}

export function BoardColumn({ name, states, filter, count, names, drop, moving, onStep }: ColumnProps) {
  const words = useWords(JOBS)
  const query = useInfiniteQuery(jobQueries.cards(states, filter))
  const { setNodeRef, isOver } = useDroppable({ id: `column:${name}`, data: { column: name }, disabled: !moving })
  const cards = query.data?.pages.flatMap(page => page.items) ?? []
  const takes = drop !== undefined && 'step' in drop
  const className = ['board-column', moving && (takes ? 'takes' : 'refuses'), moving && isOver && 'over']
  return (
    <section ref={setNodeRef} className={className.filter(Boolean).join(' ')} aria-label={words.columns[name]}>
      <h2>
        {words.columns[name]} <small className="column-count">{count ?? ''}</small>
      </h2>
      {moving && drop && 'why' in drop && isOver && <p className="board-why">{words.impossible[drop.why]}</p>}
      <div className="board-cards">
        {query.isPending && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
        {query.isSuccess && cards.length === 0 && <p className="board-empty">{words.emptyColumn[name]}</p>}
        {cards.map(card => (
          <JobCardView key={card.id} card={card} names={names} onStep={onStep} />
        ))}
        {query.hasNextPage && (
          <Button block type="dashed" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.more}
          </Button>
        )}
      </div>
    </section>
  )
}
