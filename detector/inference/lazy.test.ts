// A network that is opened when it is needed: what is known before, how often it is opened, and what a failure leaves.
import { expect, test } from 'vitest'
import type { Frame } from '../../core/frame.ts'
import type { CameraId } from '../../core/ids.ts'
import type { Detector } from './detector.ts'
import { lazyDetector } from './lazy.ts'

const FRAME: Frame = {
  ...{ cameraId: 'street' as CameraId, sequence: 0, capturedAt: 0, clock: 'media', receivedAt: 0 },
  ...{ keyframe: true, density: 'keyframes' },
}

const opening = (fails = 0) => {
  const log = { opened: 0, closed: 0 }
  const open = async (): Promise<Detector> => {
    log.opened++
    if (log.opened <= fails) throw new Error('no memory left')
    return {
      ...{ model: { name: 'network', sha256: '' }, classes: [] },
      detect: async () => [{ label: 'bin', score: 0.9, box: { x1: 0, y1: 0, x2: 1, y2: 1 } }],
      close: async () => {
        log.closed++
      },
    }
  }
  return { log, open }
}

test('knows from its card what it is and what it can find, before anything is opened', async () => {
  const { log, open } = opening()
  const detector = await lazyDetector('street-condition', undefined, open)
  expect(detector.model).toEqual({ name: 'street-condition', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(detector.classes).toEqual(['litter', 'bin', 'bin-overflow'])
  await detector.close()
  expect(log).toEqual({ opened: 0, closed: 0 })
})

test('is opened once, however many frames ask for it at the same time, and closed once', async () => {
  const { log, open } = opening()
  const detector = await lazyDetector('street-condition', undefined, open)
  const found = await Promise.all([detector.detect(FRAME, []), detector.detect(FRAME, [])])
  expect(found.map(([first]) => first?.label)).toEqual(['bin', 'bin'])
  await detector.close()
  expect(log).toEqual({ opened: 1, closed: 1 })
})

test('a failure to open is the failure of that frame, and the next one asks again', async () => {
  const { open } = opening(1)
  const detector = await lazyDetector('street-condition', undefined, open)
  await expect(detector.detect(FRAME, [])).rejects.toThrow('no memory left')
  expect(await detector.detect(FRAME, [])).toHaveLength(1)
})

test('a network that nobody knows is refused at once', async () => {
  await expect(lazyDetector('street-dreams', undefined, opening().open)).rejects.toMatchObject({
    code: 'model-unknown',
  })
})
