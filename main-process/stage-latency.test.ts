// Latencies by stage: percentiles, the last quarter of an hour beside all, and nothing of what never passed.
import { expect, test } from 'vitest'
import { StageLatencies } from './stage-latency.ts'

function latencies() {
  let now = 1_000_000_000
  const later = (ms: number) => {
    now += ms
  }
  return { it: new StageLatencies({ now: () => now }), later }
}

test('says nothing of a stage that nothing passed', () => {
  const { it } = latencies()
  expect(it.sinceStart('decoded')).toEqual({ count: 0, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null })
})

test('tells percentiles to within half as much again, and never more than the slowest', () => {
  const { it } = latencies()
  for (let ms = 1; ms <= 100; ms += 1) it.passed('inferred', ms)
  const { count, p50Ms, p95Ms, p99Ms, maxMs } = it.sinceStart('inferred')
  expect({ count, maxMs }).toEqual({ count: 100, maxMs: 100 })
  for (const [told, real] of [
    [p50Ms, 50],
    [p95Ms, 95],
    [p99Ms, 99],
  ] as const) {
    expect(told).toBeGreaterThan(real / 1.5)
    expect(told).toBeLessThanOrEqual(Math.min(100, real * 1.5))
  }
})

test('forgets after a quarter of an hour what was slow once, and remembers it since the start', () => {
  const { it, later } = latencies()
  it.passed('committed', 9_000)
  later(14 * 60_000)
  it.passed('committed', 5)
  expect(it.recent('committed').maxMs).toBe(9_000)
  later(2 * 60_000)
  expect(it.recent('committed')).toMatchObject({ count: 1, maxMs: 5 })
  expect(it.sinceStart('committed')).toMatchObject({ count: 2, maxMs: 9_000 })
  later(3_600_000)
  expect(it.recent('committed').count).toBe(0)
})

test('knows of what is beyond the last bound how slow the slowest was', () => {
  const { it } = latencies()
  it.passed('whole', 90_000_000)
  expect(it.sinceStart('whole')).toEqual({
    ...{ count: 1, p50Ms: 90_000_000, p95Ms: 90_000_000 },
    ...{ p99Ms: 90_000_000, maxMs: 90_000_000 },
  })
})
