// A few seconds of one camera with every rule: its frames are analysed and none lost; and the floor beneath looks where the product does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { RULE_TABLE } from '../detector/rules/kinds/index.ts'
import { knownLabels, loadModel } from '../models/manifest.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { interrupted, jiemu, ROOT, temporaryFolder } from '../tests/support/jiemu.ts'
import { CameraWatch } from '../watch/camera-watch.ts'
import { SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { floorLooks } from './floor-looks.ts'
import { cameraOf } from './floor-turn.ts'
import { longClip } from './long-clip.ts'
import { everyRuleEntry } from './measured-camera.ts'
import type { ThroughputFigures } from './throughput/figures.ts'

const folder = temporaryFolder('throughput')
afterAll(folder.remove)
const result = (out: string) => JSON.parse(readFileSync(join(out, 'throughput.json'), 'utf8')) as ThroughputFigures

test('every rule there is watches the measured camera', () => {
  const { zones, health } = cameraOf(everyRuleEntry('camera-1', 'rtsp://127.0.0.1/'))
  const watching = [...zones.map(({ rule }) => rule), ...(health === false ? [] : ['camera-health'])]
  expect(watching.sort()).toEqual(RULE_TABLE.map(({ name }) => name).sort())
})

/** Notes which network was asked to look at what, and sees nothing. */
async function noting(network: 'objects' | 'conditions', notes: string[]): Promise<Detector> {
  const { card } = await loadModel(SHIPPED_NETWORKS[network])
  return {
    model: { name: card.name, sha256: card.sha256 },
    classes: knownLabels(card),
    async detect({ capturedAt }, plan) {
      notes.push(`${capturedAt} ${network}: ${plan.length}`)
      return []
    },
    close: async () => {},
  }
}

async function notingBoth() {
  const notes: string[] = []
  const [objects, conditions] = [await noting('objects', notes), await noting('conditions', notes)]
  return { notes, detectors: { objects, conditions, recorded: objects, close: async () => {} } }
}

test('the floor runs each network as often as the product does, at every key frame', async () => {
  const { path } = await longClip(1.2)
  const camera = { ...cameraOf(everyRuleEntry('camera-1', 'rtsp://127.0.0.1/')), source: { kind: 'file', path } }
  const replayed = { pace: 'replay', clock: systemClock, log: silentLog, baseDir: ROOT, thrifty: false } as const

  const product = await notingBoth()
  await new CameraWatch(camera, {}, { ...replayed, detectors: product.detectors, emit: () => {} }).done

  const floor = await notingBoth()
  const { look } = floorLooks(camera, floor.detectors)
  for await (const frame of openCameraStream(camera, replayed).frames()) {
    await look(frame)
    frame.picture?.release()
  }

  expect(product.notes).toEqual(floor.notes)
  // 78 seconds: a bin is due three times, a road twice, with it; the objects at every key frame, and round what is due.
  expect(floor.notes.filter(note => note.includes('conditions'))).toHaveLength(5)
  expect(floor.notes.filter(note => note.includes('objects'))).toHaveLength(42)
})

/** With the other ways beside it, on a machine with other things to do: four minutes were seen. */
const LONG_MS = 600_000

test('one camera for a few seconds: its key frames are analysed, and none is lost', { timeout: LONG_MS }, async () => {
  const { code, stderr } = await jiemu([
    ...['bench', 'throughput', '--cameras', '1', '--warm-seconds', '20', '--seconds', '8', '--out', folder.path],
  ])
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/economy: 1 camera: .* key frames analysed/),
  })
  const { complete, beside, plateaus } = result(folder.path)
  const plateau = plateaus['1 camera']
  expect(complete).toBe(true)
  expect(plateau).toMatchObject({ cameras: 1, frames: { lost: {}, silent: [] }, blindMs: 0 })
  expect(plateau?.frames.analysed).toBeGreaterThan(0)
  expect((plateau?.frames.analysed ?? 0) + (plateau?.frames.spared ?? 0)).toBe(plateau?.frames.expected)
  expect([...(plateau?.rules ?? [])].sort()).toEqual(['crowding', 'dirty-road', 'illegal-parking', 'overflowing-bin'])
  expect(beside.floor?.every.keyFrames).toBeGreaterThan(beside.floor?.some.keyFrames ?? 0)
  for (const way of [beside.naive, beside.usual]) {
    if (way && 'skipped' in way) expect(way.skipped).toMatch(/^absent: .*(ffmpeg|baselines)/)
    else expect(way?.analysedPerSecond).toBe(5)
  }
})

test('an interrupted run leaves a result that says it is incomplete', async () => {
  const out = join(folder.path, 'interrupted')
  const args = ['bench', 'throughput', '--cameras', '1', '--seconds', '100', '--out', out]
  // From here on the floor is measured, and would be for minutes.
  expect(await interrupted(args, /to a core|on core/)).toEqual([130, null])
  expect(result(out)).toMatchObject({ complete: false, camerasWithinBudget: null, beside: {}, plateaus: {} })
})
