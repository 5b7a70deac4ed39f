// Tries a zone's rule on an uploaded clip: the production pipeline with the real networks, as fast as it can be read.
import { dirname } from 'node:path'
import type { Errand } from '../core/errand.ts'
import type { Fingerprint } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { decodeScene } from '../core/scene.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { type EpochMs, ManualClock } from '../core/time.ts'
import type { TrialResult } from '../core/trial.ts'
import { footageLength } from '../streams/footage-length.ts'
import { CameraWatch } from './camera-watch.ts'
import { openDetectors } from './detectors.ts'
import { RememberedZone } from './rule-rerun.ts'
import { MOST_SHOWN } from './try-log.ts'

type TryClip = Extract<Errand, { type: 'try-clip' }>

/**
 * @param onProgress told 0…1
 * @throws JiemuError source-…, options-invalid, zone-too-small, model-…
 */
export async function tryClip(
  { trial, file, startAt, networks }: TryClip,
  onProgress: (done: number) => void,
): Promise<TrialResult> {
  const { zone, policy } = trial
  const camera = {
    ...trial.camera,
    source: { kind: 'file', path: file, startAt },
    zones: [zone],
    health: false as const,
  }
  const memory = new RememberedZone(camera, policy)
  const seen = {
    from: null as EpochMs | null,
    to: null as EpochMs | null,
    looks: 0,
    blindMs: {} as Record<string, number>,
  }
  const pictures = new Map<Fingerprint, Uint8Array>()
  const lengthMs = await footageLength(camera, new AbortController().signal)
  const clock = new ManualClock(startAt)
  const detectors = await openDetectors(networks)
  const take = (message: FromShard): void => {
    if (message.type === 'observation') memory.takeIn(message.observation)
    else if (message.type === 'pictures') {
      const { moment, fingerprint } = message.request
      const wide = message.snapshots.find(({ view, annotated }) => view === 'wide' && annotated)
      if (moment === 'fired' && wide) pictures.set(fingerprint, wide.jpeg)
    } else if (message.type === 'scenes') {
      for (const { line } of message.lines) {
        const { at, view, only } = decodeScene(line)
        if (only) continue
        if (view !== 'clear') seen.blindMs[view] = (seen.blindMs[view] ?? 0) + Math.max(0, at - (seen.to ?? at))
        seen.from ??= at
        seen.to = at
        seen.looks++
      }
    }
  }
  try {
    const watch = new CameraWatch(
      camera,
      {},
      {
        ...{ pace: 'replay', baseDir: dirname(file), log: silentLog, detectors, clock, emit: take },
        onLook: async ({ scene }) => {
          clock.advanceTo(scene.at)
          if (lengthMs) onProgress(Math.min(1, (scene.at - startAt) / lengthMs))
        },
      },
    )
    await watch.done
  } finally {
    await detectors.close()
  }
  const incidents = memory.incidents()
  const blindMs = Object.values(seen.blindMs).reduce((sum, ms) => sum + ms, 0)
  return {
    ...seen,
    fired: incidents
      .slice(0, MOST_SHOWN)
      .map(({ fingerprint, since, openedAt, clearedAt, severity, score, measure }) => ({
        ...{ since, openedAt, clearedAt, severity, score, measure },
        at: pictures.has(fingerprint) ? openedAt : null,
        jpeg: pictures.get(fingerprint) ?? null,
      })),
    more: Math.max(0, incidents.length - MOST_SHOWN),
    limits: [
      ...(seen.looks === 0 ? [{ code: 'nothing-logged' as const }] : []),
      ...(blindMs > 0 ? [{ code: 'blind' as const, blindMs }] : []),
    ],
  }
}
