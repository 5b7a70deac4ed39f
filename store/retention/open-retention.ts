// Which records retention looks after, and how each of them is found and deleted.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { EvidenceId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { Clock } from '../../core/time.ts'
import type { Deliveries } from '../deliveries.ts'
import type { DetectionLog } from '../detection-log.ts'
import type { EvidenceFiles } from '../evidence.ts'
import type { EvidenceViews } from '../evidence-views.ts'
import type { People } from '../people/people.ts'
import { type MeasureRoom, roomOf, type Wanted } from './free-space.ts'
import { type KeptRecord, Retention } from './retention.ts'
import { checkFloors, DEFAULT_KEEP_MS, type KeepMs } from './rules.ts'

export interface RetentionSettings {
  readonly keep: Partial<KeepMs>
  /** How much of the disk with the pictures shall stay free. */
  readonly lowDisk: Wanted
  /** The disk, where it is not the one with the pictures: for tests. */
  readonly room: MeasureRoom
}

export interface RetentionParts {
  readonly dataDirectory: string
  readonly evidence: EvidenceFiles
  readonly detections: DetectionLog
  readonly deliveries: Deliveries
  readonly register: EvidenceViews
  readonly people: Pick<People, 'sweep'>
  readonly clock: Clock
  readonly log: Log
}

export const DEFAULT_LOW_DISK: Wanted = { bytes: 2e9 }

/** @throws JiemuError retention-below-floor */
export function openRetention(parts: RetentionParts, settings: Partial<RetentionSettings> = {}): Retention {
  const { evidence, detections, deliveries, register, people, clock, log } = parts
  const { deletion } = evidence
  const keep: KeepMs = { ...DEFAULT_KEEP_MS, ...settings.keep }
  checkFloors(keep)
  const pictures = join(parts.dataDirectory, 'evidence')
  mkdirSync(pictures, { recursive: true, mode: 0o700 })
  const records: readonly KeptRecord[] = [
    {
      record: 'evidence',
      old: (before, limit) => deletion.oldOfCases(before, limit),
      remove: (ids, cause) => deletion.remove(ids as readonly EvidenceId[], cause),
    },
    {
      record: 'provisional',
      old: (before, limit) => deletion.oldProvisional(before, limit),
      remove: (ids, cause) =>
        deletion.remove(
          ids as readonly EvidenceId[],
          cause.why === 'retention' ? { ...cause, why: 'provisional' } : cause,
        ),
    },
    {
      record: 'detections',
      old: (before, limit) => detections.old(before, limit),
      remove: ids => detections.remove(ids),
    },
    { record: 'outbox', sweep: before => deliveries.sweep(before) },
    { record: 'register', sweep: before => register.sweep(before) },
  ]
  return new Retention({
    records,
    keep,
    wanted: settings.lowDisk ?? DEFAULT_LOW_DISK,
    room: settings.room ?? roomOf(pictures),
    clock,
    log,
    tidy: [() => evidence.removal.finish(), () => people.sweep(), () => deliveries.forgetMessages()],
  })
}
