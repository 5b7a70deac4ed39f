// What must hold whatever happens in whatever order, and however often it is delivered: checked on random histories.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import type { PlaceId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import { noDeliveries, OPERATOR, observation, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

/** Subjects 0 and 1 stand at one place, 2 at another: so jobs are joined as well as made. */
const subject = fc.integer({ min: 0, max: 2 })
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('seen' as const), subject, ended: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('stale' as const), subject, ended: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('confirm' as const, 'reject' as const), pick: fc.nat(9) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constantFrom('accept' as const, 'handled' as const, 'close' as const),
      pick: fc.nat(9),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('drain' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
const history = fc.array(fc.record({ step, afterS: fc.integer({ min: 1, max: 400 }) }), { maxLength: 60 })
const policy = fc.record({
  mode: fc.constantFrom('confirm' as const, 'auto' as const),
  unanswered: fc.constantFrom('escalate' as const, 'auto-confirm' as const),
  joinWindow: fc.constantFrom(0, 600_000),
})

const REFUSALS = ['transition-illegal', 'handler-cannot-close']

/** Refusals are part of the game; anything else is a fault. */
async function tolerant(work: Promise<unknown> | undefined): Promise<void> {
  await work?.catch((error: unknown) => {
    if (!(error instanceof JiemuError && REFUSALS.includes(error.code))) throw error
  })
}

async function play(desk: Dispatch, store: MemoryStore, { step: next, at, index }: Played): Promise<void> {
  const pickFrom = <T>(all: readonly T[]): T | undefined =>
    'pick' in next && all.length > 0 ? all[next.pick % all.length] : undefined
  switch (next.act) {
    case 'seen':
    case 'stale': {
      const placeId = (next.subject === 2 ? 'square' : 'kerb') as PlaceId
      const phase = next.ended ? ('ended' as const) : ('holds' as const)
      // A stale one is a late copy of something older than what the ledger has taken in.
      const sequence = next.act === 'stale' ? T0 - 1 : at
      const current = [...store.now.incidents.values()].some(each => each.subject === `car-${next.subject}`)
      if (next.act === 'stale' && !current) return
      return void (await desk.takeIn(observation({ subject: `car-${next.subject}`, placeId, phase, at, sequence })))
    }
    case 'drain':
      return desk.drain(at)
    case 'confirm':
    case 'reject': {
      const incident = pickFrom([...store.now.incidents.values()])
      if (!incident) return
      return tolerant(
        next.act === 'confirm'
          ? desk.confirm(incident.id, OPERATOR)
          : desk.reject(incident.id, 'not-there', null, OPERATOR),
      )
    }
    default: {
      const job = pickFrom([...store.now.jobs.values()])
      const actor = next.act === 'close' ? SUPERVISOR : WORKER
      return tolerant(job && desk.ask(next.act, job.id, { actor, key: `key-${index}` }))
    }
  }
}

interface Played {
  readonly step: Step
  readonly at: number
  readonly index: number
}

function check(store: MemoryStore): void {
  const incidents = [...store.now.incidents.values()]
  const jobs = [...store.now.jobs.values()]
  const open = incidents.filter(incident => incident.physical === 'active').map(incident => incident.fingerprint)
  expect(new Set(open).size, 'at most one open incident per fingerprint').toBe(open.length)

  for (const incident of incidents) {
    const its = jobs.filter(job => job.incidentIds.includes(incident.id))
    const states = its.map(job => job.state)
    if (incident.review === 'confirmed' || incident.review === 'auto-confirmed') {
      expect(states, 'a confirmed incident has exactly one job, open or done').toHaveLength(1)
      expect(states).not.toContain('cancelled')
    }
    if (incident.review === 'pending' || incident.review === 'expired') expect(states).toEqual([])
  }
  for (const job of jobs) {
    const its = incidents.filter(incident => job.incidentIds.includes(incident.id))
    const rejected = its.every(incident => incident.review === 'rejected')
    if (job.state === 'cancelled') expect(rejected, 'only what was rejected altogether is cancelled').toBe(true)
    else if (rejected) expect(job.state, 'what was rejected altogether is over').toBe('closed')
    const events = store.now.jobEvents.filter(event => event.jobId === job.id)
    expect(events.at(-1)?.to, 'the log ends in the job’s state').toBe(job.state)
    for (const [index, event] of events.entries()) expect(event.from).toBe(events[index - 1]?.to ?? null)
  }
}

async function run(steps: readonly { step: Step; afterS: number }[], rules: object, twice: boolean) {
  const store = memoryStore(rules, [team('a', { loadCap: 2 })])
  const clock = new ManualClock(T0)
  const desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  for (const [index, { step: next, afterS }] of steps.entries()) {
    clock.advanceBy(afterS * 1_000)
    const played = { step: next, at: clock.now(), index }
    await play(desk, store, played)
    const before = structuredClone(store.now)
    if (twice) {
      await play(desk, store, played)
      expect(store.now, 'what is delivered twice changes nothing').toEqual(before)
    }
    check(store)
  }
  return store.now
}

test('whatever happens in whatever order: one open incident, one job, and nothing happens twice', async () => {
  await fc.assert(
    fc.asyncProperty(history, policy, (steps, rules) => run(steps, rules, true).then(() => {})),
    { numRuns: 300 },
  )
})

test('the same history gives the same records, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(history, policy, async (steps, rules) => {
      const [one, other] = [await run(steps, rules, false), await run(steps, rules, true)]
      expect(JSON.stringify([...one.jobs, ...one.incidents])).toBe(JSON.stringify([...other.jobs, ...other.incidents]))
    }),
    { numRuns: 50 },
  )
})
