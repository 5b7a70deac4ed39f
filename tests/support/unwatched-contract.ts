// What every database must do with incidents that no rule looks at any more.
import { expect, test } from 'vitest'
import { HEALTH_ZONE, NO_CAMERA, NO_ZONE, ownPlace } from '../../core/camera.ts'
import type { CameraId, Fingerprint, IncidentId, PlaceId, ZoneId } from '../../core/ids.ts'
import { BY_HAND, type Incident } from '../../core/incident.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord } from './records.ts'

const idOf = (name: string) => `inc-unwatched-${name}` as IncidentId
const WATCHING = 'unwatched-watching' as CameraId
const LEAVING = 'unwatched-leaving' as CameraId
const WITHOUT_HEALTH = 'unwatched-careless' as CameraId
const SQUARE = 'unwatched-square' as PlaceId

const zone = (id: string, more = 'rule: illegal-parking') =>
  `{ id: ${id}, ${more}, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]] }`
const camera = (id: CameraId, zones: readonly string[], more = '') => `
  - { id: ${id}, name: ${id}, street: s, grid: g, source: { kind: rtsp, url: "rtsp://10.0.0.9/x" }, zones: [${zones}]${more} }`
const SHARED = `rule: illegal-parking, place: ${SQUARE}`
const BEFORE = `cameras:${[
  camera(WATCHING, [zone('stays'), zone('goes'), zone('turns'), zone('shares', SHARED)]),
  camera(LEAVING, [zone('with-it'), zone('shared', SHARED)]),
  camera(WITHOUT_HEALTH, [], ', health: false'),
].join('')}`
const AFTER = `cameras:${[
  camera(WATCHING, [zone('stays'), zone('turns', 'rule: crowding'), zone('shares', SHARED)]),
  camera(WITHOUT_HEALTH, [], ', health: false'),
].join('')}`

export function unwatchedContract(it: () => TestStore): void {
  test('names the open incidents whose place no rule of their kind looks at any more, and that none has seen since', async () => {
    const { cameraChanges, configuration, dispatch } = it().store
    await configuration.importCameras(BEFORE, 'test')
    await cameraChanges.removeCamera(LEAVING, 'test')
    await configuration.importCameras(AFTER, 'test')
    const seen = (name: string, cameraId: CameraId, zoneId: string, over: Partial<Incident> = {}) =>
      incidentRecord({
        ...{ id: idOf(name), fingerprint: `unwatched-${name}` as Fingerprint, lastSeenAt: AT - 1 },
        ...{ cameraId, zoneId: zoneId as ZoneId, placeId: ownPlace(cameraId, zoneId as ZoneId), ...over },
      })
    const { reason } = incidentRecord()
    const byHand = { reason: { ...reason, model: { ...reason.model, name: BY_HAND } } }
    const health = { kind: 'camera-health' } as const
    const transact = (dispatch as StoredDispatch<OutboxTopic> satisfies DispatchStore).transact.bind(dispatch)
    await transact(async tx => {
      for (const incident of [
        seen('stays', WATCHING, 'stays'),
        seen('goes', WATCHING, 'goes', { lastSeenAt: AT - 4 }),
        seen('with-it', LEAVING, 'with-it', { lastSeenAt: AT - 3 }),
        seen('turns', WATCHING, 'turns', { lastSeenAt: AT - 2 }),
        seen('shared', LEAVING, 'shared', { placeId: SQUARE }),
        seen('lately', WATCHING, 'goes', { lastSeenAt: AT }),
        seen('over', WATCHING, 'goes', { physical: 'cleared', clearedAt: AT }),
        seen('health', WATCHING, HEALTH_ZONE, health),
        seen('health-gone', LEAVING, HEALTH_ZONE, health),
        seen('health-unwanted', WITHOUT_HEALTH, HEALTH_ZONE, { ...health, lastSeenAt: AT - 5 }),
        seen('by-hand', WATCHING, NO_ZONE, byHand),
        seen('by-hand-in-a-zone', WATCHING, 'goes', byHand),
        seen('reported', NO_CAMERA, NO_ZONE),
      ])
        await tx.insertIncident(incident)
    })
    const unwatched = await transact(tx => tx.unwatchedIncidents(AT, 10_000))
    const ours = unwatched.map(({ id }) => id).filter(id => id.startsWith('inc-unwatched-'))
    expect(ours).toEqual(['health-unwanted', 'goes', 'with-it', 'turns', 'health-gone'].map(idOf))
  })
}
