// A page of metrics, and the quantiles that it holds.
import { expect, test } from 'vitest'
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
