// What every database under the store must do for jobs: listed once, logged once, counted for their teams.
import { expect, test } from 'vitest'
import type { Fingerprint, IncidentId, JobId, PlaceId, TeamId, WorkerId } from '../../core/ids.ts'
import type { JobEvent } from '../../core/job.ts'
import type { DispatchStore, OutboxRow, OutboxTopic } from '../../dispatch/store-port.ts'
import { assignRow } from '../../dispatch/work-rows.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, candidate, incidentRecord, jobRecord } from './records.ts'

const incidentId = (name: string) => `inc-${name}` as IncidentId
const jobId = (name: string) => `job-${name}` as JobId

/** @param it the store, once it is open */
export function jobStoreContract(it: () => TestStore): void {
  const dispatch = (): DispatchStore => it().store.dispatch as StoredDispatch<OutboxTopic>

  test('keeps every incident that ten transactions list on one job at once', async () => {
    const incidents = Array.from({ length: 10 }, (_, index) => incidentId(`join-${index}`))
    await dispatch().transact(async tx => {
      for (const each of incidents)
        await tx.insertIncident(incidentRecord({ id: each, fingerprint: each as string as Fingerprint }))
    })
    const id = jobId('join')
    await dispatch().transact(tx => tx.insertJob(jobRecord({ id, placeId: 'join' as PlaceId, incidentIds: [] })))
    const joins = incidents.map(incident =>
      dispatch().transact(async tx => {
        const job = await tx.job(id)
        if (job) await tx.updateJob({ ...job, incidentIds: [...job.incidentIds, incident] })
      }),
    )
    await Promise.all(joins)
    const job = await dispatch().transact(tx => tx.job(id))
    expect([...(job?.incidentIds ?? [])].sort()).toEqual(incidents)
    expect(job?.version).toBe(11)
  })

  test('makes one job when ten transactions find none at a place', async () => {
    const placeId = 'one-job' as PlaceId
    const tries = Array.from({ length: 10 }, (_, index) =>
      dispatch().transact(async tx => {
        await tx.lockPlace('crowding', placeId)
        if ((await tx.openJobsAt('crowding', placeId)).length > 0) return
        await tx.insertJob(jobRecord({ id: jobId(`one-${index}`), kind: 'crowding', placeId, incidentIds: [] }))
      }),
    )
    await Promise.all(tries)
    expect(await dispatch().transact(tx => tx.openJobsAt('crowding', placeId))).toHaveLength(1)
  })

  test('logs an event once per key and per sequence', async () => {
    await dispatch().transact(tx => tx.insertJob(jobRecord({ id: jobId('events'), incidentIds: [] })))
    const event: JobEvent = {
      jobId: jobId('events'),
      sequence: 1,
      at: AT,
      event: 'created',
      from: null,
      to: 'queued',
      party: 'policy',
      actor: 'policy',
      reason: null,
      key: 'k',
      previousHash: '0',
      hash: '1',
    }
    const has = (key: string) => dispatch().transact(tx => tx.hasJobEvent(jobId('events'), key))
    const add = (over: Partial<JobEvent>) => dispatch().transact(tx => tx.addJobEvents([{ ...event, ...over }]))
    expect(await has('k')).toBe(false)
    await add({})
    expect([await has('k'), await has('other')]).toEqual([true, false])
    await expect(add({ sequence: 2 })).rejects.toThrow()
    await expect(add({ key: 'other' })).rejects.toThrow()
    expect((await it().store.reading.job(jobId('events')))?.events).toEqual([event])
  })

  test('counts the load of teams and when each last got a job', async () => {
    const team = (id: string) => `{ id: ${id}, name: ${id}, skills: [crowding], grids: [g1] }`
    await it().store.configuration.importCameras(`teams: [${team('loaded')}, ${team('idle')}]`, 'test')
    const job = (id: string, state: 'assigned' | 'closed', assignedAt: number) =>
      jobRecord({
        id: jobId(id),
        placeId: id as PlaceId,
        teamId: 'loaded' as TeamId,
        state,
        assignedAt,
        incidentIds: [],
      })
    await dispatch().transact(async tx => {
      for (const record of [job('l1', 'assigned', AT), job('l2', 'assigned', AT + 5), job('l3', 'closed', AT + 9)]) {
        await tx.insertJob(record)
      }
      const { ofTeams } = await tx.roster(AT)
      expect(ofTeams.get('loaded' as TeamId)).toEqual({ load: 2, lastAssignedAt: AT + 9 })
      expect(ofTeams.get('idle' as TeamId)).toEqual({ load: 0, lastAssignedAt: null })
    })
  })

  /** A queued job with its row "assign", as one that waits for somebody. */
  async function wait(name: string, over: Partial<OutboxRow> = {}): Promise<string> {
    const row = { ...assignRow(jobRecord({ id: jobId(name) }), 0, AT, AT), ...over }
    await dispatch().transact(async tx => {
      await tx.insertJob(jobRecord({ id: jobId(name), placeId: name as PlaceId, incidentIds: [] }))
      await tx.addOutbox([row])
    })
    return row.id
  }

  test('hands out the jobs that wait, the longest due first, each with its job and whoever refused it', async () => {
    const late = await wait('take-b', { dueAt: AT })
    const early = await wait('take-a', { dueAt: AT - 5 })
    const ahead = await wait('take-ahead', { dueAt: AT + 700, createdAt: AT + 700 })
    const later = await wait('take-later', { dueAt: AT + 500 })
    const done = await wait('take-done')
    const ours = [early, late, ahead, later, done]
    const refusal = {
      jobId: jobId('take-a'),
      teamId: 'a' as TeamId,
      workerId: 'li' as WorkerId,
      why: 'declined',
    } as const
    await dispatch().transact(async tx => {
      await tx.addRefusal({ ...refusal, sequence: 4, workerId: null, why: 'timed-out' })
      for (let twice = 0; twice < 2; twice += 1) await tx.addRefusal({ ...refusal, sequence: 2 })
      await tx.finishOutboxRows([done], AT)
    })
    const take = (limit: number, only = ours) => dispatch().transact(tx => tx.takeAssignments(AT, limit, only))
    const { rows, busy } = await take(10)
    expect(busy).toBe(0)
    // Work of at once is done at once, also where the clock that it is dated by is ahead of ours.
    expect(rows.map(({ row, job }) => [row.id, job?.id])).toEqual([
      [early, 'job-take-a'],
      [late, 'job-take-b'],
      [ahead, 'job-take-ahead'],
    ])
    expect(rows.map(({ refusals }) => refusals.map(({ sequence, why }) => `${sequence} ${why}`))).toEqual([
      ['2 declined', '4 timed-out'],
      [],
      [],
    ])
    expect((await take(1)).rows.map(({ row }) => row.id)).toEqual([early])
    expect((await take(10, [late])).rows.map(({ row }) => row.id)).toEqual([late])
    await dispatch().transact(tx => tx.finishOutboxRows(ours, AT))
  })

  test('hands out a row whose job is gone, so that it can be done with', async () => {
    const row = assignRow(jobRecord({ id: jobId('never') }), 0, AT, AT)
    await dispatch().transact(tx => tx.addOutbox([row]))
    const { rows } = await dispatch().transact(tx => tx.takeAssignments(AT, 10, [row.id]))
    expect(rows).toEqual([{ row: expect.objectContaining({ id: row.id }), job: undefined, refusals: [] }])
    await dispatch().transact(tx => tx.finishOutboxRows([row.id], AT))
  })

  test('gives no row to two turns, however many ask at once', async () => {
    const ids: string[] = []
    for (let index = 0; index < 12; index += 1) ids.push(await wait(`turn-${index}`))
    const turns = Array.from({ length: 6 }, () =>
      dispatch().transact(async tx => {
        const { rows } = await tx.takeAssignments(AT, 2, ids)
        const taken = rows.map(({ row }) => row.id)
        await tx.finishOutboxRows(taken, AT)
        return taken
      }),
    )
    expect((await Promise.all(turns)).flat().toSorted()).toEqual(ids.toSorted())
  })

  test('writes many jobs together, each as its next version, and leaves their incidents', async () => {
    const incident = incidentRecord({ id: incidentId('many'), fingerprint: 'many' as Fingerprint })
    const jobs = ['many-a', 'many-b', 'many-c'].map(name =>
      jobRecord({ id: jobId(name), placeId: 'many' as PlaceId, incidentIds: name === 'many-b' ? [incident.id] : [] }),
    )
    const read = async () =>
      (await Promise.all(jobs.map(({ id }) => dispatch().transact(tx => tx.job(id))))).map(job => job && { ...job })
    await dispatch().transact(async tx => {
      await tx.insertIncident(incident)
      for (const job of jobs) await tx.insertJob(job)
      await tx.updateJobs([])
    })
    const given = jobs.map(job => ({
      ...job,
      ...{
        state: 'assigned' as const,
        teamId: 'a' as TeamId,
        workerId: 'li' as WorkerId,
        assignedAt: AT,
        assignments: 1,
      },
      assignment: { chosen: null, candidates: [candidate('a' as TeamId)], reach: 'grid' as const },
    }))
    await dispatch().transact(tx => tx.updateJobs(given.map(job => ({ ...job, incidentIds: [] }))))
    const written = given.map(job => ({ ...job, version: 2 }))
    expect(await read()).toEqual(written)
    // Of one that somebody changed meanwhile none is written.
    const [first, ...others] = written
    if (!first) throw new Error('no job')
    const stale = [first, ...others.map(job => ({ ...job, version: 1 }))].map(job => ({ ...job, returns: 9 }))
    await expect(dispatch().transact(tx => tx.updateJobs(stale))).rejects.toMatchObject({ code: 'version-stale' })
    expect(await read()).toEqual(written)
  })
}
