// The error of counts against literal pairs.
import { describe, expect, test } from 'vitest'
import { cameraSchema } from '../../core/camera.ts'
import type { Scene } from '../../core/scene.ts'
import { countError, countPairs } from './count-error.ts'

describe('countError', () => {
  test('tells overlooking from inventing', () => {
    const pairs = [
      { truth: 30, seen: 20 },
      { truth: 10, seen: 14 },
    ]
    expect(countError(pairs)).toEqual({ pictures: 2, meanAbsolute: 7, bias: -3, ratio: 34 / 40 })
    expect(countError([{ truth: 0, seen: 2 }])).toEqual({ pictures: 1, meanAbsolute: 2, bias: 2, ratio: null })
    expect(countError([])).toBeNull()
  })
})

describe('countPairs', () => {
  const left = [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ]
  const zones = [{ id: 'square', rule: 'crowding', polygon: left }]
  const who = { id: 'hall', name: 'hall', street: 's', grid: 'g', source: { kind: 'images' } }
  const at = (x: number, label = 'person') => ({
    label,
    score: 0.9,
    box: { x1: x - 0.05, y1: 0.4, x2: x + 0.05, y2: 0.8 },
  })
  const scene = (ms: number, ...objects: Scene['objects']): Scene => ({
    at: ms,
    density: 'keyframes',
    view: 'clear',
    objects,
  })
  const counts = [
    { file: '1.jpg', at: 0, count: 3 },
    { file: '2.jpg', at: 500, count: 4 },
  ]

  test('counts people who stand in the crowding zone, in the pictures that were both seen and counted', () => {
    const scenes = [scene(0, at(0.2), at(0.3), at(0.7), at(0.2, 'car')), scene(250, at(0.2))]
    expect(countPairs({ camera: cameraSchema.parse({ ...who, zones }), counts }, scenes)).toEqual([
      { truth: 3, seen: 2 },
    ])
  })

  test('has nothing to compare without a crowding zone', () => {
    expect(countPairs({ camera: cameraSchema.parse(who), counts }, [scene(0, at(0.2))])).toEqual([])
  })
})
