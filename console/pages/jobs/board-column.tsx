// One column of the board: its cards, the most urgent first, of which only those that are seen exist; and where one may be dropped.
import { useDroppable } from '@dnd-kit/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { Button, Skeleton } from 'antd'
import { useRef } from 'react'
import type { JobState } from '../../../core/job.ts'
import { Unread } from '../../parts/unread.tsx'
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
  /** The card that is moved, on whatever column; undefined while none is. */
  readonly moved: string | undefined
  readonly onStep: (step: StepName, card: JobCard) => void
}

/** With its marks a card is higher, and measured. */
const CARD_PX = 104
const GAP_PX = 6

export function BoardColumn({ name, states, filter, count, names, drop, moved, onStep }: ColumnProps) {
  const words = useWords(JOBS)
  const query = useInfiniteQuery(jobQueries.cards(states, filter))
  const moving = moved !== undefined
  const { setNodeRef, isOver } = useDroppable({ id: `column:${name}`, data: { column: name }, disabled: !moving })
  const cards = query.data?.pages.flatMap(page => page.items) ?? []
  const list = useRef<HTMLDivElement>(null)
  const lifted = moved === undefined ? -1 : cards.findIndex(({ id }) => id === moved)
  const virtual = useVirtualizer({
    count: cards.length,
    getScrollElement: () => list.current,
    estimateSize: () => CARD_PX,
    getItemKey: index => cards[index]?.id ?? index,
    overscan: 3,
    gap: GAP_PX,
    // A card that is carried stays, wherever its column is scrolled to meanwhile.
    rangeExtractor: range => {
      const seen = defaultRangeExtractor(range)
      return lifted < 0 || seen.includes(lifted) ? seen : [...seen, lifted].sort((one, other) => one - other)
    },
  })
  const takes = drop !== undefined && 'step' in drop
  const className = ['board-column', moving && (takes ? 'takes' : 'refuses'), moving && isOver && 'over']
  return (
    <section ref={setNodeRef} className={className.filter(Boolean).join(' ')} aria-label={words.columns[name]}>
      <h2>
        {words.columns[name]} <small className="column-count">{count ?? ''}</small>
      </h2>
      {moving && drop && 'why' in drop && isOver && <p className="board-why">{words.impossible[drop.why]}</p>}
      <div ref={list} className="board-cards">
        {query.isPending && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
        {cards.length === 0 && <Unread of={query} />}
        {query.isSuccess && cards.length === 0 && <p className="board-empty">{words.emptyColumn[name]}</p>}
        {cards.length > 0 && (
          <div className="board-cards-all" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, key, start }) => {
              const card = cards[index]
              return (
                card && (
                  <div
                    key={key}
                    ref={virtual.measureElement}
                    data-index={index}
                    className="board-slot"
                    style={{ transform: `translateY(${start}px)` }}
                  >
                    <JobCardView card={card} names={names} onStep={onStep} />
                  </div>
                )
              )
            })}
          </div>
        )}
        {query.hasNextPage && (
          <Button block type="dashed" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.more}
          </Button>
        )}
      </div>
    </section>
  )
}
