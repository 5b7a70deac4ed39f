// The part of the store's contract that is about what cameras saw over time.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId, StreetId } from '../../core/ids.ts'
import type { TestStore } from './embedded.ts'

const AT = Date.parse('2026-03-12T08:00:00+08:00')
const HOUR_MS = 3_600_000
const FILE = `
cameras:
  - { id: gate, name: Gate, street: north, grid: north-1, source: { kind: images, path: a.jpg } }
  - { id: kerb, name: Kerb, street: south, grid: south-1, source: { kind: images, path: a.jpg } }
`

export function sightContract(name: string, open: () => Promise<TestStore>): void {
  describe(`sights on ${name}`, () => {
    let it: TestStore
    beforeAll(async () => {
      it = await open()
      await it.store.configuration.importCameras(FILE, 'test', 'cameras.yaml')
    }, 120_000)
    afterAll(() => it?.dispose())

    test('adds up what cameras saw by the hour, never more than the hour, and reads it by street and camera', async () => {
      const { sights } = it.store
      const [gate, kerb] = ['gate' as CameraId, 'kerb' as CameraId]
      await sights.add([{ cameraId: gate, hourAt: AT, sight: 'dark', ms: 60_000 }])
      await sights.add([
        { cameraId: gate, hourAt: AT, sight: 'dark', ms: 30_000.4 },
        { cameraId: gate, hourAt: AT + HOUR_MS, sight: 'clear', ms: 5_000 },
        { cameraId: kerb, hourAt: AT, sight: 'away', ms: 9 * HOUR_MS },
      ])
      await sights.add([{ cameraId: kerb, hourAt: AT, sight: 'away', ms: 5_000 }])
      await sights.add([])
      const span = { from: AT, to: AT + HOUR_MS }
      const ofKerb = { cameraId: kerb, hourAt: AT, sight: 'away', ms: HOUR_MS }
      expect(await sights.list(span)).toEqual([{ cameraId: gate, hourAt: AT, sight: 'dark', ms: 90_000 }, ofKerb])
      expect(await sights.list({ ...span, streets: ['south' as StreetId] })).toEqual([ofKerb])
      expect(await sights.list({ ...span, cameraId: gate })).toHaveLength(1)
      expect(await sights.list({ from: AT + HOUR_MS, to: AT + 2 * HOUR_MS })).toHaveLength(1)
      expect(await sights.list({ ...span, streets: [] })).toEqual([])
    })
  })
}
