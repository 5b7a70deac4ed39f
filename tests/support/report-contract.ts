// What every database must do for residents' reports: keep them, tell what became of each, and find what is near.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobDeadline } from '../../core/deadline.ts'
import type { Fingerprint, GridId, IncidentId, JobId, PlaceId, StreetId, TeamId } from '../../core/ids.ts'
import type { Job } from '../../core/job.ts'
import type { Report, ReportId } from '../../core/report.ts'
import { deadlineRow } from '../../dispatch/work-rows.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

const CITY = `
cameras:
  - id: bridge
    name: Bridge
    street: north
    grid: n1
    position: [30.27, 120.15]
    source: { kind: rtsp, url: "rtsp://192.0.2.1/live" }
    zones:
      - { id: bay, rule: illegal-parking, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]], position: [30.2709, 120.15] }
      - { id: kerb, rule: illegal-parking, polygon: [[0.5, 0.5], [1, 0.5], [1, 1]] }
      - { id: bin, rule: overflowing-bin, polygon: [[0, 0.5], [0.4, 0.5], [0.4, 1]] }
teams:
  - { id: patrol, name: 城管一队, skills: [illegal-parking], grids: [n1] }
`
const HERE = { lat: 30.27, lon: 120.15 }

export function reportContract(name: string, open: () => Promise<TestStore>): void {
  describe(`reports on ${name}`, () => {
    let it: TestStore
    beforeAll(async () => {
      it = await open()
      await it.store.configuration.importCameras(CITY, 'test')
    }, 120_000)
    afterAll(() => it?.dispose())

    async function reported(id: string, over: Partial<Report> = {}, reporter: string | null = null): Promise<Report> {
      const incidentId = `inc-${id}` as IncidentId
      const report: Report = {
        id: `rep-${id}` as ReportId,
        service: 'illegal-parking',
        spot: HERE,
        address: null,
        description: '一辆货车',
        mediaUrl: null,
        via: 'app',
        placeId: 'bridge/kerb' as PlaceId,
        incidentId,
        requestedAt: AT,
        ...over,
      }
      await it.store.dispatch.transact(async tx => {
        const incident = { id: incidentId, fingerprint: id as never, cameraId: '@resident' as never }
        await tx.insertIncident(incidentRecord(incident))
        await tx.insertReport(report, { content: id, attributes: { PLATE: '浙A12345' }, reporter })
      })
      return report
    }

    test('gives back a report as it came, and by its content', async () => {
      const report = await reported('same', { spot: null, address: '中河路' })
      expect(await it.store.dispatch.transact(tx => tx.latestReport('same'))).toEqual(report)
      expect(await it.store.dispatch.transact(tx => tx.latestReport('another'))).toBeUndefined()
      expect(await it.store.reports.list({ ids: [report.id], limit: 1 })).toMatchObject([
        { ...report, status: 'open', statusNotes: expect.stringContaining('待核实'), agency: null, updatedAt: AT },
      ])
    })

    test('one of our own people’s is an incident’s, and told to nobody over Open311', async () => {
      const { incidentId, id } = await reported('own', { via: null, address: '中河路', requestedAt: AT - 1 })
      expect(await it.store.reports.list({ ids: [id], limit: 1 })).toEqual([])
      const said = { spot: HERE, address: '中河路', description: '一辆货车' }
      expect((await it.store.reading.incident(incidentId))?.report).toEqual({ ...said, via: null })
      expect(await it.store.dispatch.transact(tx => tx.latestReport('own'))).toMatchObject({ id, via: null })
    })

    test('keeps sealed what residents say of themselves', async () => {
      const sealed = it.store.reports.seal({ email: 'li@example.org' })
      expect(sealed).not.toContain('li@')
      expect(it.store.reports.seal({})).toBeNull()
    })

    test('tells what became of a report, and lists by status, service and time, newest first', async () => {
      const report = await reported('job', { requestedAt: AT + 1_000 })
      await reported('bin', { service: 'overflowing-bin', requestedAt: AT + 2_000 })
      const job = { placeId: 'job' as PlaceId, incidentIds: [report.incidentId], createdAt: AT + 1_000 }
      await it.store.dispatch.transact(async tx => {
        await tx.insertJob(jobRecord({ ...job, id: 'job-1' as JobId, state: 'accepted', teamId: 'patrol' as TeamId }))
      })
      const ids = async (wanted: object) =>
        (await it.store.reports.list({ from: AT, limit: 10, ...wanted })).map(each => each.id)
      expect(await ids({})).toEqual(['rep-bin', 'rep-job', 'rep-same'])
      expect(await ids({ services: ['overflowing-bin'] })).toEqual(['rep-bin'])
      expect(await ids({ from: AT + 1_000, to: AT + 1_500 })).toEqual(['rep-job'])
      expect(await ids({ limit: 1 })).toEqual(['rep-bin'])
      expect(await it.store.reports.list({ ids: [report.id], limit: 1 })).toMatchObject([
        { status: 'open', statusNotes: expect.stringContaining('正在前往'), agency: '城管一队' },
      ])
      await it.store.dispatch.transact(async tx => {
        const open = await tx.job('job-1' as JobId)
        if (open) await tx.updateJob({ ...open, state: 'closed' })
      })
      expect(await ids({ status: 'closed' })).toEqual(['rep-job'])
      expect(await ids({ status: 'open' })).toEqual(['rep-bin', 'rep-same'])
      expect((await it.store.reports.list({ ids: [report.id], limit: 1 }))[0]).toMatchObject({ status: 'closed' })
    })

    test('tells by when it is promised: the latest promise, none that does not count, and residents’ words for the end', async () => {
      const { incidentId, id } = await reported('promise', { requestedAt: AT + 3_000 })
      const jobId = 'job-promise' as JobId
      const state = async () => (await it.store.reports.list({ ids: [id], limit: 1 }))[0]
      const run = (number: number, dueAt: number): JobDeadline => ({
        ...{ jobId, deadline: 'handle', run: number, startedAt: AT, dueAt },
        ...{ missedAt: null, endedAt: null, end: null },
      })
      const turn = (at: number, begins: readonly JobDeadline[], meets: boolean, change: Partial<Job> = {}) =>
        it.store.dispatch.transact(async tx => {
          const now = await tx.job(jobId)
          if (now) await tx.updateJob({ ...now, ...change })
          const ends = { meets: meets ? (['handle'] as const) : [], drops: meets ? [] : (['handle'] as const) }
          await tx.deadlines.turn([{ jobId, at, ...ends, begins, rows: begins.map(deadlineRow) }])
        })
      expect(await state()).toMatchObject({ expectedAt: null })
      await it.store.dispatch.transact(tx =>
        tx.insertJob(jobRecord({ id: jobId, placeId: 'promise' as PlaceId, incidentIds: [incidentId] })),
      )
      await turn(AT, [run(1, AT + 3_600_000)], false)
      expect(await state()).toMatchObject({ expectedAt: AT + 3_600_000 })
      await turn(AT + 1, [], true, { state: 'handled' })
      expect(await state(), 'what was kept stays told').toMatchObject({ expectedAt: AT + 3_600_000 })
      await turn(AT + 2, [run(5, AT + 7_200_000)], false, { state: 'returned' })
      expect(await state()).toMatchObject({ expectedAt: AT + 7_200_000, statusNotes: expect.stringContaining('返工') })
      const deferredUntil = Date.parse('2026-12-01T00:30:00+08:00')
      await turn(AT + 3, [], false, { state: 'deferred', deferredUntil })
      expect(await state()).toMatchObject({
        ...{ status: 'open', expectedAt: null, statusNotes: '缓办至 2026-12-01 Put off until 2026-12-01' },
      })
      const ended = async (endReason: string) => {
        await turn(AT + 4, [], false, { state: 'cancelled', deferredUntil: null, endReason })
        return (await state())?.statusNotes
      }
      expect(await ended('self-cleared')).toBe('现场已恢复 Over before anybody had to act')
      expect(await ended('李某又来投诉')).toBe('已撤销 Ended without being handled')
    })

    test('finds the places of a rule near a spot, and where an incident is', async () => {
      await it.store.dispatch.transact(async tx => {
        const places = await tx.placesNear('illegal-parking', HERE)
        expect(places.map(({ zoneId, metres }) => [zoneId, Math.round(metres)])).toEqual([
          ['kerb', 0],
          ['bay', 100],
        ])
        expect(places[0]).toMatchObject({
          placeId: 'bridge/kerb',
          streetId: 'north' as StreetId,
          gridId: 'n1' as GridId,
        })
        expect(await tx.placesNear('illegal-parking', { lat: 31, lon: 120 })).toEqual([])
        const at = (cameraId: string, zoneId: string, id = 'inc-0') =>
          tx.positionOf({ id: id as never, cameraId: cameraId as never, zoneId: zoneId as never })
        expect(await at('bridge', 'bay')).toEqual({ lat: 30.2709, lon: 120.15 })
        expect(await at('bridge', 'kerb')).toEqual(HERE)
        expect(await at('bridge', 'gone')).toEqual(HERE)
        expect(await at('nowhere', 'kerb')).toBeUndefined()
        expect(await at('@resident', 'kerb', 'inc-bin')).toEqual(HERE)
        expect(await at('@resident', 'kerb', 'inc-same')).toBeUndefined()
      })
    })

    test('finds open jobs of a kind near a spot, nearest first', async () => {
      await it.store.dispatch.transact(async tx => {
        const put = (id: string, over: Partial<Parameters<typeof jobRecord>[0]>) =>
          tx.insertJob(
            jobRecord({ id: id as JobId, placeId: id as PlaceId, incidentIds: [], kind: 'crowding', ...over }),
          )
        await put('far', { lat: 30.2709, lon: 120.15 })
        await put('near', { lat: 30.2701, lon: 120.15 })
        await put('over', { lat: 30.27, lon: 120.15, state: 'closed' })
        await put('other', { lat: 30.27, lon: 120.15, kind: 'dirty-road' })
        await put('unknown', {})
        const near = async (radiusM: number) => (await tx.openJobsNear('crowding', HERE, radiusM)).map(job => job.id)
        expect(await near(150)).toEqual(['near', 'far'])
        expect(await near(50)).toEqual(['near'])
        expect(await near(5)).toEqual([])
        const id = 'inc-opened-once' as IncidentId
        await tx.insertIncident(incidentRecord({ id, fingerprint: id as string as Fingerprint, openedAt: AT }))
        await put('opened', { incidentIds: [id], placeId: 'opened' as PlaceId })
        const openedIn = async (from: number, to: number) =>
          (await tx.openJobsAt('crowding', 'opened' as PlaceId, { from, to })).map(job => job.id)
        expect(await openedIn(AT, AT)).toEqual(['opened'])
        expect([await openedIn(AT + 1, AT + 9), await openedIn(AT - 9, AT - 1)]).toEqual([[], []])
      })
    })
  })
}
