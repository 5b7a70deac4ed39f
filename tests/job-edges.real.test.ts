// The edges of a job's states: at each, a process dies just before its commit and just after, and nothing is lost or doubled.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { incidentIdOf, jobIdOf, type ZoneId } from '../core/ids.ts'
import type { JobEvent } from '../core/job.ts'
import { silentLog } from '../core/log.ts'
import { type EpochMs, systemClock } from '../core/time.ts'
import { RUNNING_IN } from '../dispatch/job-deadlines.ts'
import type { OutboxRow, OutboxTopic } from '../dispatch/store-port.ts'
import { observation } from '../dispatch/testing/examples.ts'
import { openStore, type Store } from '../store/open.ts'
import { EDGE_CASES, EDGE_STREET, nameOf, TERM_MS, TOLD_AS } from './support/edge-cases.ts'
import type { Death, EdgeCommand } from './support/edge-child.ts'
import { beginLife } from './support/edge-life.ts'
import { EdgeStage, isTimed, MOMENTS, mayWait, type Prepared, undone } from './support/edge-stage.ts'
import { preparedDirectory } from './support/embedded.ts'
import { type EventReceiver, openEventReceiver } from './support/event-receiver.ts'
import { temporaryFolder, waitFor } from './support/jiemu.ts'
import { type PostgresServer, postgresAbsent, startPostgres } from './support/postgres.ts'

/** Steps that one process comes to at once, each in a transaction of its own: its pool has ten connections. */
const AT_A_BLOW = 8
/** Dealt like cards: what stands side by side may want the same lock, as all that is handed over does, and then waits. */
function dealt(all: readonly Prepared[]): readonly (readonly Prepared[])[] {
  const count = Math.ceil(all.length / AT_A_BLOW)
  return Array.from({ length: count }, (_, hand) => all.filter((_, index) => index % count === hand))
}

const what = `a process dies at a step of a job${postgresAbsent && ` (absent: ${postgresAbsent})`}`
describe.skipIf(postgresAbsent)(what, () => {
  let server: PostgresServer
  let store: Store<OutboxTopic>
  let receiver: EventReceiver
  let stage: EdgeStage
  let left: readonly OutboxRow[] = []
  let refused: readonly string[] = []
  const folder = temporaryFolder('edges')
  const faults = new Map<Prepared, string>()

  beforeAll(async () => {
    server = await startPostgres()
    receiver = await openEventReceiver()
    const opened = { databaseUrl: server.url, dataDirectory: folder.path }
    store = await openStore<OutboxTopic>({ ...opened, clock: systemClock, log: silentLog })
    await store.configuration.importCameras(EDGE_STREET, 'test')
    stage = new EdgeStage(store, { ...opened, receivers: receiver.urls }, EDGE_CASES, Date.now())
    await stage.prepare()
    // One after the other: each begins with what the death before it left undone.
    for (const it of stage.all.filter(({ edge }) => edge.house)) await kill([it])
    await stage.prepareHandled()
    for (const moment of MOMENTS) {
      const asked = stage.all.filter(it => !it.edge.house && it.moment === moment)
      for (const some of dealt(asked)) await kill(some)
    }
    refused = await stage.repeat(stage.all.filter(it => !isTimed(it)))
    await stage.goOn()
    left = await undone(store)
  }, 600_000)
  afterAll(async () => {
    await store?.close()
    receiver?.close()
    await server?.stop()
    folder.remove()
  })

  async function kill(some: readonly Prepared[]): Promise<void> {
    const found = await stage.kill(some)
    for (const [index, it] of some.entries()) if (found[index]) faults.set(it, found[index])
  }

  test.each(EDGE_CASES.map(edge => [nameOf(edge), edge] as const))(
    '%s: before and after its commit',
    async (_, edge) => {
      const both = stage.all.filter(it => it.edge === edge)
      expect(both.map(({ moment }) => moment)).toEqual(MOMENTS)
      for (const it of both) {
        expect(faults.get(it), it.name).toBeUndefined()
        await expectSound(it)
      }
    },
  )

  async function expectSound(it: Prepared): Promise<void> {
    const found = await store.reading.job(it.jobId)
    if (!found) throw new Error(`${it.name}: there is no job`)
    const { job, deadlines } = found
    const events = taken(it, found.events)
    expect([...events.map(({ event }) => event), job.state], it.name).toEqual([...it.edge.steps, it.edge.outcome])
    const running = deadlines.filter(({ endedAt }) => endedAt === null)
    const asked = RUNNING_IN[job.state].filter(deadline => job.terms[deadline])
    expect(running.map(({ deadline }) => deadline).toSorted(), it.name).toEqual(asked.toSorted())
    const alarms = left.filter(({ topic, payload }) => topic === 'deadline' && payload.jobId === job.id)
    expect(alarms.map(({ payload }) => payload.deadline).toSorted(), it.name).toEqual(
      running.flatMap(({ missedAt, deadline }) => (missedAt === null ? [deadline] : [])).toSorted(),
    )
    expectTold(it, events)
    if (!it.edge.other) return
    const other = await store.reading.job(it.otherId)
    expect(other?.events.filter(({ event }) => event === 'joined').length, it.name).toBe(1)
  }

  /** The steps since it was ready. What nobody can take is tried again and again, and says so: that is another matter. */
  function taken({ edge, rows }: Prepared, events: readonly JobEvent[]): readonly JobEvent[] {
    const since = events.slice(rows)
    const tries = since.filter(({ event }) => event === 'unassignable')
    return since.filter(row => !tries.includes(row) || (edge.event === 'unassignable' && row === tries[0]))
  }

  /** Each destination heard of each step once, and of nothing else of the job. */
  function expectTold({ name, edge, jobId }: Prepared, events: readonly JobEvent[]): void {
    const notices = events.flatMap(({ event, from, sequence }) => {
      const unheard = (event === 'joined' || event === 'parted') && (from === 'queued' || from === 'deferred')
      return TOLD_AS[event] && !unheard ? [`notify.${TOLD_AS[event]}.${jobId}.${sequence}`] : []
    })
    for (const destination of ['one', 'two']) {
      const heard = receiver.receipts
        .filter(receipt => receipt.destination === destination && receipt.subject === jobId)
        .map(({ id }) => id)
        .filter(id => !id.includes('.job.unassignable.') || notices.includes(id))
      // A process of the house may die with a delivery under way: then it comes again, under the same id.
      const told = edge.house ? [...new Set(heard)] : heard
      expect(told.toSorted(), `${name}: ${destination}`).toEqual(notices.toSorted())
    }
  }

  test('what was asked again was refused nowhere', () => {
    expect(refused).toEqual([])
  })

  test('every log is as it was written, by the check of "jiemu audit verify"', async () => {
    const reports = await store.audit.verify()
    expect(reports.map(({ broken }) => broken)).toEqual(reports.map(() => null))
    expect(reports[0]?.rows).toBeGreaterThan(stage.all.length)
  })

  test('in the outbox is left what waits for its own time, and no delivery is open or dead', async () => {
    expect(left.filter(row => !mayWait(row, stage.endsAt))).toEqual([])
    for (const state of ['pending', 'dead'] as const)
      expect(await store.deliveries.list({ state, limit: 9 })).toEqual([])
  })
})

test('on the embedded database a deadline passes once, although the process died before it and again as it passed', async () => {
  const dataDirectory = await preparedDirectory()
  const receiver = await openEventReceiver()
  const opening = { dataDirectory, clock: systemClock, log: silentLog }
  const reading = async <T>(read: (store: Store<OutboxTopic>) => Promise<T>, join: boolean) => {
    const store = await openStore<OutboxTopic>({ ...opening, join })
    return read(store).finally(() => store.close())
  }
  const seen = observation({ zoneId: 'hurried' as ZoneId, at: Date.now() })
  const jobId = jobIdOf(incidentIdOf(seen.fingerprint, seen.at))
  const dueAt = seen.at + TERM_MS
  const live = (at: EpochMs, commands: readonly EdgeCommand[] = [], death: Death | null = null) =>
    beginLife({ databaseUrl: null, dataDirectory, receivers: receiver.urls, house: true, at, commands, death })
  try {
    await reading(store => store.configuration.importCameras(EDGE_STREET, 'test'), false)

    const before = live(dueAt - 28_000, [{ do: 'take-in', observation: seen }])
    await before.ready
    // The queue was told of it ahead.
    const announced = async (store: Store<OutboxTopic>) =>
      (await store.reading.job(jobId))?.job.state === 'assigned' &&
      (await store.dispatch.comingOutbox(dueAt - 1, dueAt, 9)).length === 0
    await reading(store => waitFor('the deadline to be announced', () => announced(store)), true)
    process.kill(before.pid, 'SIGKILL')
    expect(await before.ended).toBe('SIGKILL')

    const step = { jobId, event: 'escalated', from: 'assigned' } as const
    const during = live(dueAt - 2_000, [], { steps: [step], moment: 'after its commit' })
    expect(await during.ended, during.said()).toBe('SIGKILL')

    const after = live(dueAt + 60_000)
    await after.ready
    const done = async (store: Store<OutboxTopic>) => (await undone(store)).every(row => mayWait(row, dueAt))
    await reading(store => waitFor('everything to be told', () => done(store)), true)
    after.end()
    await after.ended

    await reading(async store => {
      const found = await store.reading.job(jobId)
      expect(found?.events.map(({ event }) => event)).toEqual(['created', 'assigned', 'escalated'])
      expect(found?.deadlines).toMatchObject([{ deadline: 'handle', run: 1, dueAt, missedAt: expect.any(Number) }])
      expect((await store.audit.verify()).filter(({ broken }) => broken !== null)).toEqual([])
    }, false)
    const told = receiver.receipts.filter(({ id }) => id.startsWith('notify.job.escalated.'))
    expect(told.map(({ destination, id }) => `${destination} ${id}`).toSorted()).toEqual(
      ['one', 'two'].map(destination => `${destination} notify.job.escalated.${jobId}.3`),
    )
  } finally {
    receiver.close()
    await rm(dataDirectory, { recursive: true, force: true })
  }
}, 120_000)
