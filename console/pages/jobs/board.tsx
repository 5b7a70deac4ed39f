// The board: a column for each state, and cards that are moved by hand, by keyboard or by their menus.
import {
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type DragStartEvent,
  KeyboardSensor,
  type Over,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { App } from 'antd'
import { useRef, useState } from 'react'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { BoardColumn } from './board-column.tsx'
import type { JobCard, Names, Tally } from './job-queries.ts'
import { createMoves } from './keyboard-moves.ts'
import { against, COLUMNS, type ColumnName, dropOn, type StepName } from './steps.ts'
import { JOBS } from './words.ts'
import { WorkerDock } from './worker-dock.tsx'

export interface BoardProps {
  readonly filter: string
  readonly tally: Tally | undefined
  readonly names: Names
  readonly begin: (step: StepName, card: JobCard, preset?: string) => void
}

/** Where a card may be dropped: a worker or a team, or a column. */
interface Dropped {
  readonly to?: string
  readonly name?: string
  readonly column?: ColumnName
}

export function Board({ filter, tally, names, begin }: BoardProps) {
  const words = useWords(JOBS)
  const { kinds } = useWords(DOMAIN)
  const { me, may } = useSession()
  const { message } = App.useApp()
  const [moved, setMoved] = useState<JobCard>()
  const moves = useRef(createMoves()).current
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: moves.coordinates }),
  )
  const doer = { name: me.name, may }
  const nameOf = (card: JobCard): string => `${kinds[card.kind]} ${names.place(card)}`
  const placeOf = (over: Over | null): string => {
    const { name, column } = (over?.data.current ?? {}) as Dropped
    return name ?? (column ? words.columns[column] : '')
  }

  function start({ active }: DragStartEvent): void {
    moves.begin()
    setMoved(active.data.current?.card as JobCard)
  }

  function end({ over }: DragEndEvent): void {
    const card = moved
    setMoved(undefined)
    if (!card || !over) return
    const { to, column } = (over.data.current ?? {}) as Dropped
    if (to) begin('reassign', card, to)
    const drop = column && dropOn(column, card, doer)
    if (!drop) return
    if ('why' in drop) message.warning(words.impossible[drop.why])
    else begin(drop.step, card)
  }

  const count = (states: readonly string[]): number | undefined =>
    tally?.states.filter(({ state }) => states.includes(state)).reduce((sum, { jobs }) => sum + jobs, 0)

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={moves.collisions}
      onDragStart={start}
      onDragEnd={end}
      onDragCancel={() => setMoved(undefined)}
      accessibility={{
        screenReaderInstructions: { draggable: '' },
        announcements: {
          onDragStart: ({ active }) => words.picked(nameOf(active.data.current?.card as JobCard)),
          onDragOver: ({ over }) => (over ? words.over(placeOf(over)) : undefined),
          onDragEnd: () => words.dropped,
          onDragCancel: () => words.cancelledDrag,
        },
      }}
    >
      <div className="board">
        {COLUMNS.map(({ name, states }) => (
          <BoardColumn
            key={name}
            name={name}
            states={states}
            filter={filter}
            count={count(states)}
            names={names}
            drop={moved && dropOn(name, moved, doer)}
            moved={moved?.id}
            onStep={begin}
          />
        ))}
      </div>
      {moved && against('reassign', moved, doer) === undefined && <WorkerDock card={moved} />}
      <DragOverlay dropAnimation={null}>
        {moved && (
          <div className="job-card lifted">
            <b>{kinds[moved.kind]}</b> {names.place(moved)}
          </div>
        )}
      </DragOverlay>
    </DndContext>
  )
}
