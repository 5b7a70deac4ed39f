// Who waits for whom before a stream is opened, and that nobody waits for ever.
import { setImmediate as rest } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { OpeningLine } from './opening-line.ts'

const [A, B, C] = ['a', 'b', 'c'] as CameraId[] as [CameraId, CameraId, CameraId]
const never = new AbortController().signal

function stand(line: OpeningLine, camera: CameraId, signal = never) {
  const place: { leave?: () => void } = {}
  void line.turn(camera, signal).then(leave => {
    place.leave = leave
  })
  return place
}

test('suspects are opened one after the other, in the order of asking, and others at once', async () => {
  const line = new OpeningLine()
  line.suspect([A, B])
  const [first, second, other] = [stand(line, A), stand(line, B), stand(line, C)]
  await rest()
  expect([first.leave, second.leave, other.leave].map(Boolean)).toEqual([true, false, true])
  first.leave?.()
  first.leave?.()
  await rest()
  expect(second.leave).toBeDefined()
  second.leave?.()
  const again = stand(line, A)
  await rest()
  expect(again.leave).toBeDefined()
})

test('whoever gives up in the line holds nobody up, and does not overtake whoever stands before them', async () => {
  const line = new OpeningLine()
  line.suspect([A, B, C])
  const stop = new AbortController()
  const [first, second, third] = [stand(line, A), stand(line, B, stop.signal), stand(line, C)]
  stop.abort()
  await rest()
  second.leave?.()
  await rest()
  expect([first.leave, second.leave, third.leave].map(Boolean)).toEqual([true, true, false])
  first.leave?.()
  await rest()
  expect(third.leave).toBeDefined()
})

test('nobody waits once nobody is suspected', async () => {
  const line = new OpeningLine()
  line.suspect([A])
  stand(line, A)
  line.suspect([])
  const later = stand(line, A)
  await rest()
  expect(later.leave).toBeDefined()
})
