// The budget: its file is whole, and a slow machine is not taken for slow code.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judgeBudget, judgeWhole, parseBudget, readBudget } from './budget.ts'

const ROOT = join(import.meta.dirname, '../..')
const REFERENCE = { kernelMs: 60 }
const costs = (ms: number, kernelMs: number, count = 12) => Array.from({ length: count }, () => ({ ms, kernelMs }))

test('the budget in the repository can be read, and its shares are the whole', async () => {
  const { wholeMs, elsewhereMs, stages } = await readBudget(ROOT)
  expect(elsewhereMs + Object.values(stages).reduce((sum, share) => sum + share, 0)).toBe(wholeMs)
})

test.each([
  ['within, on the reference machine', 9, 60, 9, false],
  ['above, on the reference machine', 11, 60, 11, true],
  ['above by the clock, on a machine half as fast', 18, 120, 9, false],
  ['above, on a machine twice as fast', 6, 30, 12, true],
])('%s', (_what, ms, kernelMs, calibratedMs, missed) => {
  const verdict = judgeBudget(costs(ms, kernelMs), 10, REFERENCE, 7)
  expect(verdict.missed).toBe(missed)
  expect(verdict.costMs?.median).toBeCloseTo(calibratedMs, 9)
  expect(verdict.kernels).toBeCloseTo(calibratedMs / 60, 9)
})

test('what scatters across the limit is not missed', () => {
  const scattered = [...costs(8, 60, 6), ...costs(13, 60, 7)]
  expect(judgeBudget(scattered, 10, REFERENCE, 7)).toMatchObject({ missed: false, costMs: { median: 13 } })
})

test('what was not measured is not missed', () => {
  expect(judgeBudget([], 10, REFERENCE, 7)).toEqual({ costMs: null, kernels: null, limitMs: 10, missed: false })
})

test('stages within their shares may still miss the whole', async () => {
  const budget = { ...(await readBudget(ROOT)), wholeMs: 45, elsewhereMs: 5 }
  const near = judgeBudget(costs(21, 60), 30, REFERENCE, 7)
  expect(judgeWhole([near], budget)).toMatchObject({ missed: false, limitMs: 40 })
  expect(judgeWhole([near, near], budget)).toMatchObject({ missed: true, costMs: { median: 42 } })
})

test.each([
  ['{', 'budget.json'],
  ['{}', 'what: '],
  [JSON.stringify({ what: '', kernelMs: 60, wholeMs: 5, elsewhereMs: 1, stages: { decode: -1 } }), 'stages.decode'],
])('a file that cannot be used says which and where: %s', (text, named) => {
  expect(() => parseBudget(text, 'budget.json')).toThrow(named)
})

test('shares that are not the whole are refused', async () => {
  const budget = { ...(await readBudget(ROOT)), wholeMs: 1_000 }
  expect(() => parseBudget(JSON.stringify(budget), 'budget.json')).toThrow('are not the whole')
})
