// Ends that nobody saw: when they are said, whom they are told, and that no job counts as seen to be done by them.
import { expect, test } from 'vitest'
import type { Fingerprint } from '../core/ids.ts'
import { BY_HAND, type Incident } from '../core/incident.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { transactor } from './commit.ts'
import { createDispatch } from './desk.ts'
import type { DispatchStore } from './store-port.ts'
import { noDeliveries, observation, opened, T0, team } from './testing/examples.ts'
import { memoryStore } from './testing/memory-store.ts'
import { endUnwatched, isEndUnseen } from './unseen-ends.ts'

const MINUTE = 60_000

/** A desk whose database says that these incidents are watched by no rule any more. */
function open(unwatched: (incident: Incident) => boolean) {
  const kept = memoryStore({ mode: 'auto' }, [team('chengguan-1', { skills: ['illegal-parking'] })])
  const incidents = () => [...kept.now.incidents.values()]
  const asked: number[] = []
  const store: DispatchStore = {
    ...kept,
    transact: work =>
      kept.transact(tx =>
        work({
          ...tx,
          unwatchedIncidents: async seenBefore => {
            asked.push(seenBefore)
            return incidents().filter(unwatched)
          },
        }),
      ),
  }
  const clock = new ManualClock(T0)
  const desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  const end = (at: number) => transactor(store, () => undefined)('perform', work => endUnwatched(work, at))
  return { kept, desk, incidents, end, asked }
}

test('an incident that nobody watches is over when it was last seen, and other systems are told', async () => {
  const { kept, desk, incidents, end, asked } = open(() => true)
  await desk.takeIn(observation())
  await desk.takeIn(observation({ at: T0 + MINUTE }))
  await end(T0 + 20 * MINUTE)
  expect(asked).toEqual([T0 + 10 * MINUTE])
  expect(incidents()).toMatchObject([{ physical: 'cleared', clearedAt: T0 + MINUTE }])
  expect(incidents().every(isEndUnseen)).toBe(true)
  expect(kept.now.incidentEvents.at(-1)).toMatchObject({ event: 'cleared', actor: 'policy', at: T0 + 20 * MINUTE })
  expect([...kept.now.outbox.keys()].filter(id => id.startsWith('notify.incident.cleared.'))).toHaveLength(1)
})

test('what one of our own people saw stays open', async () => {
  const { desk, incidents, end } = open(() => true)
  const seen = observation()
  await desk.takeIn({ ...seen, reason: { ...seen.reason, model: { ...seen.reason.model, name: BY_HAND } } })
  await end(T0 + 20 * MINUTE)
  expect(incidents()).toMatchObject([{ physical: 'active' }])
})

test('the job stays with its people, also when a camera sees what else was in it to be over', async () => {
  const other = { fingerprint: 'other' as Fingerprint, subject: 'other' }
  const { kept, desk, end } = open(({ fingerprint }) => fingerprint === 'other')
  await desk.takeIn(observation())
  await desk.takeIn(observation(other))
  await desk.drain(T0)
  await end(T0 + 20 * MINUTE)
  await desk.takeIn(observation({ at: T0 + 21 * MINUTE, phase: 'ended' }))
  const jobs = [...kept.now.jobs.values()]
  expect(jobs).toMatchObject([{ state: 'assigned', endReason: null }])
  expect(jobs[0]?.incidentIds).toHaveLength(2)
})

test.each([
  ['a rule sees to be over', { clearedAt: T0 + MINUTE, lastSeenAt: T0 }, false],
  ['nobody saw to be over', { clearedAt: T0, lastSeenAt: T0 }, true],
  ['is still there', { clearedAt: null, lastSeenAt: T0 }, false],
])('what %s', (_, times, isUnseen) => {
  expect(isEndUnseen(opened(times))).toBe(isUnseen)
})
