// Keeps what a replay saw at the instants that a report shows: where an incident opened, and where one should have.
//
// Both are taken as the frames pass by, so that footage is decoded once; which due times were missed is known at the end only.
// Pictures go into a folder beside the result, which names them by their content: a result can be committed and shown around
// while the pixels of somebody's footage stay where they are, and what a report embeds is what this very run saw, or nothing.
// A picture is clean, and zones and boxes are drawn over it by the report: frames without pixels (recorded detections) then
// look the same, and one picture serves all alarms of its instant.

import type { Box } from '../../core/geometry.ts'
import type { Observation } from '../../core/observation.ts'
import type { Scene } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { thumbnail } from '../../streams/snapshot.ts'
import type { Look } from '../../watch/camera-watch.ts'

/** Shown at 220, and larger where it is opened: 16 to 19 kB each on kerb-parking and in the hall. */
const PICTURE_PX = 320

export interface KeptLook {
  readonly scene: Scene
  /** A small JPEG; null where the frame has no pixels. */
  readonly picture: Uint8Array | null
}

export interface Looks {
  /** To be told of every analysed frame while its picture lives. */
  readonly onLook: (look: Look) => Promise<void>
  /** The frame in which an incident opened, and its score and boxes then: the incident has its latest. */
  alert(incident: Pick<Observation, 'fingerprint'> & { readonly openedAt: EpochMs }): Alert | undefined
  /** The first frame at or after it; undefined where the footage ends before. */
  due(dueAt: EpochMs): KeptLook | undefined
}

export interface Alert extends KeptLook {
  readonly score: number
  readonly boxes: readonly Box[]
}

/** @param dueTimes of the events that should be seen */
export function keepLooks(dueTimes: readonly EpochMs[]): Looks {
  const alerts = new Map<string, Alert>()
  const dues = new Map<EpochMs, KeptLook>()
  const open = new Set<string>()
  let awaited = [...new Set(dueTimes)]
  const key = (fingerprint: string, at: EpochMs) => `${at} ${fingerprint}`

  const onLook = async ({ frame, scene, findings }: Look) => {
    const observations = findings.flatMap(finding => (finding.type === 'observation' ? [finding.observation] : []))
    const opening = observations.filter(({ phase, fingerprint }) => phase === 'holds' && !open.has(fingerprint))
    for (const { phase, fingerprint } of observations) {
      if (phase === 'holds') open.add(fingerprint)
      else open.delete(fingerprint)
    }
    const fallen = awaited.filter(dueAt => dueAt <= scene.at)
    if (opening.length === 0 && fallen.length === 0) return
    awaited = awaited.filter(dueAt => dueAt > scene.at)
    const picture = frame.picture ? await thumbnail(frame.picture, PICTURE_PX) : null
    for (const dueAt of fallen) dues.set(dueAt, { scene, picture })
    for (const { fingerprint, at, score, boxes } of opening)
      alerts.set(key(fingerprint, at), { scene, picture, score, boxes })
  }
  return {
    onLook,
    alert: ({ fingerprint, openedAt }) => alerts.get(key(fingerprint, openedAt)),
    due: dueAt => dues.get(dueAt),
  }
}
