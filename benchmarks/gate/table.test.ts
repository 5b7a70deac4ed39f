// What people read of the gate: who failed, by how much, and why.
import { expect, test } from 'vitest'
import { type BudgetVerdict, judgeBudget } from './budget.ts'
import type { StageResult } from './gate.ts'
import { compare } from './statistics.ts'
import { tableOf } from './table.ts'

const pairs = (ratio: number) => Array.from({ length: 24 }, () => ({ baseline: 100, present: 100 * ratio }))
const budget = (ms: number, limitMs: number): BudgetVerdict =>
  judgeBudget([{ ms, kernelMs: 30 }], limitMs, { kernelMs: 30 }, 8)
const stage = (change: Partial<StageResult>): StageResult => ({
  ...{ stage: 'decode', unit: 'a decoded frame', units: 200 },
  ...{ cpu: compare(pairs(1), 11), budget: budget(2, 30), ...change },
})

test.each([
  ['an unchanged stage passes', stage({}), /^decode +24 +1\.000 \(1\.000–1\.000\) +2\.00 +30 +0\.067 +pass$/m],
  ['a slower stage fails', stage({ cpu: compare(pairs(1.25), 11) }), /1\.250.* FAILED: CPU slower: above 1\.1/],
  ['waiting fails by the clock', stage({ wall: compare(pairs(3), 11) }), /1\.000 .*3\.000 .*FAILED: clock slower/],
  ['a faster stage is said to be', stage({ cpu: compare(pairs(0.7), 11) }), /CPU faster: the interval excludes 1$/m],
  ['a budget that is missed fails', stage({ budget: budget(45, 30) }), /45\.00 +30 +1\.500 +FAILED: OVER BUDGET$/m],
  [
    'what was not measured is called so',
    stage({ cpu: compare([], 11) }),
    /^decode +0 +– .*CPU inconclusive: no pairs$/m,
  ],
])('%s', (_what, result, line) => {
  expect(tableOf({ stages: [result], whole: null, passed: true, seconds: 61.4 })).toMatch(line)
})

test('the last line says whether the gate is passed', () => {
  const whole = { ...budget(490, 465), missed: true }
  const text = tableOf({ stages: [stage({})], whole, passed: false, seconds: 61.4 })
  expect(text).toMatch(/^whole +490\.00 +465 .*OVER BUDGET\nTHE GATE IS NOT PASSED \(61 s\)$/m)
})
