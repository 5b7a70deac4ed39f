// How long each kind of record is kept, and the floor below which no setting and no full disk goes.
import { JiemuError } from '../../core/errors.ts'
import { type EpochMs, formatDuration } from '../../core/time.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface RetentionRule {
  readonly summary: string
  /** Unless the setting `retention.RECORD` says otherwise. */
  readonly keepMs: number
  readonly floorMs: number
}

/** A new kind of record is one row here, one in `openRetention`, and the setting of its name. */
export const RETENTION_RULES = {
  evidence: {
    summary: 'pictures of incidents and jobs, from their arrival; not while work on them goes on',
    keepMs: 90 * DAY_MS,
    // 公共安全视频图像信息系统管理条例, in force 2025-04-01: thirty days at least.
    floorMs: 30 * DAY_MS,
  },
  provisional: {
    summary: 'pictures whose candidate neither became an incident nor was reported dead',
    keepMs: DAY_MS,
    // A stay may be long before it fires, and its first picture is wanted then.
    floorMs: HOUR_MS,
  },
  detections: {
    summary: 'files of the detection log, from when they were last added to (`detectionLog.keep`)',
    keepMs: 72 * HOUR_MS,
    floorMs: HOUR_MS,
  },
  outbox: {
    summary: 'work that was done, with what was sent of it',
    keepMs: 30 * DAY_MS,
    floorMs: DAY_MS,
  },
  register: {
    summary: 'the register of views and exports',
    keepMs: 3 * 365 * DAY_MS,
    floorMs: 365 * DAY_MS,
  },
} as const satisfies Record<string, RetentionRule>

export type RecordName = keyof typeof RETENTION_RULES
export type KeepMs = Readonly<Record<RecordName, number>>
export const RECORD_NAMES = Object.keys(RETENTION_RULES) as RecordName[]

export const DEFAULT_KEEP_MS = Object.fromEntries(
  RECORD_NAMES.map(record => [record, RETENTION_RULES[record].keepMs]),
) as KeepMs

/** @throws JiemuError retention-below-floor */
export function checkFloors(keep: KeepMs): void {
  for (const record of RECORD_NAMES) {
    const { floorMs } = RETENTION_RULES[record]
    if (keep[record] >= floorMs) continue
    const detail = { record, keep: formatDuration(keep[record]), floor: formatDuration(floorMs) }
    throw new JiemuError('retention-below-floor', detail)
  }
}

/** What has been kept since before this instant may go. */
export function deletableBefore(
  record: RecordName,
  why: 'retention' | 'low-disk',
  keep: KeepMs,
  now: EpochMs,
): EpochMs {
  return now - (why === 'low-disk' ? RETENTION_RULES[record].floorMs : keep[record])
}

/** As a deletion's row has it. */
export function policyText(record: RecordName, keep: KeepMs): string {
  return `${record} ${formatDuration(keep[record])}, floor ${formatDuration(RETENTION_RULES[record].floorMs)}`
}
