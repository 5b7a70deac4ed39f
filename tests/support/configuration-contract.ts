// The part of the store's contract that is about cameras, zones, teams and policies; its tests build on each other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId, ZoneId } from '../../core/ids.ts'
import { defaultPolicy } from '../../core/team.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'

const DOCUMENT = `
cameras:
  - id: gate
    name: North gate
    street: north
    grid: n1
    source: { kind: rtsp, url: "rtsp://admin:p%40ss@10.0.0.9:554/live?channel=1" }
    zones:
      - { id: bay, rule: illegal-parking, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]], options: { grace: 30s } }
      - { id: shop, name: Shop front, rule: crowding, polygon: [[0.5, 0.5], [1, 0.5], [1, 1]], place: shop-1 }
teams:
  - { id: patrol, name: Patrol, skills: [illegal-parking], grids: [n1] }
policies:
  - { kind: illegal-parking, mode: auto }
  - { kind: illegal-parking, zone: gate/bay, mode: confirm, cooldown: 5m }
`

export function configurationContract(name: string, open: () => Promise<TestStore>): void {
  describe(`the configuration on ${name}`, () => {
    let it: TestStore
    let dispatch: StoredDispatch
    beforeAll(async () => {
      it = await open()
      dispatch = it.store.dispatch
    }, 120_000)
    afterAll(() => it?.dispose())

    test('imports cameras, zones, teams and policies, and nothing a second time', async () => {
      const { configuration } = it.store
      const before = await configuration.revision()
      expect(await configuration.importCameras(DOCUMENT, 'test')).toHaveLength(6)
      const imported = await configuration.cameras()
      expect(await configuration.importCameras(DOCUMENT, 'test')).toEqual([])
      expect(await configuration.cameras()).toEqual(imported)
      expect(await configuration.revision()).toBe(before + 1)
      expect(imported).toMatchObject([
        {
          id: 'gate',
          streetId: 'north',
          gridId: 'n1',
          sampling: 'keyframes',
          source: { kind: 'rtsp', url: 'rtsp://admin:p%40ss@10.0.0.9:554/live?channel=1' },
          zones: [
            { id: 'bay', version: 1, placeId: 'gate/bay' },
            { id: 'shop', name: 'Shop front', placeId: 'shop-1' },
          ],
        },
      ])
    })

    test('exports what importing changes nothing by, with and without passwords', async () => {
      const { configuration } = it.store
      const masked = await configuration.exportCameras()
      expect(masked).toContain('rtsp://***@10.0.0.9:554/live?channel=1')
      expect(masked).not.toContain('p%40ss')
      expect(await configuration.importCameras(masked, 'test')).toEqual([])
      expect((await configuration.cameras())[0]?.source.url).toContain('admin:p%40ss@')
      const open = await configuration.exportCameras({ withSecrets: true })
      expect(open).toContain('admin:p%40ss@')
      expect(await configuration.importCameras(open, 'test')).toEqual([])
    })

    test('gives a changed zone its next version, and its camera too', async () => {
      const { configuration } = it.store
      const [before] = await configuration.cameras()
      const changed = DOCUMENT.replace('grace: 30s', 'grace: 60s')
      expect(await configuration.importCameras(changed, 'test')).toEqual([
        { event: 'changed', what: 'zone', subject: 'gate/bay' },
        { event: 'changed', what: 'camera', subject: 'gate' },
      ])
      const [after] = await configuration.cameras()
      expect(after?.zones.map(zone => zone.version)).toEqual([2, 1])
      expect(after?.version).toBeGreaterThan(before?.version ?? Number.POSITIVE_INFINITY)
    })

    test('takes a zone on its own for a camera that is known, and refuses it for one that is not', async () => {
      const { configuration } = it.store
      const zone = (camera: string) =>
        `zones: [{ camera: ${camera}, id: kerb, rule: crowding, polygon: [[0, 0], [1, 0], [1, 1]] }]`
      await expect(configuration.importCameras(zone('gone'), 'test')).rejects.toMatchObject({
        code: 'zone-camera-unknown',
      })
      expect(await configuration.importCameras(zone('gate'), 'test')).toHaveLength(2)
      const [camera] = await configuration.cameras()
      expect(camera?.zones.map(({ id }) => id)).toEqual(['bay', 'kerb', 'shop'])
      expect(camera?.source.url).toContain('admin:p%40ss@')
    })

    test('finds the policy of the zone, else of the kind, else the default', async () => {
      const policy = (kind: 'illegal-parking' | 'crowding', zone: string) =>
        dispatch.transact(tx => tx.policyFor(kind, 'gate' as CameraId, zone as ZoneId))
      expect(await policy('illegal-parking', 'bay')).toMatchObject({ mode: 'confirm', cooldown: 300_000 })
      expect(await policy('illegal-parking', 'other')).toMatchObject({ mode: 'auto', cooldown: 600_000 })
      expect(await policy('crowding', 'shop')).toEqual(defaultPolicy('crowding'))
    })

    test('knows where a camera stands until it is removed', async () => {
      const scope = () => dispatch.transact(tx => tx.cameraScope('gate' as CameraId))
      expect(await scope()).toEqual({ streetId: 'north', gridId: 'n1' })
      await it.store.configuration.removeCamera('gate' as CameraId, 'test')
      expect(await scope()).toBeUndefined()
      await it.store.configuration.importCameras(DOCUMENT, 'test')
      expect((await it.store.configuration.cameras())[0]?.zones.map(zone => zone.version)).toEqual([3, 2])
    })
  })
}
