// Weighing grids: what is written, what is told, and that doing it twice changes nothing.
import { beforeEach, expect, test } from 'vitest'
import type { GridId } from '../../core/ids.ts'
import { standingsSchema } from '../../core/standing.ts'
import { type Transact, transactor } from '../commit.ts'
import { SCOPE, T0 } from '../testing/examples.ts'
import { type MemoryStore, memoryStore } from '../testing/memory-store.ts'
import type { GridLoad } from './store-port.ts'
import { weighGrids } from './weigh.ts'

const SETTINGS = standingsSchema.parse({})
const MINUTE = 60_000
const load = (open: number, over: Partial<GridLoad> = {}): GridLoad => ({
  ...SCOPE,
  kind: 'illegal-parking',
  open,
  overdue: 0,
  repeated: 0,
  ...over,
})

let store: MemoryStore
let transact: Transact
let changed: string[]
beforeEach(() => {
  store = memoryStore({})
  changed = []
  transact = transactor(store, ({ changes }) => changed.push(...changes.map(({ id }) => id)))
})

async function weigh(at: number, ...loads: readonly GridLoad[]): Promise<void> {
  store.standings.set(loads)
  await transact('perform', work => weighGrids(work, SETTINGS, at))
}
const history = () => store.standings.changes.map(({ gridId, from, to, score }) => [gridId, from, to, score])
const told = () => [...store.now.outbox.keys()]

test('a grid is green when it is first seen, and tells nobody', async () => {
  await weigh(T0, load(0))
  expect(history()).toEqual([['gulou-1', null, 'green', 0]])
  expect(told()).toEqual([])
  expect(changed).toEqual(['gulou-1'])
})

test('a grid that turns orange, then red, is an alert each time, and none on the way back', async () => {
  await weigh(T0, load(1))
  await weigh(T0 + MINUTE, load(10))
  await weigh(T0 + 2 * MINUTE, load(11, { overdue: 5 }))
  await weigh(T0 + 20 * MINUTE, load(12))
  await weigh(T0 + 40 * MINUTE, load(0))
  expect(history()).toEqual([
    ['gulou-1', null, 'green', 1],
    ['gulou-1', 'green', 'orange', 10],
    ['gulou-1', 'orange', 'red', 21],
    ['gulou-1', 'red', 'orange', 12],
    ['gulou-1', 'orange', 'green', 0],
  ])
  expect(told()).toEqual([`notify.grid.orange.gulou-1.${T0 + MINUTE}`, `notify.grid.red.gulou-1.${T0 + 2 * MINUTE}`])
})

test('weighing twice changes nothing, and a new score without a new colour writes no history', async () => {
  await weigh(T0, load(3))
  await weigh(T0 + MINUTE, load(3))
  expect(changed).toEqual(['gulou-1'])
  await weigh(T0 + 2 * MINUTE, load(4))
  expect(changed).toEqual(['gulou-1', 'gulou-1'])
  expect(await store.standings.one('gulou-1' as GridId)).toMatchObject({ colour: 'blue', score: 4, since: T0 })
  expect(history()).toHaveLength(1)
})

test('a grid of which nothing is left becomes green', async () => {
  await weigh(T0, load(6))
  await weigh(T0 + 10 * MINUTE)
  expect(history().at(-1)).toEqual(['gulou-1', 'yellow', 'green', 0])
})
