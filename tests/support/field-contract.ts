// What every database under the store must do for the worker's page: one person's work, sightings, and claims of photos.
import { expect, test } from 'vitest'
import { NO_TERMS } from '../../core/deadline.ts'
import type { IncidentId, JobId, PlaceId, TeamId, WorkerId } from '../../core/ids.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

const TEAMS = `
cameras:
  - id: field-1
    name: 五芳斋门口
    street: field-street
    grid: field-g1
    source: { kind: rtsp, url: "rtsp://10.0.0.9/live" }
    zones:
      - { id: bin, name: 3 号点, rule: overflowing-bin, polygon: [[0, 0], [1, 0], [1, 1]] }
teams:
  - { id: field-a, name: A, skills: [overflowing-bin], grids: [field-g1], shift: { from: "07:00", to: "09:00" } }
`
const TEAM = 'field-a' as TeamId
const LIN = { name: 'lin', ofTeam: null }
const LI = 'field-li' as WorkerId

/** @param it the store, once it is open */
export function fieldContract(it: () => TestStore): void {
  const dispatch = (): DispatchStore => it().store.dispatch as StoredDispatch<OutboxTopic>
  const insert = (name: string, over: Partial<Parameters<typeof jobRecord>[0]> = {}) =>
    dispatch().transact(async tx => {
      const incidentId = `inc-field-${name}` as IncidentId
      const where = { cameraId: 'field-1', zoneId: 'bin', placeId: `field-1/${name}` } as Parameters<
        typeof incidentRecord
      >[0]
      await tx.insertIncident(incidentRecord({ ...where, id: incidentId, fingerprint: incidentId as never }))
      await tx.insertJob(
        jobRecord({
          id: `job-field-${name}` as JobId,
          placeId: `field-1/${name}` as PlaceId,
          incidentIds: [incidentId],
          terms: NO_TERMS,
          state: 'assigned',
          teamId: TEAM,
          assignments: 1,
          assignedAt: AT,
          ...over,
        }),
      )
    })
  const doing = { name: 'li', workerId: LI, teamId: TEAM }

  test('lists a worker’s own jobs and those of the team as a whole, with what people call the place', async () => {
    await it().store.configuration.importCameras(TEAMS, 'test')
    const record = {
      id: LI,
      name: '李',
      teamId: TEAM,
      leader: false,
      skills: null,
      grids: null,
      loadCap: 3,
      active: true,
    }
    await it().store.rota.add({ what: 'worker', record }, LIN)
    await insert('own', { workerId: LI })
    await insert('team')
    await insert('colleague', { workerId: 'field-wu' as WorkerId })
    await insert('over', { workerId: LI, state: 'closed', handledBy: 'li', handledAt: AT - 86_400_000, closedAt: AT })
    await insert('today', { workerId: LI, state: 'closed', handledBy: 'li', handledAt: AT - 60_000, closedAt: AT })
    const sheet = await it().store.field.sheet(doing)
    expect(sheet.jobs.map(({ job }) => job.id).sort()).toEqual(['job-field-own', 'job-field-team', 'job-field-today'])
    expect(sheet).toMatchObject({ onShift: true, worker: { id: LI, name: '李' }, today: { handled: 1, onTime: 1 } })
    expect(sheet.jobs[0]).toMatchObject({ place: '3 号点', camera: '五芳斋门口', before: null, verdict: null })
    const nobodys = await it().store.field.sheet({ name: 'admin', workerId: null, teamId: null })
    expect(nobodys).toEqual({ worker: null, onShift: null, jobs: [], today: { handled: 0, onTime: 0 } })
  })

  test('keeps the first way by which somebody saw a job, anew for each assignment', async () => {
    await insert('seen', { workerId: LI })
    const jobId = 'job-field-seen' as JobId
    const see = (assignment: number, way: 'push' | 'list') =>
      it().store.field.see({ jobId, assignment, who: 'li', way })
    expect([await see(1, 'push'), await see(1, 'list'), await see(2, 'list')]).toEqual([true, false, true])
    const { reached } = await it().store.reading.reach(jobId)
    expect(reached.seen.map(({ assignment, way }) => [assignment, way])).toEqual([
      [1, 'push'],
      [2, 'list'],
    ])
  })

  test('says what was sent about a job: to each of the people behind a destination, not to it as a whole too', async () => {
    await insert('told', { workerId: LI })
    const jobId = 'job-field-told'
    const notice = { id: 'n-field', event: 'job.assigned', at: AT, subject: jobId, details: {} }
    const delivery = (destination: string, recipient: string | null) => ({
      ...{ id: `d-${destination}-${recipient}`, destination, recipient, notice, state: 'pending' as const },
      ...{ attempts: 0, lastError: null, createdAt: AT, updatedAt: AT, giveUpAt: AT + 1_000 },
    })
    await dispatch().transact(async tx => {
      const all = [delivery('wecom-1', null), delivery('webpush-1', null), delivery('webpush-1', 'push-gone')]
      const rows = all.map(({ id }) => ({ id: `row-${id}`, topic: 'deliver' as const, payload: { id } }))
      await tx.addDeliveries(
        all,
        rows.map(row => ({ ...row, dueAt: AT, createdAt: AT })),
      )
    })
    const { reached } = await it().store.reading.reach(jobId as JobId)
    expect(reached.deliveries.map(({ destination, recipient }) => [destination, recipient]).sort()).toEqual([
      ['webpush-1', null],
      ['wecom-1', null],
    ])
    expect(reached.deliveries[0]).toMatchObject({ event: 'job.assigned', state: 'pending', at: AT })
  })
}
