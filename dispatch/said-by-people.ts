// What an incident holds of a camera's measuring where no camera measured: a person says that it is there.
import type { Incident } from '../core/incident.ts'
import type { EpochMs } from '../core/time.ts'

type Measured =
  | ('physical' | 'rejectReason' | 'rejectNote' | 'score' | 'measure' | 'reason' | 'blindMs' | 'since' | 'dueAt')
  | ('openedAt' | 'lastSeenAt' | 'clearedAt' | 'reopened' | 'sequence' | 'version')

/** @param by who says so, in the place of a model: reports, search and figures tell the origins apart by it */
export function saidByPeople(by: string, at: EpochMs): Pick<Incident, Measured> {
  return {
    physical: 'active',
    rejectReason: null,
    rejectNote: null,
    score: 0,
    measure: { name: 'samples', value: 1, limit: 1, unit: 'samples' },
    reason: { model: { name: by, sha256: '0'.repeat(64) }, thresholds: {}, history: [] },
    blindMs: 0,
    since: at,
    dueAt: at,
    openedAt: at,
    lastSeenAt: at,
    clearedAt: null,
    reopened: 0,
    sequence: at,
    version: 1,
  }
}
