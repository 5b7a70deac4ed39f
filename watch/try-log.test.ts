// A zone tried on a detection log in a folder: what it would have done, and what limits the answer.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Camera, Zone } from '../core/camera.ts'
import type { CameraId, GridId, PlaceId, StreetId, ZoneId } from '../core/ids.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { encodeScene } from '../core/scene.ts'
import { defaultPolicy } from '../core/team.ts'
import { boxAt, carAt, START_AT, sampleAt, scenes, sight, vehicle } from '../detector/rules/painted.ts'
import { DetectionLog } from '../store/detection-log.ts'
import { tryLog } from './try-log.ts'

const GATE = 'gate' as CameraId
const MINUTE_MS = 60_000
const square = (x: number, y: number, size: number): Zone['polygon'] => [
  { x, y },
  { x: x + size, y },
  { x: x + size, y: y + size },
  { x, y: y + size },
]
const zone = (more: Partial<Zone> = {}): Zone => ({
  id: 'bay' as ZoneId,
  name: 'bay',
  cameraId: GATE,
  version: 1,
  rule: 'illegal-parking',
  polygon: square(0.3, 0.3, 0.4),
  options: { grace: '2m' },
  placeId: 'gate/bay' as PlaceId,
  ...more,
})
const camera = (...zones: readonly Zone[]): Camera => ({
  ...{ id: GATE, name: 'Gate', streetId: 's' as StreetId, gridId: 'g' as GridId, source: { kind: 'rtsp' } },
  ...{ sampling: 'keyframes', generated: false, health: false, viewWord: NO_WORD, version: 1, zones },
})

let dataDirectory: string
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'jiemu-try-'))
  const log = new DetectionLog(dataDirectory)
  // A car from minute 2 to 8; nothing to be seen from 9 to 10; a bin is looked at once.
  const car = vehicle(1, carAt(0.5, 0.6))
  const seen = [
    ...scenes(0, 120, []),
    ...scenes(120, 480, [car]),
    ...scenes(480, 540, []),
    ...scenes(540, 600, [], { view: 'dark' }),
    sampleAt(602, [sight('bin', boxAt(0.5, 0.5))]),
  ]
  await log.append(
    GATE,
    seen.map(scene => ({ at: scene.at, line: encodeScene(scene) })),
  )
  await log.append(GATE, [{ at: START_AT, line: '{"at":1,"half a li' }])
  await log.appendThumbnail(GATE, { at: START_AT + 1.9 * MINUTE_MS, jpeg: Buffer.from('before it came') })
  await log.appendThumbnail(GATE, { at: START_AT + 3.5 * MINUTE_MS, jpeg: Buffer.from('while it stood') })
  await log.appendThumbnail(GATE, { at: START_AT + 9 * MINUTE_MS, jpeg: Buffer.from('long after') })
})
afterAll(() => rm(dataDirectory, { recursive: true, force: true }))

const frame = { widthPx: 1_920, heightPx: 1_080 }
const tried = (tried: Zone, of: Camera, minutes: readonly [number, number] = [0, 10]) =>
  tryLog({
    type: 'try-log',
    trial: { camera: of, zone: tried, policy: defaultPolicy(tried.rule) },
    ...{ dataDirectory, frame, from: START_AT + minutes[0] * MINUTE_MS, to: START_AT + minutes[1] * MINUTE_MS },
  })

test('says when the zone would have fired, with the picture of the minute, and how long the camera was blind', async () => {
  const result = await tried(zone(), camera(zone()))
  expect(result.fired).toMatchObject([
    { since: START_AT + 2 * MINUTE_MS, severity: 'yellow', jpeg: Buffer.from('while it stood') },
  ])
  const [fired] = result.fired
  expect((fired?.openedAt ?? 0) - START_AT).toBeGreaterThanOrEqual(4 * MINUTE_MS)
  expect((fired?.openedAt ?? 0) - START_AT).toBeLessThan(4.2 * MINUTE_MS)
  expect([result.looks, result.blindMs, result.limits]).toEqual([
    300,
    { dark: MINUTE_MS },
    [{ code: 'blind', blindMs: MINUTE_MS }],
  ])
})

test('other options give another answer', async () => {
  expect((await tried(zone({ options: { grace: '7m' } }), camera(zone()))).fired).toEqual([])
})

test('says where a zone lies outside of what was looked at', async () => {
  const corner = zone({ polygon: square(0.9, 0.02, 0.08) })
  const { limits } = await tried(corner, camera(zone({ polygon: square(0.05, 0.8, 0.1) })), [0, 5])
  expect(limits).toEqual([{ code: 'partly-covered', share: 0 }])
})

test('says that a new bin was never looked at, and that one that was redrawn was looked at otherwise', async () => {
  const bin = zone({ rule: 'overflowing-bin', options: {} })
  const codes = async (of: Zone, was: readonly Zone[], minutes?: readonly [number, number]) =>
    (await tried(of, camera(...was), minutes)).limits.map(({ code }) => code).filter(code => code !== 'blind')
  expect(await codes(bin, [], [0, 5])).toEqual(['not-looked-at'])
  const zoneId = sampleAt(0, []).conditions?.[0]?.zoneId ?? ('' as ZoneId)
  const logged = { ...bin, id: zoneId }
  const from9 = [9.9, 10.1] as const
  expect(await codes(logged, [logged], from9)).toEqual([])
  expect(await codes({ ...logged, polygon: square(0, 0, 0.2) }, [logged], from9)).toEqual(['redrawn'])
})

test('says that nothing was logged, or less than was asked for', async () => {
  const early = await tried(zone(), camera(zone()), [-60, -50])
  expect(early).toMatchObject({ from: null, looks: 0, fired: [], limits: [{ code: 'nothing-logged' }] })
  expect((await tried(zone(), camera(zone()), [-60, 5])).limits).toEqual([{ code: 'log-short' }])
})
