// Scenes for people who look: asked of the shards while somebody does, and no longer.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import type { SeenFrame } from '../core/seen-frame.ts'
import { ManualClock } from '../core/time.ts'
import { LiveScenes } from './live-scenes.ts'

const GATE = 'gate' as CameraId
const seen = (cameraId: CameraId) => ({ cameraId, at: 1 }) as SeenFrame
const watch = vi.fn()
const clock = new ManualClock(0)
let scenes: LiveScenes
beforeEach(() => {
  vi.useFakeTimers()
  watch.mockClear()
  scenes = new LiveScenes({ watch, clock })
})
afterEach(() => {
  scenes.close()
  vi.useRealTimers()
})

function pass(durationMs: number): void {
  for (let ms = 0; ms < durationMs; ms += 1_000) {
    clock.advanceBy(1_000)
    vi.advanceTimersByTime(1_000)
  }
}

test('asks the shards once, shows what they say, and lets go of who has gone', () => {
  scenes.heard(seen(GATE))
  expect(scenes.newest(GATE)).toBeNull()
  scenes.heard(seen(GATE))
  expect(scenes.newest(GATE)).toEqual(seen(GATE))
  expect(watch.mock.calls).toEqual([[[GATE]]])
  pass(10_000)
  scenes.newest(GATE)
  pass(10_000)
  expect(watch).toHaveBeenCalledTimes(1)
  pass(15_000)
  expect(watch.mock.calls).toEqual([[[GATE]], [[]]])
  expect(scenes.newest(GATE)).toBeNull()
})

test('an old picture is not shown as if it were now', () => {
  scenes.newest(GATE)
  scenes.heard(seen(GATE))
  for (let n = 0; n < 3; n++) {
    pass(10_000)
    scenes.newest(GATE)
  }
  expect(scenes.newest(GATE)).toBeNull()
})
