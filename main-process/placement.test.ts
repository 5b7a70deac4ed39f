// Cameras and shards: who goes where by cost, who stays, and which one move helps.
import { describe, expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { type CameraLoad, type Move, place, relief } from './placement.ts'

const id = (name: string | number) => `camera-${name}` as CameraId
const load = (name: string | number, cores?: number): CameraLoad => ({ cameraId: id(name), cores })
const anybody = (): boolean => true
const nobody = (): boolean => false
const many = (costs: readonly (number | undefined)[]) => costs.map((cores, index) => load(index, cores))
const sums = (cameras: readonly CameraLoad[], placed: ReadonlyMap<CameraId, number>, shards: number) =>
  Array.from({ length: shards }, (_, shard) =>
    cameras.reduce((sum, { cameraId, cores }) => sum + (placed.get(cameraId) === shard ? (cores ?? 0) : 0), 0),
  )

describe('place', () => {
  test('who has a shard keeps it, however uneven that is', () => {
    const cameras = many([0.2, 0.2, 0.2])
    const owners = new Map(cameras.map(({ cameraId }) => [cameraId, 1]))
    expect(place(cameras, owners, 2)).toEqual(owners)
  })

  test('the dear ones are told apart from the cheap ones: no shard has more than the mean and one camera', () => {
    const costs = [0.3, 0.02, 0.02, 0.25, 0.02, 0.1, 0.1, 0.02, 0.05, 0.02]
    const cameras = many(costs)
    const shares = sums(cameras, place(cameras, new Map(), 3), 3)
    const mean = costs.reduce((a, b) => a + b, 0) / 3
    expect(Math.max(...shares)).toBeLessThanOrEqual(mean + 0.05)
  })

  test('cameras without a measurement are spread by number', () => {
    const placed = place(many([undefined, undefined, undefined, undefined]), new Map(), 2)
    expect([...placed.values()].sort()).toEqual([0, 0, 1, 1])
  })

  test('a camera whose shard is no more goes to another, and one that is gone is forgotten', () => {
    const placed = place([load('a', 0.1)], new Map([[id('a'), 5] as const, [id('gone'), 0] as const]), 2)
    expect([...placed]).toEqual([[id('a'), 0]])
  })
})

describe('relief', () => {
  const cameras = many([0.4, 0.3, 0.2, 0.1])
  const onFirst = new Map(cameras.map(({ cameraId }) => [cameraId, 0]))

  test('the camera that leaves the two nearest to each other moves', () => {
    expect(relief(cameras, onFirst, [1, 0.2], anybody)).toEqual({ cameraId: id(0), from: 0, to: 1 })
    expect(relief(cameras, onFirst, [0.9, 0.5], anybody)).toEqual({ cameraId: id(2), from: 0, to: 1 })
  })

  test.each([
    ['nobody has too much to do', [0.8, 0], anybody],
    ['the other has no room', [0.95, 0.65], anybody],
    ['none of them may move', [1, 0], nobody],
    ['there is one shard only', [1], anybody],
  ] as const)('nothing moves where %s', (_why, busy, mayMove) => {
    expect(relief(cameras, onFirst, busy, mayMove)).toBeUndefined()
  })

  test('moves come to an end: from everything on one shard to nobody overloaded, no camera twice', () => {
    const owners = new Map(onFirst)
    const moved = new Set<CameraId>()
    for (;;) {
      const busy = sums(cameras, owners, 3)
      const move: Move | undefined = relief(cameras, owners, busy, cameraId => !moved.has(cameraId))
      if (!move) break
      expect(moved.has(move.cameraId)).toBe(false)
      moved.add(move.cameraId)
      owners.set(move.cameraId, move.to)
    }
    expect(Math.max(...sums(cameras, owners, 3))).toBeLessThanOrEqual(0.8)
  })
})
