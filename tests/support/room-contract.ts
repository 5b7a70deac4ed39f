// The room's day over every database: incidents are found by each of their marks, mutes hold and end.
import { expect, test } from 'vitest'
import type { IncidentWish } from '../../core/found-incident.ts'
import type { CameraId, Fingerprint, IncidentId, JobId, StreetId, ZoneId } from '../../core/ids.ts'
import type { NewMute } from '../../core/mute.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

const CAMERAS = `
cameras:
  - id: room-gate
    name: 东门 50%_a
    street: room-north
    grid: room-n1
    source: { kind: rtsp, url: "rtsp://10.0.0.9/live" }
    zones:
      - { id: kerb, name: 公交站, rule: illegal-parking, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }
`
const NORTH = 'room-north' as StreetId
const GATE = 'room-gate' as CameraId

/** @param it shared with other tests: everything here is called `room-…` */
export function roomContract(it: () => TestStore): void {
  const dispatch = () => it().store.dispatch as StoredDispatch<OutboxTopic> satisfies DispatchStore

  test('finds incidents by each of their marks, counts them, and pages without a gap', async () => {
    await it().store.configuration.importCameras(CAMERAS, 'test')
    const base = { cameraId: GATE, zoneId: 'kerb' as ZoneId, streetId: NORTH }
    const idOf = (name: string) => `inc-room-${name}` as IncidentId
    const at = (minutes: number) => AT + minutes * 60_000
    await dispatch().transact(async tx => {
      const put = (name: string, minutes: number, over: Parameters<typeof incidentRecord>[0] = {}) =>
        tx.insertIncident(
          incidentRecord({
            ...{ ...base, id: idOf(name), fingerprint: `room-${name}` as Fingerprint, openedAt: at(minutes) },
            ...over,
          }),
        )
      await put('a', 1)
      await put('b', 2, { review: 'confirmed', severity: 'red' })
      await put('c', 3, { kind: 'crowding', physical: 'cleared', zoneId: 'gone' as ZoneId })
      const reason = { model: { name: 'resident', sha256: '' }, thresholds: {}, history: [] }
      await put('d', 4, { reason, streetId: 'room-south' as StreetId })
      const event = { incidentId: idOf('b'), at: at(5), event: 'confirmed', actor: 'room-lin', note: null } as const
      await tx.addIncidentEvent(event)
      await tx.insertJob(jobRecord({ id: 'job-room-b' as JobId, incidentIds: [idOf('b')] }))
    })
    const names = async (wish: IncidentWish, streets = [NORTH, 'room-south' as StreetId]) => {
      const found = await it().store.search.find({ ...wish, streets, limit: 10 })
      expect(await it().store.search.count({ ...wish, streets })).toBe(found.length)
      return found.map(({ id }) => id.slice(9)).join('')
    }
    expect(await names({})).toBe('dcba')
    expect(await names({}, [NORTH])).toBe('cba')
    expect(await names({}, [])).toBe('')
    expect(await names({ from: at(2), to: at(4) })).toBe('cb')
    expect(await names({ street: NORTH, kind: 'illegal-parking' })).toBe('ba')
    expect(await names({ camera: GATE, zone: 'kerb' as ZoneId, severity: 'red' })).toBe('b')
    expect(await names({ physical: 'cleared' })).toBe('c')
    expect(await names({ review: 'pending' })).toBe('dca')
    expect(await names({ origin: 'resident' })).toBe('d')
    expect(await names({ origin: 'camera', by: 'room-lin' })).toBe('b')
    expect(await names({ by: 'room-zhou' })).toBe('')
    expect(await names({ text: '公交' })).toBe('dba')
    expect(await names({ text: '50%_' })).toBe('dcba')
    expect(await names({ text: '5%a' })).toBe('')
    expect(await names({ text: 'ROOM-C' })).toBe('c')
    const [first] = await it().store.search.find({ by: 'room-lin', limit: 1 })
    expect(first).toMatchObject({
      cameraName: '东门 50%_a',
      zoneName: '公交站',
      decidedBy: 'room-lin',
      decidedAt: at(5),
    })
    expect(first).toMatchObject({ jobId: 'job-room-b', jobState: 'queued', origin: 'camera' })
    const before = { at: at(3), id: idOf('c') }
    expect((await it().store.search.find({ street: NORTH, limit: 1, before })).map(({ id }) => id)).toEqual([idOf('b')])
  })

  test('a mute holds what fits every part of it until its time, or until somebody ends it', async () => {
    await it().store.configuration.importCameras(CAMERAS, 'test')
    const now = it().clock.now()
    const nothing = { streetId: null, cameraId: null, zoneId: null, kind: null, faults: false }
    const mute = (over: Partial<NewMute>, key: string) =>
      it().store.mutes.add({ ...nothing, untilAt: now + 60_000, reason: '集市', setBy: 'room-lin', ...over }, key)
    const seen = { fingerprint: 'room-car' as Fingerprint, kind: 'illegal-parking', cameraId: GATE } as const
    const held = (over: object = {}) =>
      dispatch().transact(
        async tx => (await tx.knownBefore({ ...seen, zoneId: 'kerb' as ZoneId, at: now, ...over })).mute,
      )
    expect(await held()).toBeUndefined()
    const { id } = await mute({ streetId: NORTH, kind: 'illegal-parking' }, 'one')
    expect((await mute({ kind: 'crowding' }, 'one')).kind).toBe('illegal-parking')
    expect(await held()).toBe(id)
    expect(await held({ kind: 'crowding' })).toBeUndefined()
    expect(await held({ cameraId: 'kerb' })).toBeUndefined()
    expect(await held({ at: now + 60_000 })).toBeUndefined()
    expect(await held({ at: now - 1 })).toBeUndefined()
    for (const at of [now, now + 10_000]) await dispatch().transact(tx => tx.noteHeld(id, seen.fingerprint, at))
    expect(await it().store.mutes.find(id)).toMatchObject({ held: 1, lastHeldAt: now + 10_000 })
    expect((await it().store.mutes.list(true, 9, [NORTH])).map(one => one.id)).toEqual([id])
    expect(await it().store.mutes.list(true, 9, [])).toEqual([])
    await it().store.mutes.end(id, 'room-zhou', '结束')
    await it().store.mutes.end(id, 'room-chen', null)
    expect(await held()).toBeUndefined()
    expect(await it().store.mutes.list(true, 9, [NORTH])).toEqual([])
    expect(await it().store.mutes.list(false, 9, [NORTH])).toMatchObject([
      { id, endedBy: 'room-zhou', endReason: '结束' },
    ])
    const fault = { kind: 'camera-health', zoneId: 'camera-health' as ZoneId }
    const market = await mute({ streetId: NORTH }, 'market')
    expect([await held(), await held(fault)], 'a camera’s fault is no market').toEqual([market.id, undefined])
    await it().store.mutes.end(market.id, 'room-lin', null)
    const works = await mute({ streetId: NORTH, faults: true }, 'works')
    expect([await held(), await held(fault), works.faults]).toEqual([works.id, works.id, true])
    await it().store.mutes.end(works.id, 'room-lin', null)
    const faults = await mute({ streetId: NORTH, kind: 'camera-health' }, 'faults')
    expect([await held(), await held(fault)]).toEqual([undefined, faults.id])
    await it().store.mutes.end(faults.id, 'room-lin', null)
    const zone = await mute({ cameraId: GATE, zoneId: 'kerb' as ZoneId, streetId: NORTH }, 'two')
    expect(await held({ zoneId: 'other' })).toBeUndefined()
    expect(await held()).toBe(zone.id)
    await it().store.mutes.end(zone.id, 'room-lin', null)
  })
}
