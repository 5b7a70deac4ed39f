// A page of metrics, and the quantiles that it holds.
import { describe, expect, test } from 'vitest'
import { stageTimes } from './stage-times.ts'

const PAGE = `
# HELP jiemu_stage_seconds Time of each stage
# TYPE jiemu_stage_seconds histogram
jiemu_stage_seconds_bucket{le="0.01",stage="inferred"} 0
jiemu_stage_seconds_bucket{le="0.02",stage="inferred"} 50
jiemu_stage_seconds_bucket{le="0.04",stage="inferred"} 98
jiemu_stage_seconds_bucket{le="+Inf",stage="inferred"} 100
jiemu_stage_seconds_sum{stage="inferred"} 2.5
jiemu_stage_seconds_count{stage="inferred"} 100
jiemu_stage_seconds_bucket{le="0.01",stage="queued"} 0
jiemu_stage_seconds_bucket{le="+Inf",stage="queued"} 0
jiemu_stage_seconds_sum{stage="queued"} 0
jiemu_stage_max_seconds{stage="inferred"} 0.3
jiemu_camera_state{state="online"} 1
`

test('quantiles lie within their bucket, the last bucket ends at the slowest', () => {
  expect(stageTimes(PAGE)).toEqual({
    inferred: { count: 100, meanMs: 25, p50Ms: 20, p95Ms: 38.75, p99Ms: 40, maxMs: 300 },
  })
})

test('nothing is slower than the slowest', () => {
  const page = PAGE.replace(
    'jiemu_stage_max_seconds{stage="inferred"} 0.3',
    'jiemu_stage_max_seconds{stage="inferred"} 0.03',
  )
  expect(stageTimes(page).inferred).toMatchObject({ p50Ms: 20, p95Ms: 30, p99Ms: 30, maxMs: 30 })
})

test('a page without stages has none', () => {
  expect(stageTimes('jiemu_camera_state{state="online"} 1\n')).toEqual({})
})

describe('since an earlier page', () => {
  const later = PAGE.replace('"0.04",stage="inferred"} 98', '"0.04",stage="inferred"} 118')
    .replace('"+Inf",stage="inferred"} 100', '"+Inf",stage="inferred"} 120')
    .replace('seconds_sum{stage="inferred"} 2.5', 'seconds_sum{stage="inferred"} 3.1')

  test('only what came since counts, and its slowest lies within its last bucket', () => {
    expect(stageTimes(later, PAGE)).toEqual({
      inferred: { count: 20, meanMs: 30, p50Ms: 30, p95Ms: 39, p99Ms: 39.8, maxMs: 40 },
    })
  })

  test('the slowest is known where it has risen', () => {
    const slower = later.replace('seconds{stage="inferred"} 0.3', 'seconds{stage="inferred"} 0.035')
    const before = PAGE.replace('seconds{stage="inferred"} 0.3', 'seconds{stage="inferred"} 0.03')
    expect(stageTimes(slower, before).inferred).toMatchObject({ maxMs: 35, p99Ms: 35 })
  })

  test('a stage in which nothing happened is absent', () => {
    expect(stageTimes(PAGE, PAGE)).toEqual({})
  })
})
