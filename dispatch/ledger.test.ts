// The ledger's decisions, as a table of what is known and what is seen; then what one transaction writes.
import { describe, expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { MuteId } from '../core/mute.ts'
import type { Observation } from '../core/observation.ts'
import { type DispatchChange, transactor } from './commit.ts'
import { decide, takeIn } from './ledger.ts'
import { confirm, reject } from './review.ts'
import type { DispatchTransaction } from './store-port.ts'
import { OPERATOR, observation, opened, policy, SCOPE, T0 } from './testing/examples.ts'
import { memoryStore } from './testing/memory-store.ts'

const HERE = { ...SCOPE, workDone: false }
const CLEARED: Partial<Incident> = { physical: 'cleared', clearedAt: T0 + 60_000, sequence: T0 + 60_000 }
const MINUTE = 60_000

test.each<[string, Partial<Incident> | undefined, Partial<Observation>, string]>([
  ['a first sighting opens', undefined, {}, 'opened'],
  ['an end of what never opened is ignored', undefined, { phase: 'ended' }, 'never-opened'],
  ['a repetition while it is open extends', {}, { at: T0 + 10_000 }, 'extended'],
  ['the same sequence again is stale', {}, {}, 'stale'],
  ['an older sequence is stale, even an end', {}, { at: T0 - 1, phase: 'ended' }, 'stale'],
  ['an end clears', {}, { at: T0 + MINUTE, phase: 'ended' }, 'cleared'],
  ['an end repeated in a later frame changes nothing', CLEARED, { at: T0 + 2 * MINUTE, phase: 'ended' }, 'extended'],
  ['what returns at the end of the cooldown reopens', CLEARED, { at: T0 + 11 * MINUTE }, 'reopened'],
  ['what returns after the cooldown is new', CLEARED, { at: T0 + 11 * MINUTE + 1 }, 'opened'],
])('%s', (_, current, seen, outcome) => {
  const change = decide(observation(seen), current && opened(current), policy(), HERE)
  expect(change.type === 'ignored' ? change.why : change.type).toBe(outcome)
})

test('what returns within the cooldown after its job was closed is new work', () => {
  const again = observation({ at: T0 + 2 * MINUTE })
  const change = decide(again, opened(CLEARED), policy(), { ...SCOPE, workDone: true })
  expect(change).toMatchObject({ type: 'opened', incident: { openedAt: T0 + 2 * MINUTE, reopened: 0 } })
})

test('a camera that was deleted opens nothing, but what it opened can still end', () => {
  expect(decide(observation(), undefined, policy(), undefined)).toEqual({ type: 'ignored', why: 'no-camera' })
  const end = observation({ at: T0 + MINUTE, phase: 'ended' })
  expect(decide(end, opened(), policy(), undefined).type).toBe('cleared')
})

test('severity never falls while the incident is open; score and measure are the latest', () => {
  const calmer = observation({ at: T0 + 10_000, severity: 'blue', score: 0.6 })
  const change = decide(calmer, opened({ severity: 'orange' }), policy(), HERE)
  expect(change).toMatchObject({ incident: { severity: 'orange', score: 0.6, lastSeenAt: T0 + 10_000 } })
})

test.each([
  ['confirm', 0.9, 'pending'],
  ['auto', 0.5, 'auto-confirmed'],
  ['auto', 0.49, 'pending'],
] as const)('in mode %s a score of %f opens as %s', (mode, score, review) => {
  const change = decide(observation({ score }), undefined, policy({ mode, autoScore: 0.5 }), HERE)
  expect(change).toMatchObject({ incident: { review } })
})

test('a rejection holds for what returns within the cooldown; an alert that expired is asked again', () => {
  const again = observation({ at: T0 + 2 * MINUTE })
  const after = (review: Incident['review']) => decide(again, opened({ ...CLEARED, review }), policy(), HERE)
  expect(after('rejected')).toMatchObject({ type: 'reopened', incident: { review: 'rejected', reopened: 1 } })
  expect(after('expired')).toMatchObject({ type: 'reopened', incident: { review: 'pending' } })
})

describe('in one transaction', () => {
  const open = (change: Parameters<typeof memoryStore>[0] = {}) => {
    const store = memoryStore(change)
    const changes: DispatchChange[] = []
    const transact = transactor(store, committed => changes.push(...committed.changes))
    return { store, transact, changes, events: () => store.now.incidentEvents.map(each => each.event) }
  }

  test('an alert is written with its events, its notice and its deadline', async () => {
    const { store, transact, changes, events } = open()
    const ack = await takeIn(transact, observation())
    const [incident] = store.now.incidents.values()
    expect(ack).toEqual({ fingerprint: 'illegal-parking|kerb|car-1', sequence: T0, begun: null })
    expect(events()).toEqual(['opened'])
    expect([...store.now.outbox.values()].map(row => [row.topic, row.dueAt - T0])).toEqual([
      ['notify', 0],
      ['confirm-overdue', 2 * MINUTE],
    ])
    expect(changes).toEqual([{ type: 'incident', id: incident?.id }])
  })

  test('under the policy "auto" the job is made in the same transaction', async () => {
    const { store, transact } = open({ mode: 'auto' })
    const { begun } = await takeIn(transact, observation())
    expect([...store.now.jobs.values()]).toMatchObject([{ id: begun, state: 'queued', createdAt: T0 }])
    expect([...store.now.outbox.values()].map(row => row.topic)).toEqual(['deadline', 'notify', 'assign'])
  })

  test('delivered twice, nothing is written twice', async () => {
    const { store, transact } = open({ mode: 'auto' })
    await takeIn(transact, observation())
    const once = structuredClone(store.now)
    await takeIn(transact, observation())
    expect(store.now).toEqual(once)
  })

  test('two cameras that see one place open one incident, and the second extends it', async () => {
    const { store, transact } = open()
    const shared = { kind: 'crowding', subject: '' } as const
    // The second camera read before the first had written: only the insert finds out.
    const blind = transactor(
      { ...store, transact: work => store.transact(tx => work({ ...tx, knownBefore: blindOnce(tx.knownBefore) })) },
      () => {},
    )
    await takeIn(transact, observation(shared))
    await takeIn(blind, observation({ ...shared, at: T0 + 500, cameraId: 'cam-2' as CameraId }))
    expect([...store.now.incidents.values()]).toMatchObject([{ openedAt: T0, lastSeenAt: T0 + 500 }])
  })

  test('while muted nothing opens or comes back, and what is open goes on; later what still holds opens', async () => {
    const mute = { id: 'mute-1' as MuteId, kind: 'illegal-parking', cameraId: null, zoneId: null } as const
    const mutes = { mutes: [{ ...mute, fromAt: T0 + 1, untilAt: T0 + MINUTE }], held: new Map() }
    const store = memoryStore({}, [], {}, { mutes })
    const transact = transactor(store, () => {})
    const see = (subject: string, at: number, phase: Observation['phase'] = 'holds') =>
      takeIn(transact, observation({ subject, at: T0 + at, phase }))
    await see('before', 0)
    await see('gone', 0)
    await see('during', 1_000)
    await see('during', 11_000)
    await see('before', 11_000)
    await see('gone', 12_000, 'ended')
    await see('gone', 20_000)
    const shown = () => [...store.now.incidents.values()].map(one => [one.subject, one.physical, one.lastSeenAt - T0])
    expect(shown()).toEqual([
      ['before', 'active', 11_000],
      ['gone', 'cleared', 0],
    ])
    expect([...mutes.held.values()]).toEqual([T0 + 11_000, T0 + 20_000])
    await see('during', MINUTE)
    await see('gone', MINUTE)
    expect(shown().slice(1)).toEqual([
      ['gone', 'active', MINUTE],
      ['during', 'active', MINUTE],
    ])
  })

  describe('where the end of an incident was never said, since its zone was taken away', () => {
    test.each([
      ['a breach that began after the cooldown is another', 10 * MINUTE + 1, ['cleared', 'active']],
      ['one that began within the cooldown goes on', 10 * MINUTE, ['active']],
      ['one that began before it was last seen goes on', -MINUTE, ['active']],
    ])('%s', async (_, later, states) => {
      const { store, transact, events } = open()
      await takeIn(transact, observation())
      const [first] = store.now.incidents.values()
      if (first) await reject(transact, first.id, 'permitted', null, { actor: OPERATOR }, T0 + MINUTE)
      await takeIn(transact, observation({ at: T0 + 60 * MINUTE, since: T0 + later }))
      const shown = [...store.now.incidents.values()]
      expect(shown.map(({ physical }) => physical)).toEqual(states)
      expect(shown.at(-1)?.review).toBe(states.length > 1 ? 'pending' : 'rejected')
      expect(shown[0]?.clearedAt).toBe(states.length > 1 ? T0 : null)
      if (states.length > 1) expect(events()).toEqual(['opened', 'rejected', 'cleared', 'opened'])
    })
  })

  test('a rolled back transaction tells nobody', async () => {
    const { store, changes } = open()
    const broken = transactor(
      {
        ...store,
        transact: work => store.transact(tx => work({ ...tx, addOutbox: () => Promise.reject(new Error('no')) })),
      },
      committed => changes.push(...committed.changes),
    )
    await expect(takeIn(broken, observation())).rejects.toThrow('no')
    expect(store.now.incidents.size).toBe(0)
    expect(changes).toEqual([])
  })

  test('what returns after a person rejected it opens no alert and makes no job', async () => {
    const { store, transact, events } = open({ mode: 'auto' })
    await takeIn(transact, observation())
    const [incident] = store.now.incidents.values()
    if (!incident) throw new Error('nothing opened')
    await reject(transact, incident.id, 'permitted', null, { actor: OPERATOR }, T0 + 1_000)
    await takeIn(transact, observation({ at: T0 + MINUTE, phase: 'ended' }))
    await takeIn(transact, observation({ at: T0 + 2 * MINUTE }))
    expect(events()).toEqual(['opened', 'auto-confirmed', 'rejected', 'cleared', 'reopened'])
    expect([...store.now.jobs.values()].map(job => job.state)).toEqual(['cancelled'])
    await expect(confirm(transact, incident.id, { actor: OPERATOR }, T0)).rejects.toMatchObject({
      code: 'transition-illegal',
    })
  })
})

/** Answers as if nothing were there yet, once. */
function blindOnce(knownBefore: DispatchTransaction['knownBefore']): DispatchTransaction['knownBefore'] {
  let first = true
  return async seen => {
    const known = await knownBefore(seen)
    if (!first) return known
    first = false
    return { ...known, latest: undefined }
  }
}
