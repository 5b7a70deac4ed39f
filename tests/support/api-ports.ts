// Small in-memory ports for the API's own tests: two streets, a team, an incident with a picture and a job in each.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { ApiDeps } from '../../api/build.ts'
import type { Change } from '../../api/ports.ts'
import type { Token } from '../../api/tokens.ts'
import { JiemuError } from '../../core/errors.ts'
import type { EvidenceView } from '../../core/keeping.ts'
import { silentLog } from '../../core/log.ts'
import type { Actor, Role } from '../../core/permission.ts'
import { STREETS, sampleCamera, sampleHealth, sampleIncident, sampleJob, samplePicture, teamOf } from './api-samples.ts'
import { fakeNearness, fakeReview } from './fake-alerts.ts'
import { fakeDeliveries, fakePush } from './fake-deliveries.ts'
import { fakeField } from './fake-field.ts'
import { fakeFigures, fakeStandings, fakeTimes } from './fake-figures.ts'
import { fakeHolds } from './fake-holds.ts'
import { fakeBoard, fakeHandOvers } from './fake-jobs.ts'
import { fakeLive } from './fake-live.ts'
import { fakeIssued, fakePeople, fakeSingleSignOn } from './fake-people.ts'
import { fakeResidents } from './fake-residents.ts'
import { fakeRoom } from './fake-room.ts'
import { fakeRota } from './fake-rota.ts'
import { fakeSetup } from './fake-setup.ts'
import { candidate } from './records.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')

/** The secret of a token is its name. */
export function tokenOf(name: string, role: Role, scope: Actor['scope'] = 'district'): Token {
  return { name, role, scope, sha256: createHash('sha256').update(name).digest('hex') }
}

export const bearer = (name: string) => ({ authorization: `Bearer ${name}` })

const samples = { streets: STREETS, incident: sampleIncident, job: sampleJob, teamOf }

export interface FakeHouse {
  readonly deps: ApiDeps
  /** Every command that was given, in order. */
  readonly commands: unknown[][]
  readonly filters: object[]
  /** What was registered. */
  readonly looks: Omit<EvidenceView, 'at'>[]
  change(change: Change): void
}

/** @param overrides replaces single ports or settings */
export function fakeHouse(overrides: Partial<ApiDeps> = {}): FakeHouse {
  const commands: unknown[][] = []
  const filters: object[] = []
  const looks: Omit<EvidenceView, 'at'>[] = []
  const listeners = new Set<(change: Change) => void>()
  const known = (id: string, prefix: string) => STREETS.find(street => id === `${prefix}-${street}`)
  const command =
    (name: string) =>
    async (...given: unknown[]) => {
      commands.push([name, ...given])
    }
  const deps: ApiDeps = {
    tokens: [],
    version: '0.0.0-test',
    consoleDirectory: join(import.meta.dirname, 'console'),
    map: { tiles: null, attribution: '' },
    log: silentLog,
    reading: {
      listIncidents: async filter => {
        filters.push(filter)
        return STREETS.map(sampleIncident)
      },
      incident: async id => {
        const byHand = id === 'inc-reported'
        const street = byHand ? 'tianshui' : known(id, 'inc')
        const incident = street && sampleIncident(street)
        const reason = { model: { name: 'person', sha256: '0'.repeat(64) }, thresholds: {}, history: [] }
        return (
          incident && {
            incident: byHand ? { ...incident, id, reason } : incident,
            events: byHand ? [{ incidentId: id, at: AT, event: 'opened', actor: 'wang', note: null }] : [],
            evidence: [],
            job: sampleJob(street),
            deadlines: [],
            report: null,
          }
        )
      },
      ...fakeNearness(filters, samples),
      listJobs: async filter => {
        filters.push(filter)
        return STREETS.map(sampleJob)
      },
      job: async id => {
        const street = known(id, 'job')
        return (
          street && {
            job: sampleJob(street),
            events: [],
            incidents: [sampleIncident(street)],
            deadlines: [],
            verification: null,
          }
        )
      },
      reach: async () => ({ photos: [], reached: { deliveries: [], seen: [] } }),
      counts: async () => ({ pendingIncidents: 4, activeIncidents: 2, queuedJobs: 1, openJobs: 3, overdueJobs: 1 }),
    },
    ...fakeRoom(command, filters, STREETS.map(sampleIncident)),
    board: fakeBoard(filters),
    handOvers: fakeHandOvers(command, filters),
    clock: { now: () => AT },
    evidence: {
      open: async id => {
        const street = known(id, 'ev')
        return street && samplePicture(street)
      },
      shown: async (_path, id, { name, number }) => new TextEncoder().encode(`${id} for ${name} #${number}`),
    },
    links: {
      linkFor: id => ({ url: `/api/evidence/${id}?expires=1&signature=good`, expiresAt: 1_000 }),
      check: (_id, _whose, _expiresAt, signature) => {
        if (signature !== 'good') throw new JiemuError('evidence-link-void')
      },
    },
    deletion: { removeOne: command('removeOne') },
    photos: {
      take: async photo => {
        commands.push(['photo', { ...photo, bytes: photo.bytes.byteLength }])
        return { evidence: samplePicture('tianshui').row, place: null, distanceM: null, shotAt: null }
      },
    },
    register: {
      record: async view => {
        looks.push(view)
        return { ...view, at: AT, id: looks.length }
      },
      list: async filter => {
        filters.push(filter)
        return looks.map((view, index) => ({ ...view, at: AT, id: index + 1 })).toReversed()
      },
    },
    deletions: { list: async () => [] },
    holds: fakeHolds(commands),
    commands: {
      ...fakeReview(command, samples),
      ask: command('ask'),
      offers: async () => ({
        offers: STREETS.map(street => ({
          ...candidate(teamOf(street), { distanceM: 250, positionAgeMs: 60_000 }),
          ...{ name: null, teamName: street, before: null },
        })),
        teams: STREETS.map(street => ({
          ...{ teamId: teamOf(street), teamName: street, chosen: { workerId: null, name: null }, excluded: null },
        })),
        next: { teamId: teamOf('tianshui'), workerId: null },
      }),
    },
    cameras: {
      list: async () =>
        STREETS.map(street => ({
          camera: sampleCamera(street),
          health: sampleHealth(street),
          coreShare: () => 0.002,
          load: { decodeMsPerS: 11, inferMsPerS: 6 },
        })),
      renewView: command('renewView'),
      confirmView: command('confirmView'),
    },
    ...fakeSetup(command),
    live: fakeLive,
    figures: fakeFigures(),
    standings: fakeStandings,
    ...fakeTimes,
    health: { report: async () => [{ name: 'database', state: 'ok', problem: null }] },
    residents: fakeResidents(commands, filters),
    events: {
      subscribe: listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    people: fakePeople(),
    issued: fakeIssued(),
    singleSignOn: fakeSingleSignOn,
    ...fakeRota(command, filters),
    field: fakeField(command),
    deliveries: fakeDeliveries(command),
    media: {
      open: async (id, _, signature) => {
        if (signature !== 'good') throw new JiemuError('media-link-void')
        const street = known(id, 'ev')
        return street && { row: samplePicture(street).row, jpeg: Buffer.from('blurred') }
      },
    },
    push: fakePush,
    verdicts: { counts: async () => [], watched: async () => [], watching: async () => [] },
    metrics: { contentType: 'text/plain; version=0.0.4; charset=utf-8', metrics: async () => 'jiemu_up 1\n' },
    ...overrides,
  }
  return {
    deps,
    commands,
    filters,
    looks,
    change: change => {
      for (const listener of listeners) listener(change)
    },
  }
}
