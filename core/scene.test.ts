// A scene survives the detection log bit for bit.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ZoneId } from './ids.ts'
import { decodeScene, encodeScene, quantise, type Scene, VIEWS } from './scene.ts'

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const object = fc
  .record(
    {
      label: fc.constantFrom('car', 'person'),
      score: fraction,
      box: fc.record({ x1: fraction, y1: fraction, x2: fraction, y2: fraction }),
      trackId: fc.nat(),
      appearance: fc.base64String(),
    },
    { requiredKeys: ['label', 'score', 'box'] },
  )
  .map(quantise)
const sample = fc.record(
  {
    zoneId: fc.constantFrom('bin', 'road').map(id => id as ZoneId),
    detections: fc.array(object.map(({ label, score, box }) => ({ label, score, box }))),
    extra: fc.constant(true as const),
  },
  { requiredKeys: ['zoneId', 'detections'] },
)
const scene: fc.Arbitrary<Scene> = fc.record(
  {
    at: fc.nat(),
    density: fc.constantFrom('keyframes', 'dense'),
    view: fc.constantFrom(...VIEWS),
    objects: fc.array(object),
    conditions: fc.array(sample),
    drift: fc.record({ x: fraction, y: fraction }),
    only: fc.constant('conditions' as const),
  },
  { requiredKeys: ['at', 'density', 'view', 'objects'] },
)

test('what was encoded is decoded, to the last bit', () => {
  fc.assert(
    fc.property(scene, one => {
      expect(decodeScene(encodeScene(one))).toEqual(one)
    }),
  )
})

test('a line cut short is refused', () => {
  expect(() => decodeScene('{"at":12,"d":"k"')).toThrow(SyntaxError)
})
