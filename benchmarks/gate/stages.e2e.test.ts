// Every stage of the gate does what it says, on the embedded database and the drawn street: as often as it is asked to.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Scope } from '../../core/scope.ts'
import { readBudget } from './budget.ts'
import { measure } from './gate.ts'
import { makeInputs } from './inputs.ts'
import { openSide } from './side.ts'
import { openDesk } from './stages/desk.ts'
import { STAGES } from './stages/index.ts'
import { STAGE_NAMES, type StageInput } from './stages/stage.ts'

const ROOT = join(import.meta.dirname, '../..')
const scope = new Scope()
let input: () => Promise<StageInput>
beforeAll(async () => {
  input = await makeInputs(scope, ROOT)
}, 120_000)
afterAll(() => scope.close())

test('each stage has a name of its own, in the order of the path', () => {
  expect(STAGES.map(({ name }) => name)).toEqual(STAGE_NAMES)
})

test.each(STAGES.map(stage => [stage.name, stage] as const))(
  '%s does as many units as asked, twice',
  async (_, stage) => {
    await using opened = new Scope()
    const prepare = await stage.open(await input(), opened)
    for (const count of [7, 5]) {
      const run = await prepare(count)
      let units = 0
      await run(() => {
        units++
        return undefined
      })
      expect(units).toBe(count)
    }
  },
)

test('what follows an assignment is written by its own row, not by the turn of the first', async () => {
  await using opened = new Scope()
  const desk = await openDesk((await input()).folder, opened)
  const rows = await desk.park(3, 'assign')
  const written = []
  for (const { id, dueAt } of rows) {
    await desk.outbox.perform(id, dueAt)
    written.push(desk.following().length)
  }
  expect(written).toEqual([1, 1, 1])
})

test('a stage gets the pairs that a verdict takes, however little time there is', async () => {
  const prepared = { ground: { baseline: ROOT, present: ROOT, input }, budget: await readBudget(ROOT) }
  const result = await measure(prepared, { minutes: 0, stages: ['track-rules'] })
  expect(result.stages.map(({ stage, cpu }) => [stage, cpu.pairs])).toEqual([['track-rules', 16]])
})

test('a child measures what was asked of it, and waits where that is planted', async () => {
  const side = await openSide(ROOT, 'track-rules', await input())
  try {
    await side.repeat(300)
    const plain = await side.repeat(300)
    expect(plain.cpuMs).toBeGreaterThan(0)
    expect(plain.kernelMs).toBeGreaterThan(0)
    const waiting = await side.repeat(10, { wait: 0, leastMs: 10 })
    // Timers may fire up to a millisecond early; nothing shortens ten of them to less.
    expect(waiting.wallMs).toBeGreaterThan(90)
  } finally {
    await side.close()
  }
})

test('a stage that cannot be opened says why', async () => {
  const nowhere = { ...(await input()), recording: '/nowhere/recording.jsonl' }
  await expect(openSide(ROOT, 'track-rules', nowhere)).rejects.toThrow('ENOENT')
})
