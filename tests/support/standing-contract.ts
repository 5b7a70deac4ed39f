// What every database under the store must do for the standings of grids: count, keep, and hand out the history.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobDeadline } from '../../core/deadline.ts'
import type { Fingerprint, GridId, IncidentId, JobId, PlaceId, StreetId } from '../../core/ids.ts'
import type { Job } from '../../core/job.ts'
import type { StandingChange } from '../../core/standing.ts'
import type { StandingsTransaction } from '../../dispatch/standing/store-port.ts'
import type { DispatchStore } from '../../dispatch/store-port.ts'
import { deadlineRow } from '../../dispatch/work-rows.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

const HOUR = 3_600_000
const grid = (name: string) => ({ gridId: name as GridId, streetId: 'north' as StreetId })

export function standingContract(name: string, open: () => Promise<TestStore>): void {
  describe(`the standings on ${name}`, () => {
    let it: TestStore
    const within = <T>(work: (standings: StandingsTransaction) => Promise<T>) =>
      (it.store.dispatch as DispatchStore).transact(({ standings }) => work(standings))
    beforeAll(async () => {
      it = await open()
      await it.store.configuration.importCameras(
        'cameras: [{ id: c, name: C, street: north, grid: quiet, source: { kind: rtsp, url: "rtsp://10.0.0.9/x" } }]',
        'test',
      )
    }, 120_000)
    afterAll(() => it?.dispose())

    test('counts what is open, overdue and repeated, by grid and kind', async () => {
      const incident = (id: string, place: string, over: Parameters<typeof incidentRecord>[0] = {}) =>
        incidentRecord({
          id: `inc-${id}` as IncidentId,
          fingerprint: id as Fingerprint,
          placeId: place as PlaceId,
          ...grid('busy'),
          ...over,
        })
      const gone = { physical: 'cleared', clearedAt: AT } as const
      const job = (id: string, over: Partial<Job>) =>
        jobRecord({ id: `job-${id}` as JobId, incidentIds: [], ...grid('busy'), createdAt: AT - 2 * HOUR, ...over })
      await (it.store.dispatch as DispatchStore).transact(async tx => {
        for (const each of [
          incident('1', 'kerb'),
          incident('2', 'kerb', { ...gone, reopened: 2 }),
          incident('3', 'kerb', { review: 'rejected' }),
          incident('4', 'corner', { review: 'confirmed' }),
          incident('5', 'corner', { ...gone, openedAt: AT - 30 * HOUR }),
          incident('6', 'gate', { kind: 'crowding', review: 'auto-confirmed', ...grid('other') }),
        ])
          await tx.insertIncident(each)
        for (const each of [
          job('late', { state: 'accepted' }),
          job('early', { state: 'accepted' }),
          job('handled', { state: 'handled' }),
          job('unpromised', { state: 'accepted' }),
        ])
          await tx.insertJob(each)
        const begin = (id: string, dueAt: number) => {
          const jobId = `job-${id}` as JobId
          const run: JobDeadline = {
            ...{ jobId, deadline: 'handle', run: 1, startedAt: AT - 2 * HOUR, dueAt },
            ...{ missedAt: null, endedAt: null, end: null },
          }
          return { jobId, at: AT, meets: [], drops: [], begins: [run], rows: [deadlineRow(run)] }
        }
        await tx.deadlines.turn([begin('late', AT - 1)])
        await tx.deadlines.turn([begin('early', AT + HOUR)])
        await tx.deadlines.turn([begin('handled', AT - 1)])
        const ended = { jobId: 'job-handled' as JobId, at: AT - 2, begins: [], rows: [] }
        await tx.deadlines.turn([{ ...ended, meets: ['handle'], drops: [] }])
      })
      const loads = await within(standings => standings.loads(AT, AT - 24 * HOUR))
      const counted = loads.filter(({ open, overdue, repeated }) => open + overdue + repeated > 0)
      const nothing = { open: 0, overdue: 0, repeated: 0 }
      expect(counted).toEqual([
        { ...grid('busy'), kind: 'illegal-parking', open: 2, overdue: 1, repeated: 3 },
        { ...grid('other'), kind: 'crowding', ...nothing, open: 1 },
      ])
      expect(loads).toContainEqual({ ...grid('quiet'), kind: 'crowding', ...nothing })
    })

    test('keeps a standing, and its changes from the newest back', async () => {
      const parts = [{ kind: 'crowding', open: 2, overdue: 0, repeated: 0, points: 6 }] as const
      const standing = { ...grid('kept'), colour: 'yellow', score: 6, parts, since: AT } as const
      const change = (at: number, from: StandingChange['from'], to: StandingChange['to']): StandingChange => ({
        ...grid('kept'),
        ...{ at, from, to, score: 6.5, parts },
      })
      await within(async standings => {
        await standings.put({ ...standing, colour: 'green' })
        await standings.put(standing)
        await standings.addChange(change(AT, null, 'green'))
        await standings.addChange(change(AT + 1, 'green', 'yellow'))
        await standings.addChange(change(AT + 5, 'yellow', 'red'))
      })
      const { standings } = it.store
      expect(await standings.one('kept' as GridId)).toEqual(standing)
      expect(await standings.list()).toEqual([standing])
      expect(await standings.list(['south' as StreetId])).toEqual([])
      expect(await standings.history('kept' as GridId, 1)).toEqual([change(AT + 5, 'yellow', 'red')])
      expect(await standings.changes(AT + 3, AT + 9)).toEqual([
        change(AT + 1, 'green', 'yellow'),
        change(AT + 5, 'yellow', 'red'),
      ])
      expect(await standings.changes(AT + 3, AT + 9, [])).toEqual([])
    })
  })
}
