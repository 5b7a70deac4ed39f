// The process's budget is the one that the gate holds every change to.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LATENCY_BUDGET } from './latency-budget.ts'

test('the running process is held to the shares of the benchmarked budget', () => {
  const file = JSON.parse(readFileSync(new URL('../benchmarks/budget.json', import.meta.url), 'utf8'))
  const shares = Object.values(LATENCY_BUDGET).flatMap(one => (one ? [[one.share, one.ms]] : []))
  expect(Object.fromEntries(shares)).toEqual({ ...file.stages, whole: file.wholeMs })
})
