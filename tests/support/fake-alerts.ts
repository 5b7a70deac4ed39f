// Alerts under an operator's eye, for the API's own tests: what would follow, what is near, and whose they are.
import type { Commands, Reading } from '../../api/ports.ts'
import type { IncidentId, StreetId, TeamId } from '../../core/ids.ts'
import type { Incident } from '../../core/incident.ts'
import type { Job } from '../../core/job.ts'
import { candidate } from './records.ts'

/** What the house of the tests holds, for each of its streets. */
interface Samples {
  readonly streets: readonly string[]
  incident(street: string): Incident
  job(street: string): Job
  teamOf(street: string): TeamId
}

const streetOf = ({ streets }: Samples, id: IncidentId) => streets.find(street => id === `inc-${street}`)

const fakeOutlook =
  (samples: Samples): Commands['outlook'] =>
  async id => {
    const street = streetOf(samples, id) ?? 'tianshui'
    const { openedAt } = samples.incident(street)
    return {
      at: openedAt,
      position: { lat: 30.25, lon: 120.16 },
      joins: null,
      assignment: samples.job(street).assignment,
      dues: [{ deadline: 'handle', dueAt: openedAt + 3_600_000 }],
      offers: samples.streets.map(each => ({
        ...candidate(samples.teamOf(each), { distanceM: 250, positionAgeMs: 60_000 }),
        ...{ name: null, teamName: `Team of ${each}`, before: null },
      })),
      teams: samples.streets.map(each => ({
        ...{ teamId: samples.teamOf(each), teamName: `Team of ${each}`, excluded: null },
        chosen: { workerId: null, name: null },
      })),
    }
  }

export function fakeNearness(filters: object[], samples: Samples): Pick<Reading, 'incidentsNear' | 'whoseIncidents'> {
  return {
    incidentsNear: async (_id, scope) => {
      filters.push(scope)
      return [{ incident: samples.incident('tianshui'), because: 'near', distanceM: 120, position: null }]
    },
    whoseIncidents: async ids =>
      new Map(
        ids.flatMap(id => {
          const street = streetOf(samples, id)
          return street ? [[id, { streetId: street as StreetId, teamId: samples.teamOf(street) }] as const] : []
        }),
      ),
  }
}

export const fakeReview = (
  command: (name: string) => (...given: unknown[]) => Promise<void>,
  samples: Samples,
): Pick<Commands, 'confirm' | 'reject' | 'undo' | 'claim' | 'release' | 'outlook'> => ({
  confirm: command('confirm'),
  reject: command('reject'),
  undo: command('undo'),
  claim: command('claim'),
  release: command('release'),
  outlook: fakeOutlook(samples),
})
