// What every database under the store must give for the figures: the same facts as the records and logs themselves.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobDeadline } from '../../core/deadline.ts'
import type { GridId, IncidentId, JobId, StreetId, TeamId } from '../../core/ids.ts'
import type { Job, JobEvent } from '../../core/job.ts'
import { JOB_KPIS, KPI_LINES } from '../../core/kpi.ts'
import { periodOf } from '../../core/periods.ts'
import { jobCases } from '../../dispatch/kpi/cases.ts'
import { countFigures, countMonth, jobLines, lineOf } from '../../dispatch/kpi/count.ts'
import { type JobTrail, jobFacts, MARKS } from '../../dispatch/kpi/facts.ts'
import type { FiguresStore } from '../../dispatch/kpi/store-port.ts'
import { Tally } from '../../dispatch/kpi/tally.ts'
import type { DispatchStore } from '../../dispatch/store-port.ts'
import { deadlineRow } from '../../dispatch/work-rows.ts'
import type { TestStore } from './embedded.ts'
import { incidentRecord, jobRecord } from './records.ts'

const HOUR = 3_600_000
const JANUARY = periodOf('2026-01-01', '2026-01-31')
const STREETS = ['north', 'south'] as const
const NOW = JANUARY.to + 10 * 86_400_000

/** What becomes of the jobs, in turn; each step an hour after the one before. */
const LIVES: readonly (readonly [JobEvent['event'], Job['state']][])[] = [
  [
    ['assigned', 'assigned'],
    ['accepted', 'accepted'],
    ['handled', 'handled'],
    ['closed', 'closed'],
  ],
  [
    ['assigned', 'assigned'],
    ['declined', 'queued'],
    ['assigned', 'assigned'],
    ['urged', 'assigned'],
  ],
  [
    ['deferred', 'deferred'],
    ['resumed', 'queued'],
  ],
  [
    ['assigned', 'assigned'],
    ['handled', 'handled'],
    ['returned', 'returned'],
    ['handled', 'handled'],
    ['closed', 'closed'],
  ],
  [['cancelled', 'cancelled']],
]

/** Five batches of jobs from Christmas to February, on two streets, each with its incident. */
export function kpiContract(name: string, open: () => Promise<TestStore>, jobs = 210): void {
  describe(`the figures on ${name}`, () => {
    let it: TestStore
    let store: FiguresStore
    beforeAll(async () => {
      it = await open()
      store = it.store.kpis satisfies FiguresStore
      await fill(it, jobs)
    }, 120_000)
    afterAll(() => it?.dispose())

    test('the store gives each job once, as its record and log say', async () => {
      const given: JobTrail[] = []
      const sizes: number[] = []
      for await (const batch of it.store.kpis.jobsMade({ from: 0, to: NOW }, MARKS, 50)) {
        given.push(...batch)
        sizes.push(batch.length)
      }
      expect(Math.max(...sizes)).toBe(50)
      expect(new Set(given.map(({ id }) => id)).size).toBe(jobs)
      expect(given).toHaveLength(jobs)
      for (const trail of given.filter((_, index) => index % 13 === 0)) {
        expect(trail).toMatchObject(await fromRecords(it, trail.id))
      }
    })

    test('reads a span in batches without leaving one out or giving one twice', async () => {
      const ids = async (most: number) => {
        const found: string[] = []
        for await (const batch of it.store.kpis.trails(JANUARY, MARKS, HOUR, most)) {
          found.push(...batch.map(({ id }) => id))
        }
        return found
      }
      expect(await ids(20)).toEqual(await ids(1_000))
      expect((await ids(20)).length).toBeGreaterThan(100)
    })

    test('only jobs that can count are read, and the figures are those of all of them', async () => {
      const all = new Tally(JANUARY, 'team')

      for await (const batch of store.jobsMade({ from: 0, to: NOW }, MARKS)) {
        for (const trail of batch) {
          const facts = jobFacts(trail)
          if (facts) all.addJob(facts)
        }
      }
      const counted = await countFigures(store, JANUARY, 'team', NOW)
      const { kpis, stages } = counted.total
      const expected = all.answer().total
      for (const kpi of ['closure-rate', 'on-time-closure', 'return-rate', 'deferral-rate'] as const) {
        expect(kpis[kpi]).toEqual(expected.kpis[kpi])
        expect(kpis[kpi].bottom).toBeGreaterThan(0)
      }
      expect(stages).toEqual(expected.stages)
      expect(kpis['alert-precision'].bottom).toBeGreaterThan(0)
    })

    test('behind each figure, in all and in each group, are as many cases as it says', async () => {
      let compared = 0
      for (const by of ['street', 'grid', 'team', 'worker', 'camera', 'rule'] as const) {
        const { total, groups } = await countFigures(store, JANUARY, by, NOW)
        for (const kpi of JOB_KPIS) {
          for (const line of KPI_LINES) {
            const found = async (group?: { by: typeof by; key: string | null }) =>
              jobCases(store, JANUARY, { kpi, line, limit: 1_000, ...(group && { group }) })
            const all = await found()
            expect(all.total, `${kpi} ${line}`).toBe(total.kpis[kpi][line])
            expect(all.items).toHaveLength(all.total)
            if (line === 'bottom') expect(all.items.filter(({ among }) => among)).toHaveLength(total.kpis[kpi].top)
            for (const { key, kpis } of groups) {
              expect((await found({ by, key })).total, `${kpi} ${line} of ${key}`).toBe(kpis[kpi][line])
              compared += kpis[kpi][line]
            }
          }
        }
      }
      expect(compared).toBeGreaterThan(500)
      const cut = await jobCases(store, JANUARY, { kpi: 'closure-rate', line: 'bottom', limit: 3 })
      expect(cut.items).toHaveLength(3)
      expect(cut.items.map(({ createdAt }) => createdAt)).toEqual(
        cut.items.map(({ createdAt }) => createdAt).toSorted((one, other) => other - one),
      )
    })

    test('the search finds as many alerts as the figures of alerts count', async () => {
      const { kpis } = (await countFigures(store, JANUARY, 'street', NOW)).total
      const search = (review: 'confirmed' | 'rejected' | 'judged') => it.store.search.count({ ...JANUARY, review })
      expect(await search('confirmed')).toBe(kpis['alert-precision'].top)
      expect(await search('judged')).toBe(kpis['alert-precision'].bottom)
      expect(await search('rejected')).toBe(kpis['false-alarms'].top)
      expect(kpis['alert-precision'].bottom).toBeGreaterThan(0)
    })

    test('the search finds the incidents of jobs in a state', async () => {
      const states = ['closed', 'assigned', 'queued', 'cancelled'] as const
      const all = await it.store.search.find({ ...JANUARY, limit: 1_000 })
      for (const job of states) {
        const expected = all.filter(({ jobState }) => jobState === job).map(({ id }) => id)
        expect((await it.store.search.find({ ...JANUARY, job, limit: 1_000 })).map(({ id }) => id)).toEqual(expected)
        expect(await it.store.search.count({ ...JANUARY, job })).toBe(expected.length)
        expect(expected.length).toBeGreaterThan(0)
      }
    })

    test('a street sees its own, and a team its own', async () => {
      const all = await countFigures(store, JANUARY, 'street', NOW)
      const north = await countFigures(store, { ...JANUARY, streets: ['north' as StreetId] }, 'street', NOW)
      expect(all.groups.map(({ key }) => key)).toEqual(['north', 'south'])
      expect(north.groups).toEqual(all.groups.slice(0, 1))
      const none = await countFigures(store, { ...JANUARY, streets: [] }, 'street', NOW)
      expect(none.groups).toEqual([])
      const team = await countFigures(store, { ...JANUARY, teamId: 'team-north' as TeamId }, 'team', NOW)
      expect(team.groups.map(({ key }) => key)).toEqual(['team-north', null])
      expect(team.total.kpis['false-alarms']).toMatchObject({ bottom: 0, rate: null })
    })

    test('a month has its days, its worst places and the month before', async () => {
      const month = await countMonth(store, it.store.standings, {}, '2026-01', NOW)
      const { total } = await countFigures(store, JANUARY, 'day', NOW)
      expect(month.total).toEqual(total)
      expect(month.before.kpis['closure-rate'].bottom).toBeGreaterThan(0)
      expect(month.days).toHaveLength(31)
      expect(month.places.length).toBeGreaterThan(0)
    })

    test('a line of the export is made of the same history', async () => {
      for await (const lines of jobLines(store, JANUARY)) {
        const [line] = lines
        expect(line).toMatchObject(lineOf(await fromRecords(it, line?.id as JobId)))
        return
      }
    })
  })
}

async function fill({ store }: TestStore, jobs: number): Promise<void> {
  const camera = (street: string) =>
    `{ id: cam-${street}, name: C, street: ${street}, grid: ${street}-1, source: { kind: rtsp, url: "rtsp://10.0.0.9/x" } }`
  await store.configuration.importCameras(`cameras: [${STREETS.map(camera).join(', ')}]`, 'test')
  const spanMs = JANUARY.to - JANUARY.from + 14 * 86_400_000
  const dispatch = store.dispatch as DispatchStore
  await dispatch.transact(async tx => {
    for (let index = 0; index < jobs; index++) {
      const createdAt = JANUARY.from - 7 * 86_400_000 + Math.floor((spanMs * index) / jobs)
      const street = STREETS[index % 2] ?? 'north'
      const life = LIVES[index % LIVES.length] ?? []
      const where = {
        streetId: street as StreetId,
        gridId: `${street}-1` as GridId,
        cameraId: `cam-${street}` as never,
      }
      const incidentId = `inc-${index}` as IncidentId
      const review = index % 3 === 0 ? 'confirmed' : index % 3 === 1 ? 'rejected' : 'auto-confirmed'
      await tx.insertIncident(
        incidentRecord({
          id: incidentId,
          fingerprint: incidentId as never,
          ...where,
          review,
          openedAt: createdAt - 60_000,
        }),
      )
      const id = `job-${index}` as JobId
      const state = life.at(-1)?.[1] ?? 'queued'
      const { cameraId: _camera, ...streetAndGrid } = where
      await tx.insertJob(
        jobRecord({
          id,
          ...streetAndGrid,
          incidentIds: [incidentId],
          createdAt,
          state,
          teamId: index % 7 === 0 ? null : (`team-${street}` as TeamId),
          closedAt: state === 'closed' ? createdAt + life.length * HOUR : null,
        }),
      )
      const steps = [['created', 'queued'] as const, ...life]
      for (const [step, [event, to]] of steps.entries()) {
        await tx.addJobEvents([
          {
            jobId: id,
            sequence: step + 1,
            at: createdAt + step * HOUR,
            event,
            from: null,
            to,
            party: 'policy',
            actor: 'policy',
            reason: null,
            key: `${step}`,
            previousHash: '0',
            hash: '1',
          },
        ])
        const turn = { jobId: id, at: createdAt + step * HOUR, meets: [], drops: [], begins: [], rows: [] }
        if (event === 'handled' || event === 'deferred') await tx.deadlines.turn([{ ...turn, drops: ['handle'] }])
        if (event !== 'created' && event !== 'resumed' && event !== 'returned') continue
        const run: JobDeadline = {
          ...{ jobId: id, deadline: 'handle', run: step + 1, startedAt: turn.at, dueAt: turn.at + 90 * 60_000 },
          ...{ missedAt: null, endedAt: null, end: null },
        }
        await tx.deadlines.turn([{ ...turn, begins: [run], rows: [deadlineRow(run)] }])
      }
    }
  })
}

/** The same by another way: the detail that the API shows. */
async function fromRecords({ store }: TestStore, id: JobId): Promise<JobTrail> {
  const detail = await store.reading.job(id)
  if (!detail) throw new Error(`no ${id}`)
  const { job, events, incidents, deadlines } = detail
  const { kind, streetId, gridId, placeId, severity, teamId, workerId, state, endReason, createdAt } = job
  const [first] = incidents
  return {
    ...{ id, kind, streetId, gridId, placeId, severity, teamId, workerId, state, endReason, createdAt },
    cameraId: first?.cameraId ?? null,
    openedAt: first?.openedAt ?? null,
    marks: events.flatMap(({ event, at, sequence }) => {
      const mark = MARKS.find(known => known === event)
      const begun = deadlines.find(({ deadline, run }) => deadline === 'handle' && run === sequence)
      return mark ? [[mark, at, begun?.dueAt ?? null] as const] : []
    }),
  }
}
