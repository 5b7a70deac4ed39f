// What every database under the store must do for jobs: listed once, logged once, counted for their teams.
import { expect, test } from 'vitest'
import type { Fingerprint, IncidentId, JobId, PlaceId, TeamId } from '../../core/ids.ts'
import type { JobEvent } from '../../core/job.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

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
    const add = (over: Partial<JobEvent>) => dispatch().transact(tx => tx.addJobEvent({ ...event, ...over }))
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
}
