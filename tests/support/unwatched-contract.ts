// What every database must do with incidents that no rule looks at any more.
import { expect, test } from 'vitest'
import { HEALTH_ZONE, NO_CAMERA, NO_ZONE } from '../../core/camera.ts'
import type { CameraId, Fingerprint, IncidentId, ZoneId } from '../../core/ids.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord } from './records.ts'

const idOf = (name: string) => `inc-unwatched-${name}` as IncidentId
const WATCHING = 'unwatched-watching' as CameraId
const LEAVING = 'unwatched-leaving' as CameraId

const zone = (id: string) => `{ id: ${id}, rule: illegal-parking, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]] }`
const camera = (id: CameraId, ...zones: readonly string[]) => `
  - { id: ${id}, name: ${id}, street: s, grid: g, source: { kind: rtsp, url: "rtsp://10.0.0.9/x" }, zones: [${zones.map(zone).join(', ')}] }`

export function unwatchedContract(it: () => TestStore): void {
  test('names the open incidents whose zone or camera was taken away, and that no rule has seen since', async () => {
    const { configuration, dispatch } = it().store
    await configuration.importCameras(
      `cameras:${camera(WATCHING, 'stays', 'goes')}${camera(LEAVING, 'with-it')}`,
      'test',
    )
    await it().store.cameraChanges.retireZone(WATCHING, 'goes' as ZoneId, 1, 'test')
    await it().store.cameraChanges.removeCamera(LEAVING, 'test')
    const seen = (name: string, cameraId: CameraId, zoneId: string, over: Parameters<typeof incidentRecord>[0] = {}) =>
      incidentRecord({
        ...{ id: idOf(name), fingerprint: `unwatched-${name}` as Fingerprint, lastSeenAt: AT - 1 },
        ...{ cameraId, zoneId: zoneId as ZoneId, ...over },
      })
    const transact = (dispatch as StoredDispatch<OutboxTopic> satisfies DispatchStore).transact.bind(dispatch)
    await transact(async tx => {
      for (const incident of [
        seen('stays', WATCHING, 'stays'),
        seen('goes', WATCHING, 'goes', { lastSeenAt: AT - 3 }),
        seen('with-it', LEAVING, 'with-it', { lastSeenAt: AT - 2 }),
        seen('lately', WATCHING, 'goes', { lastSeenAt: AT }),
        seen('over', WATCHING, 'goes', { physical: 'cleared', clearedAt: AT }),
        seen('health', WATCHING, HEALTH_ZONE),
        seen('health-gone', LEAVING, HEALTH_ZONE),
        seen('by-hand', WATCHING, NO_ZONE),
        seen('reported', NO_CAMERA, NO_ZONE),
      ])
        await tx.insertIncident(incident)
    })
    const unwatched = await transact(tx => tx.unwatchedIncidents(AT, 10_000))
    const ours = unwatched.map(({ id }) => id).filter(id => id.startsWith('inc-unwatched-'))
    expect(ours).toEqual(['goes', 'with-it', 'health-gone'].map(idOf))
  })
}
