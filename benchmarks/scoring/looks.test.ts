// Which frames are kept: the one in which an incident opens, and the first at or after a due time.
import { expect, test } from 'vitest'
import type { Fingerprint } from '../../core/ids.ts'
import type { Observation } from '../../core/observation.ts'
import { RgbPicture } from '../../tests/support/rgb-picture.ts'
import type { Look } from '../../watch/camera-watch.ts'
import { keepLooks } from './looks.ts'

type Said = readonly [fingerprint: string, phase: Observation['phase'], score: number]

const look = (at: number, ...said: readonly Said[]) =>
  ({
    frame: {},
    scene: { at, density: 'keyframes', view: 'clear', objects: [] },
    findings: said.map(([fingerprint, phase, score]) => ({
      type: 'observation',
      observation: { fingerprint, phase, at, score, boxes: [] },
    })),
  }) as unknown as Look

test('an incident is kept as it opened: with the score and at the instant of its first observation', async () => {
  const looks = keepLooks([])
  await looks.onLook(look(10))
  await looks.onLook(look(20, ['a', 'holds', 0.5]))
  await looks.onLook(look(30, ['a', 'holds', 0.9], ['b', 'holds', 0.6]))
  await looks.onLook(look(40, ['a', 'ended', 0.9]))
  await looks.onLook(look(50, ['a', 'holds', 0.7]))
  const alert = (fingerprint: string, openedAt: number) =>
    looks.alert({ fingerprint: fingerprint as Fingerprint, openedAt })?.score
  expect([alert('a', 20), alert('b', 30), alert('a', 50)]).toEqual([0.5, 0.6, 0.7])
  expect([alert('a', 30), alert('a', 40)]).toEqual([undefined, undefined])
})

test.each([
  ['a frame at that very instant', 20, 20],
  ['the next frame', 21, 30],
  ['the first frame, of what was due before', 5, 10],
  ['none, where the footage ends before', 31, undefined],
])('of a due time: %s', async (_, dueAt, keptAt) => {
  const looks = keepLooks([dueAt, dueAt])
  for (const at of [10, 20, 30]) await looks.onLook(look(at))
  expect(looks.due(dueAt)?.scene.at).toBe(keptAt)
})

test('a frame with pixels is kept as a JPEG, one for all that opened in it', async () => {
  const picture = new RgbPicture({ widthPx: 64, heightPx: 48, pixels: new Uint8Array(64 * 48 * 3).fill(90) })
  const looks = keepLooks([20])
  const both = look(20, ['a', 'holds', 0.5], ['b', 'holds', 0.6])
  await looks.onLook({ ...both, frame: { ...both.frame, picture } })
  const kept = [
    looks.due(20),
    ...['a', 'b'].map(name => looks.alert({ fingerprint: name as Fingerprint, openedAt: 20 })),
  ]
  expect([...(kept[0]?.picture?.subarray(0, 3) ?? [])]).toEqual([0xff, 0xd8, 0xff])
  expect(new Set(kept.map(it => it?.picture)).size).toBe(1)
})
