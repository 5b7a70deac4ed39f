// Legal holds for the API's own tests: one stands, and what is asked is noted.
import type { Holds } from '../../api/ports.ts'
import type { IncidentId } from '../../core/ids.ts'
import type { LegalHold } from '../../core/keeping.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')

const sampleHold: LegalHold = {
  incidentId: 'inc-tianshui' as IncidentId,
  jobId: null,
  reason: 'court 2026-17',
  placedBy: 'chen',
  placedAt: AT,
  releasedBy: null,
  releasedAt: null,
  releaseReason: null,
}

export const fakeHolds = (commands: unknown[][]): Holds => ({
  place: async (...given) => {
    commands.push(['hold', ...given])
    return sampleHold
  },
  release: async (...given) => {
    commands.push(['release', ...given])
    return sampleHold
  },
  standing: async () => [sampleHold],
})
