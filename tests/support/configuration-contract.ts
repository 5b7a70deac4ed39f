// The part of the store's contract that is about cameras, zones, teams and policies; its tests build on each other.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CameraId, ZoneId } from '../../core/ids.ts'
import { defaultPolicy } from '../../core/team.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { incidentRecord, referenceOf } from './records.ts'

const DOCUMENT = `
cameras:
  - id: gate
    name: North gate
    street: north
    grid: n1
    position: [30.2741, 120.1551]
    source: { kind: rtsp, url: "rtsp://admin:p%40ss@10.0.0.9:554/live?channel=1" }
    zones:
      - { id: bay, rule: illegal-parking, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]], options: { grace: 30s } }
      - { id: shop, name: Shop front, rule: crowding, polygon: [[0.5, 0.5], [1, 0.5], [1, 1]], place: shop-1 }
teams:
  - { id: patrol, name: Patrol, skills: [illegal-parking], grids: [n1] }
workers:
  - { id: wang, name: Wang, team: patrol, leader: true, grids: [n1], loadCap: 2 }
shifts:
  - { id: early, team: patrol, days: [mon, tue], from: "06:00", to: "14:00" }
  - { id: wang-late, worker: wang, from: "22:00", to: "06:00" }
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
      expect(await configuration.importCameras(DOCUMENT, 'test')).toHaveLength(9)
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
          position: { lat: 30.2741, lon: 120.1551 },
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

    test('keeps how a camera’s health is watched, and leaves the default out of the file', async () => {
      const { configuration } = it.store
      expect(await configuration.exportCameras()).not.toContain('health')
      for (const health of [{ offline: { after: '60s' } }, false, {}]) {
        const changed = DOCUMENT.replace('    zones:', `    health: ${JSON.stringify(health)}\n    zones:`)
        expect(await configuration.importCameras(changed, 'test')).toContainEqual({
          event: 'changed',
          what: 'camera',
          subject: 'gate',
        })
        expect((await configuration.cameras())[0]?.health).toEqual(health)
        expect(await configuration.importCameras(await configuration.exportCameras(), 'test')).toEqual([])
      }
    })

    test('hands out what people say of a view as a new version of its camera, and no import takes it back', async () => {
      const { configuration } = it.store
      const gate = 'gate' as CameraId
      const word = async () => (await configuration.cameras())[0]
      const before = (await word())?.version ?? Number.POSITIVE_INFINITY
      for (const key of ['once', 'once', 'again']) await configuration.renewView(gate, 'ann', key)
      await configuration.renewView(gate, 'ann')
      await configuration.confirmView(gate, 'renewal-3', 'bo')
      const said = await word()
      expect(said?.viewWord).toEqual({ renewals: 3, confirmed: 'renewal-3' })
      expect(said?.version).toBeGreaterThan(before)
      await configuration.confirmView(gate, 'renewal-3', 'bo')
      await configuration.importCameras(DOCUMENT.replace('North gate', 'Great north gate'), 'test')
      await configuration.importCameras(DOCUMENT, 'test')
      expect(await word()).toMatchObject({ viewWord: said?.viewWord, version: (said?.version ?? 0) + 2 })
      for (const unknown of [
        configuration.renewView('gone' as CameraId, 'ann'),
        configuration.confirmView('gone' as CameraId, 'x', 'ann'),
      ]) {
        await expect(unknown).rejects.toMatchObject({ code: 'not-found' })
      }
    })

    test('refuses a zone that is too small on the camera’s pictures, with all that stands beside it', async () => {
      const { configuration, references } = it.store
      const bin = (px: number) => {
        const [x, y] = [0.5 + px / 640, 0.5 + 100 / 360]
        return DOCUMENT.replace('North gate', 'South gate').replace(
          'zones:',
          `zones:\n      - { id: bin, rule: overflowing-bin, polygon: [[0.5, 0.5], [${x}, 0.5], [${x}, ${y}]] }`,
        )
      }
      await references.save(referenceOf('gate', { widthPx: 640, heightPx: 360 }))
      const before = await configuration.cameras()
      await expect(configuration.importCameras(bin(23.5), 'test', 'street.yaml')).rejects.toMatchObject({
        code: 'zone-too-small',
        message: 'street.yaml: zone gate/bin: the zone is 23 px on its short side, too small to judge; it needs 24 px',
      })
      expect(await configuration.cameras()).toEqual(before)
      // Another source may have larger pictures: its shard will know.
      const elsewhere = (text: string) => text.replace('10.0.0.9', '10.0.0.10')
      expect(await configuration.importCameras(elsewhere(bin(23.5)), 'test')).toHaveLength(2)
      await configuration.importCameras(DOCUMENT, 'test')
      expect(await configuration.importCameras(bin(24), 'test')).toHaveLength(2)
      await configuration.importCameras(DOCUMENT, 'test')
    })

    test('refuses a worker of a team that is not known, and a shift for nobody or for two', async () => {
      const { configuration } = it.store
      for (const [document, problem] of [
        ['workers: [{ id: li, name: Li, team: gone }]', 'worker li: there is no team "gone"'],
        ['shifts: [{ id: s, worker: gone }]', 'shift s: there is no worker "gone"'],
        ['shifts: [{ id: s }]', 'expected either a team or a worker'],
        ['shifts: [{ id: s, team: patrol, worker: wang }]', 'expected either a team or a worker'],
      ] as const) {
        await expect(configuration.importCameras(document, 'test')).rejects.toMatchObject({
          code: 'config-invalid',
          message: expect.stringContaining(problem),
        })
      }
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
      const seen = { ...incidentRecord({ cameraId: 'gate' as CameraId }), at: 1 }
      const scope = async () => (await dispatch.transact(tx => tx.knownBefore(seen))).scope
      expect(await scope()).toEqual({ streetId: 'north', gridId: 'n1' })
      await it.store.cameraChanges.removeCamera('gate' as CameraId, 'test')
      expect(await scope()).toBeUndefined()
      await it.store.configuration.importCameras(DOCUMENT, 'test')
      expect((await it.store.configuration.cameras())[0]?.zones.map(zone => zone.version)).toEqual([4, 2])
    })
  })
}
