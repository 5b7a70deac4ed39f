// 主动上报 as the API gets it: finds the zone or the grid that was meant, keeps the picture that was drawn on, and lets dispatch open it.
import type { HandReports, ToldPlace } from '../api/hand-report-ports.ts'
import { type Camera, NO_ZONE, type Zone } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { distanceM, type Position } from '../core/geo.ts'
import { type Box, bottomCentre, contains } from '../core/geometry.ts'
import { fingerprintOf, type PlaceId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { PictureRequest } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import type { Dispatch } from '../dispatch/desk.ts'
import { idByHand, subjectByHand } from '../dispatch/hand-report.ts'
import type { Store } from '../store/open.ts'
import { takeSnapshotsOf } from '../streams/snapshot.ts'
import type { LiveDesk } from './live-desk.ts'

/** A camera further away says nothing of whose a place is. */
const NEAREST_M = 3_000

interface Deps {
  readonly store: Pick<Store, 'configuration' | 'evidence' | 'reading' | 'retention' | 'rota'>
  readonly dispatch: Pick<Dispatch, 'openByHand' | 'openInStreet'>
  readonly live: Pick<LiveDesk, 'still' | 'given'>
  readonly log: Log
}

export function openHandReports({ store, dispatch, live, log }: Deps): HandReports {
  /** What was drawn on, as a rule's pictures are kept; the incident goes on without where there is none to be had. */
  async function keepStill(
    camera: Camera,
    zone: Zone | undefined,
    request: Omit<PictureRequest, 'at'>,
    takenAt: EpochMs | null,
  ): Promise<void> {
    try {
      store.retention.admit()
      const { at, jpeg } = (takenAt !== null && live.given(camera.id, takenAt)) || (await live.still(camera.id))
      const { caption, boxes } = request
      const { name: cameraName, generated } = camera
      const drawn = { cameraName, generated, capturedAt: at, caption, zone: zone?.polygon ?? [], boxes }
      await store.evidence.keepPictures(camera.id, { ...request, at }, await takeSnapshotsOf(jpeg, drawn))
    } catch (thrown) {
      const { code, message } = toJiemuError(thrown)
      log.warn({ camera: camera.id, code, problem: message }, 'an incident was opened by hand without a picture')
    }
  }

  async function gridOf({ spot, gridId }: ToldPlace, actor: Actor) {
    const cameras = await store.configuration.cameras()
    const camera = gridId
      ? cameras.find(each => each.gridId === gridId)
      : ((spot && nearestTo(spot, cameras)) ?? (await ofOwnTeam(actor, cameras)))
    if (!camera) throw new JiemuError('report-nowhere')
    return { streetId: camera.streetId, gridId: camera.gridId }
  }

  async function ofOwnTeam({ scope, workerId }: Actor, cameras: readonly Camera[]): Promise<Camera | undefined> {
    const worker = workerId ? await store.rota.worker(workerId) : undefined
    const teamId = worker?.teamId ?? (scope !== 'district' && 'team' in scope ? scope.team : undefined)
    const [team] = teamId ? await store.rota.teamList({ teamId }) : []
    return cameras.find(({ gridId }) => team?.grids.includes(gridId))
  }

  return {
    gridOf,
    async open({ cameraId, kind, box, severity, note, takenAt }, reporting, key) {
      const camera = (await store.configuration.cameras()).find(({ id }) => id === cameraId)
      if (!camera) throw new JiemuError('not-found', { what: 'camera', id: cameraId })
      const zone = zoneOf(camera, kind, box)
      const subject = subjectByHand(reporting.actor.name, key)
      const placeId = zone?.placeId ?? (`${camera.id}/${subject}` as PlaceId)
      const zoneId = zone?.id ?? NO_ZONE
      const id = idByHand({ kind, placeId }, subject)
      if (await store.reading.incident(id)) return id
      const fingerprint = fingerprintOf(kind, placeId, subject)
      const request = { fingerprint, moment: 'fired', zoneId, boxes: [box], caption: note ?? '' } as const
      await keepStill(camera, zone, request, takenAt)
      const { streetId, gridId } = camera
      const drawn = { kind, cameraId: camera.id, zoneId, zoneVersion: zone?.version ?? 0, placeId, streetId, gridId }
      await dispatch.openByHand({ ...drawn, severity, boxes: [box], note }, reporting, subject)
      return id
    },
    async openInStreet({ gridId, ...seen }, reporting, key) {
      const place = await gridOf({ spot: seen.spot, gridId }, reporting.actor)
      const { id } = await dispatch.openInStreet(
        { ...seen, ...place },
        reporting,
        subjectByHand(reporting.actor.name, key),
      )
      return id
    },
  }
}

/** Whoever stands in a zone of its kind has that zone's camera look again once the work is done. */
function zoneOf({ zones }: Camera, kind: Zone['rule'], box: Box): Zone | undefined {
  const middle = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 }
  return zones.find(
    ({ rule, polygon }) => rule === kind && (contains(polygon, bottomCentre(box)) || contains(polygon, middle)),
  )
}

/** By where it looks, or by any of its zones that lies elsewhere. */
function nearestTo(spot: Position, cameras: readonly Camera[]): Camera | undefined {
  const away = ({ position, zones }: Camera): number =>
    Math.min(
      ...[position, ...zones.map(zone => zone.position)].map(at =>
        at ? distanceM(spot, at) : Number.POSITIVE_INFINITY,
      ),
    )
  const [nearest] = cameras
    .map(camera => ({ camera, metres: away(camera) }))
    .toSorted((one, other) => one.metres - other.metres)
  return nearest && nearest.metres <= NEAREST_M ? nearest.camera : undefined
}
