// Instants of a frame's way, and how long each stage took.
import { expect, test } from 'vitest'
import { type FrameTrace, spansOf } from './trace.ts'

const TRACE: FrameTrace = {
  ...{ capturedAt: 1_000, receivedAt: 1_040, decodedAt: 1_052 },
  ...{ inferredAt: 1_090.5, trackedAt: 1_091.25, ruledAt: 1_091.5 },
}

test('each stage takes the time since the one before', () => {
  expect(spansOf(TRACE)).toEqual({ received: 40, decoded: 12, inferred: 38.5, tracked: 0.75, ruled: 0.25 })
})

test('how long the camera took is unknown, not nothing, where its clock is not trusted', () => {
  const { capturedAt: _, ...untrusted } = TRACE
  expect(spansOf(untrusted)).toEqual({ decoded: 12, inferred: 38.5, tracked: 0.75, ruled: 0.25 })
})

test('a camera whose clock is ahead of ours counts as no time', () => {
  expect(spansOf({ ...TRACE, capturedAt: 1_500 }).received).toBe(0)
})
