// 主动上报 as the API gets it: finds the zone that was meant, keeps the camera's newest picture, and lets dispatch open it.
import type { HandReports } from '../api/hand-report-ports.ts'
import { type Camera, NO_ZONE, type Zone } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { type Box, bottomCentre, contains } from '../core/geometry.ts'
import { fingerprintOf, type PlaceId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { PictureRequest } from '../core/observation.ts'
import type { Clock } from '../core/time.ts'
import type { Dispatch } from '../dispatch/desk.ts'
import { idByHand, subjectByHand } from '../dispatch/hand-report.ts'
import type { Store } from '../store/open.ts'
import type { LiveDesk } from './live-desk.ts'

interface Deps {
  readonly store: Pick<Store, 'configuration' | 'evidence' | 'reading' | 'retention'>
  readonly dispatch: Pick<Dispatch, 'openByHand'>
  readonly live: Pick<LiveDesk, 'still'>
  readonly clock: Clock
  readonly log: Log
}

export function openHandReports({ store, dispatch, live, clock, log }: Deps): HandReports {
  /** The newest picture, as it came; the incident goes on without where there is none to be had. */
  async function keepStill(camera: Camera, request: Omit<PictureRequest, 'at'>): Promise<void> {
    try {
      store.retention.admit()
      const { jpeg } = await live.still(camera.id)
      const picture = { view: 'wide', annotated: false, jpeg } as const
      await store.evidence.keepPictures(camera.id, { ...request, at: clock.now() }, [picture])
    } catch (thrown) {
      const { code, message } = toJiemuError(thrown)
      log.warn({ camera: camera.id, code, problem: message }, 'an incident was opened by hand without a picture')
    }
  }

  return {
    async open({ cameraId, kind, box, severity, note }, actor, key) {
      const camera = (await store.configuration.cameras()).find(({ id }) => id === cameraId)
      if (!camera) throw new JiemuError('not-found', { what: 'camera', id: cameraId })
      const zone = zoneOf(camera, kind, box)
      const subject = subjectByHand(actor.name, key)
      const placeId = zone?.placeId ?? (`${camera.id}/${subject}` as PlaceId)
      const zoneId = zone?.id ?? NO_ZONE
      const id = idByHand({ kind, placeId }, subject)
      if (await store.reading.incident(id)) return id
      const fingerprint = fingerprintOf(kind, placeId, subject)
      await keepStill(camera, { fingerprint, moment: 'fired', zoneId, boxes: [box], caption: note ?? '' })
      const { streetId, gridId } = camera
      const drawn = { kind, cameraId: camera.id, zoneId, zoneVersion: zone?.version ?? 0, placeId, streetId, gridId }
      await dispatch.openByHand({ ...drawn, severity, boxes: [box], note }, actor, subject)
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
