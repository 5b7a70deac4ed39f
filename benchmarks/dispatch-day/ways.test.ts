// Three ways to choose from one roster, and that none of them goes past what the product allows.
import { expect, test } from 'vitest'
import type { JobId, WorkerId } from '../../core/ids.ts'
import type { Roster, Wanting } from '../../dispatch/bench.ts'
import { T0, team, worker } from '../../dispatch/testing/examples.ts'
import { jobRecord } from '../../tests/support/records.ts'
import { WAYS, type Way } from './ways.ts'

const PLACE = { lat: 30.25, lon: 120.16 }
const north = (metres: number) => PLACE.lat + metres / 111_195

/** Free and 2 km away, free and 900 m away, and busy around the corner. */
const NAMES = ['an', 'bo', 'cai'] as const
const AWAY = { an: 2_000, bo: 900, cai: 100 }
const LOADS = { an: 0, bo: 0, cai: 1 }
const roster: Roster = {
  teams: [team('a')],
  workers: NAMES.map(name => worker(name, 'a')),
  ...{ shifts: [], overrides: [], ofTeams: new Map() },
  positions: NAMES.map(name => ({
    ...{ workerId: name as WorkerId, lat: north(AWAY[name]), lon: PLACE.lon, at: T0, accuracyM: 20 },
  })),
  ofWorkers: new Map(NAMES.map(name => [name as WorkerId, { load: LOADS[name], lastAssignedAt: T0 - 60_000 }])),
}

function wanting(index: number): Wanting {
  const job = jobRecord({ id: `job-${index}` as JobId, gridId: 'gulou-1' as never, ...PLACE, createdAt: T0 + index })
  return { job, refusals: [], wish: null }
}
const chosen = (way: Way, count: number) =>
  WAYS[way](
    roster,
    Array.from({ length: count }, (_, index) => wanting(index)),
    T0,
  ).map(({ reason }) => reason.chosen?.workerId ?? null)

test.each<[Way, (string | null)[]]>([
  ['product', ['bo', 'an', 'cai', 'bo', 'an', 'cai', 'bo', 'an', null]],
  ['first-free', ['an', 'bo', 'an', 'bo', 'cai', 'an', 'bo', 'cai', null]],
  ['nearest', ['cai', 'cai', 'bo', 'bo', 'bo', 'an', 'an', 'an', null]],
])('%s: nine jobs and eight that can be taken, nobody above their cap of three', (way, expected) => {
  expect(chosen(way, 9)).toEqual(expected)
})
