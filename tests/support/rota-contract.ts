// What every database under the store must do for the rota: kept one record at a time, recorded, and read by scope.
import { expect, test } from 'vitest'
import { calendarSchema } from '../../core/calendar.ts'
import type { CameraId, GridId, JobId, PlaceId, StreetId, TeamId, WorkerId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { isOnShift, type Worker } from '../../core/worker.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import { connect } from '../../store/connection.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import { WorkerPositions } from '../../store/worker-positions.ts'
import type { TestStore } from './embedded.ts'
import { AT, jobRecord } from './records.ts'

const TEAMS = `
cameras:
  - { id: rota-1, name: Gate, street: rota-street, grid: rota-g1, source: { kind: rtsp, url: "rtsp://10.0.0.9/live" } }
teams:
  - { id: rota-a, name: A, skills: [crowding], grids: [rota-g1, rota-g2], shift: { from: "20:00", to: "21:00" } }
  - { id: rota-b, name: B, skills: [crowding], grids: [rota-g3] }
`
const A = 'rota-a' as TeamId
const MINUTE = 60_000
const MORNING = calendarSchema.parse({ days: ['mon'], from: '06:00', to: '14:00' })
const LIN = { name: 'lin', ofTeam: null }
const ZHAO = { name: 'zhao', ofTeam: null }
const idOf = (name: string) => `rota-${name}` as WorkerId

function workerRecord(name: string, over: Partial<Worker> = {}): Worker {
  const rest = { leader: false, skills: null, grids: null, loadCap: 3, active: true }
  return { id: idOf(name), name, teamId: A, ...rest, ...over }
}

/** @param it the store, once it is open */
export function rotaContract(it: () => TestStore): void {
  const dispatch = (): DispatchStore => it().store.dispatch as StoredDispatch<OutboxTopic>
  const rota = () => it().store.rota
  const add = (name: string, over: Partial<Worker> = {}) =>
    rota().add({ what: 'worker', record: workerRecord(name, over) }, LIN)
  const leave = (id: string, worker: string, over: object = {}) => ({
    what: 'shift-override' as const,
    record: {
      ...{ id, teamId: null, workerId: idOf(worker), working: false, fromAt: AT, toAt: AT + 60 * MINUTE },
      ...{ why: 'sick' as const, note: null },
      ...over,
    },
  })
  const recorded = async (subject: string) => {
    const db = connect({ ...it().store.queueConnection, max: 1 }, silentLog)
    const rows = await db
      .selectFrom('configurationEvents')
      .selectAll()
      .where('subject', '=', subject)
      .orderBy('id')
      .execute()
    await db.destroy()
    return rows.map(({ event, what, actor }) => `${event} ${what} by ${actor}`)
  }

  test('keeps a worker, a shift and an exception, and records each change of them, once', async () => {
    await it().store.configuration.importCameras(TEAMS, 'test')
    const wang = workerRecord('wang', { skills: ['crowding'], grids: ['rota-g1' as GridId] })
    for (let twice = 0; twice < 2; twice += 1) await rota().add({ what: 'worker', record: wang }, LIN)
    expect(await rota().worker(wang.id)).toEqual(wang)
    const moved = { ...wang, grids: ['rota-g2' as GridId], leader: true }
    for (let twice = 0; twice < 2; twice += 1) await rota().change({ what: 'worker', record: moved }, ZHAO)
    expect(await rota().worker(wang.id)).toEqual(moved)
    expect(await recorded(wang.id)).toEqual(['added worker by lin', 'changed worker by zhao'])

    const shift = { id: 'rota-early', teamId: A, workerId: null, calendar: MORNING }
    await rota().add({ what: 'shift', record: shift }, LIN)
    expect(await rota().shift(shift.id)).toEqual(shift)
    const exception = leave('rota-sick', 'wang')
    for (let twice = 0; twice < 2; twice += 1) await rota().add(exception, LIN)
    const written = { ...exception.record, createdAt: it().clock.now(), createdBy: 'lin' }
    expect(await rota().override('rota-sick')).toEqual(written)
    it().clock.advanceBy(1)
    await rota().change(leave('rota-sick', 'wang', { note: 'until noon' }), ZHAO)
    expect(await rota().override('rota-sick')).toMatchObject({
      ...{ note: 'until noon', createdAt: it().clock.now(), createdBy: 'zhao' },
    })
    expect(await recorded('rota-sick')).toEqual(['added shift-override by lin', 'changed shift-override by zhao'])
  })

  test('says who is on shift, by the exception before the rota and by the rota before the team’s hours', async () => {
    await add('li')
    const onShift = async (at: number) => {
      const { teams, workers, ...read } = await dispatch().transact(tx => tx.rota(at))
      const team = teams.find(({ id }) => id === A)
      return team && workers.filter(who => who.teamId === A && isOnShift(read, team, who, at)).map(({ id }) => id)
    }
    expect(await onShift(AT)).toEqual(['rota-li'])
    expect(await onShift(AT + 60 * MINUTE)).toEqual(['rota-li', 'rota-wang'])
    expect(await onShift(AT + 12.5 * 60 * MINUTE)).toEqual([])
    const shown = await rota().workers({ teamId: A })
    expect(shown.map(({ worker, onShift }) => [worker.id, onShift])).toEqual([
      ['rota-li', true],
      ['rota-wang', false],
    ])
  })

  test('shows a team its own, a street those of teams that work there, and the district all', async () => {
    await add('zhu', { teamId: 'rota-b' as TeamId })
    const seen = async (scope: Parameters<ReturnType<typeof rota>['workers']>[0]) => [
      ...(await rota().workers(scope)).map(({ worker }) => worker.id as string),
      ...(await rota().shifts(scope)).map(({ id }) => id),
      ...(await rota().overrides(scope)).map(({ id }) => id),
    ]
    const ofA = ['rota-li', 'rota-wang', 'rota-early', 'rota-sick']
    expect(await seen({ teamId: A })).toEqual(ofA)
    expect(await seen({ streets: ['rota-street' as StreetId] })).toEqual(ofA)
    expect(await seen({ streets: ['elsewhere' as StreetId] })).toEqual([])
    expect(await seen({})).toEqual(expect.arrayContaining(['rota-zhu', ...ofA]))
    expect(await rota().overrides({}, AT + 60 * MINUTE)).toEqual([])
    await it().store.cameraChanges.removeCamera('rota-1' as CameraId, 'test')
  })

  test('refuses what names nobody, what is there as something else, and what is not there', async () => {
    const shift = { id: 'rota-s', teamId: null, workerId: idOf('nobody'), calendar: MORNING }
    for (const [refused, code] of [
      [() => add('wang', { name: 'another' }), 'id-taken'],
      [() => add('x', { teamId: 'rota-none' as TeamId }), 'request-invalid'],
      [() => add('x', { grids: ['rota-g3' as GridId] }), 'request-invalid'],
      [() => rota().add({ what: 'shift', record: shift }, LIN), 'request-invalid'],
      [() => rota().add(leave('rota-x', 'nobody'), LIN), 'request-invalid'],
      [() => rota().change({ what: 'worker', record: workerRecord('x') }, LIN), 'not-found'],
      [() => rota().change(leave('rota-x', 'wang'), LIN), 'not-found'],
      [() => rota().remove('shift', 'rota-x', LIN), 'not-found'],
    ] as const) {
      await expect(refused()).rejects.toMatchObject({ code })
    }
    expect(await recorded('rota-x')).toEqual([])
  })

  test('keeps the newest position of each, and refuses what says nothing of now', async () => {
    const { store, clock } = it()
    const now = clock.now()
    const there = { workerId: idOf('li'), lat: 30.2741, lon: 120.1551, accuracyM: 8 }
    const report = (at: number, over: object = {}) => store.positions.report({ ...there, at, ...over })
    const known = async () => {
      const { positions } = await dispatch().transact(tx => tx.roster(clock.now()))
      return positions.find(({ workerId }) => workerId === there.workerId)
    }
    for (const [at, code] of [
      [now + 61_000, 'position-untimely'],
      [now - 15 * MINUTE - 1, 'position-untimely'],
    ] as const) {
      await expect(report(at)).rejects.toMatchObject({ code })
    }
    await expect(report(now, { workerId: idOf('nobody') })).rejects.toMatchObject({ code: 'worker-unknown' })
    expect(await known()).toBeUndefined()
    expect(await report(now - 15 * MINUTE)).toBe(true)
    expect(await report(now - 20_000)).toBe(true)
    expect(await report(now - 25_000, { lat: 31 })).toBe(false)
    expect(await report(now - 15_001, { lat: 31 })).toBe(false)
    expect(await known()).toEqual({ ...there, at: now - 20_000 })
    // A clock that is a little ahead does not make a position younger than now.
    expect(await report(now + 30_000, { lat: 30.5, accuracyM: null })).toBe(true)
    expect(await known()).toEqual({ ...there, lat: 30.5, accuracyM: null, at: now })
    const shown = await rota().workers({ teamId: A })
    expect(shown.map(({ position }) => position?.lat)).toEqual([30.5, undefined])
  })

  test('removes a worker with all that says something of them, once they have nothing to do', async () => {
    const id = 'job-rota' as JobId
    const job = jobRecord({ id, placeId: 'rota' as PlaceId, incidentIds: [], state: 'accepted', workerId: idOf('li') })
    await dispatch().transact(tx => tx.insertJob(job))
    await rota().add(leave('rota-leave', 'li'), LIN)
    expect((await rota().workers({ teamId: A })).map(({ openJobs }) => openJobs)).toEqual([1, 0])
    await expect(rota().remove('worker', 'rota-li', LIN)).rejects.toMatchObject({ code: 'worker-busy' })
    const leaving = [
      () => rota().remove('worker', 'rota-li', LIN),
      () => rota().change({ what: 'worker', record: workerRecord('li', { active: false }) }, LIN),
      () => rota().change({ what: 'worker', record: workerRecord('li', { teamId: 'rota-b' as TeamId }) }, LIN),
    ]
    for (const [index, state] of (['on-site', 'handled', 'verifying', 'returned'] as const).entries()) {
      await dispatch().transact(tx => tx.updateJob({ ...job, state, version: index + 1 }))
      for (const left of leaving) await expect(left()).rejects.toMatchObject({ code: 'worker-busy' })
    }
    // What leaves them in their team is no matter of their jobs.
    await rota().change({ what: 'worker', record: workerRecord('li', { loadCap: 5 }) }, LIN)
    await dispatch().transact(tx => tx.updateJob({ ...job, state: 'closed', version: 5 }))
    await rota().remove('worker', 'rota-li', LIN)
    expect([await rota().worker('rota-li'), await rota().override('rota-leave')]).toEqual([undefined, undefined])
    const { positions } = await dispatch().transact(tx => tx.roster(AT))
    expect(positions.filter(({ workerId }) => workerId === 'rota-li')).toEqual([])
    expect((await recorded('rota-leave')).at(-1)).toBe('removed shift-override by lin')
    expect((await dispatch().transact(tx => tx.job(id)))?.workerId).toBe('rota-li')
  })

  test('takes no position off shift, nor one from before a shift', async () => {
    const { store, clock } = it()
    const [wang, now] = [idOf('wang'), clock.now()]
    const report = (at: number) => store.positions.report({ workerId: wang, lat: 30.2, lon: 120.1, accuracyM: 9, at })
    const kept = async () => (await dispatch().transact(tx => tx.roster(now))).positions.map(({ workerId }) => workerId)
    expect((await rota().override('rota-sick'))?.toAt).toBeGreaterThan(now)
    expect(await report(now)).toBe(false)
    await rota().change(leave('rota-sick', 'wang', { toAt: now }), LIN)
    expect(await report(now - 1)).toBe(false)
    expect(await kept()).not.toContain(wang)
    expect(await report(now)).toBe(true)
    expect(await kept()).toContain(wang)
  })

  test('shows where somebody is on shift only, and only while it is of late', async () => {
    const { clock } = it()
    const shown = async () => {
      const one = (await rota().workers({ teamId: A })).find(({ worker }) => worker.id === idOf('wang'))
      return [one?.onShift, one?.position?.lat]
    }
    expect(await shown()).toEqual([true, 30.2])
    const fromAt = clock.now()
    await rota().add(leave('rota-nap', 'wang', { fromAt, toAt: fromAt + 10 }), LIN)
    expect(await shown()).toEqual([false, undefined])
    clock.advanceBy(15 * MINUTE)
    expect(await shown()).toEqual([true, 30.2])
    clock.advanceBy(1)
    expect(await shown()).toEqual([true, undefined])
  })

  test('keeps no position of somebody who is removed while their phone reports', async () => {
    const { clock, store } = it()
    const db = connect({ ...store.queueConnection, max: 1 }, silentLog)
    await add('sun')
    let isRead = false
    /** Removes them as soon as the report has read anything of them. */
    const removing = db.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (!isRead) {
          isRead = true
          await rota().remove('worker', idOf('sun'), LIN)
        }
        return result
      },
    })
    const positions = new WorkerPositions(removing, clock, 15 * MINUTE)
    const where = { workerId: idOf('sun'), lat: 30.2, lon: 120.1, accuracyM: null, at: clock.now() }
    expect(await positions.report(where)).toBe(false)
    const kept = await db.selectFrom('workerPositions').select('workerId').where('workerId', '=', idOf('sun')).execute()
    await db.destroy()
    expect([isRead, kept]).toEqual([true, []])
  })

  test('holds each change against the keeper’s team as things are by then, whoever let the request in', async () => {
    const [ofA, ofB] = [A, 'rota-b' as TeamId].map(ofTeam => ({ name: 'zhao', ofTeam }))
    if (!ofA || !ofB) throw new Error('two keepers')
    const mine = workerRecord('he')
    const shift = {
      what: 'shift' as const,
      record: { id: 'rota-he', teamId: null, workerId: mine.id, calendar: MORNING },
    }
    const off = leave('rota-he-off', 'he')
    for (const added of [{ what: 'worker' as const, record: mine }, shift, off]) {
      await expect(rota().add(added, ofB)).rejects.toMatchObject({ code: 'forbidden' })
      await rota().add(added, ofA)
    }
    // While the leader of A asks, the district moves the worker to B, and what is the worker's goes along.
    const moved = { ...mine, teamId: ofB.ofTeam }
    await rota().change({ what: 'worker', record: moved }, LIN)
    for (const refused of [
      () => rota().change({ what: 'worker', record: mine }, ofA),
      () => rota().change(shift, ofA),
      () => rota().change(off, ofA),
      () => rota().add(leave('rota-he-more', 'he'), ofA),
      () => rota().remove('worker', mine.id, ofA),
      () => rota().remove('shift', shift.record.id, ofA),
      () => rota().remove('shift-override', off.record.id, ofA),
      // Nor does B give away what A would have to take.
      () => rota().change({ what: 'worker', record: mine }, ofB),
      () => rota().change({ ...shift, record: { ...shift.record, teamId: A, workerId: null } }, ofB),
    ]) {
      await expect(refused()).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect([await rota().worker(mine.id), await rota().shift('rota-he')]).toEqual([moved, shift.record])
    await rota().remove('worker', mine.id, ofB)
  })

  test('lets an exception that is put again as it was count before what was said meanwhile, and one posted again not', async () => {
    const { clock } = it()
    const [fromAt, toAt] = [clock.now(), clock.now() + MINUTE]
    const off = leave('rota-off', 'wang', { fromAt, toAt })
    const extra = leave('rota-extra', 'wang', { fromAt, toAt, working: true, why: 'extra' })
    const isOnShift = async () =>
      (await rota().workers({ teamId: A })).find(({ worker }) => worker.id === idOf('wang'))?.onShift
    await rota().add(off, LIN)
    clock.advanceBy(1)
    await rota().add(extra, LIN)
    expect(await isOnShift()).toBe(true)
    clock.advanceBy(1)
    await rota().add(off, ZHAO)
    expect(await isOnShift()).toBe(true)
    await rota().change(off, ZHAO)
    expect(await isOnShift()).toBe(false)
    expect(await recorded('rota-off')).toEqual(['added shift-override by lin', 'changed shift-override by zhao'])
    clock.advanceBy(MINUTE)
  })

  test('forgets where somebody is who left', async () => {
    await it().store.positions.report({
      workerId: idOf('wang'),
      lat: 30,
      lon: 120,
      accuracyM: null,
      at: it().clock.now(),
    })
    const known = async () => (await dispatch().transact(tx => tx.roster(AT))).positions.map(({ workerId }) => workerId)
    expect(await known()).toContain('rota-wang')
    await rota().change({ what: 'worker', record: workerRecord('wang', { active: false }) }, LIN)
    expect(await known()).not.toContain('rota-wang')
  })
}
