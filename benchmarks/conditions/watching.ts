// One camera's footage through the production path, without a database: what its rules say, as alarms.

import { type Camera, type CameraEntry, ownPlace } from '../../core/camera.ts'
import type { CameraHealth } from '../../core/health.ts'
import { silentLog } from '../../core/log.ts'
import type { Observation, RuleKind } from '../../core/observation.ts'
import { NO_WORD } from '../../core/reference-view.ts'
import { decodeScene, type Scene } from '../../core/scene.ts'
import { type EpochMs, ManualClock } from '../../core/time.ts'
import { CameraWatch } from '../../watch/camera-watch.ts'
import type { Detectors } from '../../watch/detectors.ts'

/** One opening of a rule. The ledger would join those within its cooldown: counted here, they are stricter. */
export interface Alarm {
  readonly kind: RuleKind
  readonly subject: string
  readonly openedAt: EpochMs
  /** Null where it was still open at the end. */
  readonly endedAt: EpochMs | null
  readonly score: number
}

export interface Watched {
  readonly alarms: readonly Alarm[]
  readonly scenes: readonly Scene[]
  readonly health: CameraHealth
}

export function cameraOf({ street, grid, zones, ...entry }: CameraEntry): Camera {
  return {
    ...entry,
    streetId: street,
    gridId: grid,
    viewWord: NO_WORD,
    version: 1,
    zones: zones.map(({ place, name, ...zone }) => ({
      ...zone,
      name: name ?? zone.id,
      cameraId: entry.id,
      version: 1,
      placeId: place ?? ownPlace(entry.id, zone.id),
    })),
  }
}

/** @throws JiemuError source-… */
export async function watch(camera: Camera, detectors: Detectors): Promise<Watched> {
  const observations: Observation[] = []
  const scenes: Scene[] = []
  const watching = new CameraWatch(
    camera,
    {},
    {
      pace: 'replay',
      detectors,
      baseDir: process.cwd(),
      clock: new ManualClock(0),
      log: silentLog,
      emit: message => {
        if (message.type === 'observation') observations.push(message.observation)
        if (message.type === 'scenes') scenes.push(...message.lines.map(({ line }) => decodeScene(line)))
      },
    },
  )
  await watching.done
  return { alarms: alarmsOf(observations), scenes, health: watching.health() }
}

/** What a rule repeats of one breach, as one alarm; in the order in which they opened. */
export function alarmsOf(observations: readonly Observation[]): readonly Alarm[] {
  const open = new Map<string, Alarm>()
  const all: Alarm[] = []
  for (const { fingerprint, kind, subject, phase, at, score } of observations) {
    const known = open.get(fingerprint)
    if (phase === 'holds') {
      if (!known) open.set(fingerprint, { kind, subject, openedAt: at, endedAt: null, score })
    } else if (known) {
      all.push({ ...known, endedAt: at })
      open.delete(fingerprint)
    }
  }
  return [...all, ...open.values()].sort((a, b) => a.openedAt - b.openedAt)
}
