// What every database must do with claims, and with what is near an incident.
import { expect, test } from 'vitest'
import type { CameraId, Fingerprint, IncidentId, PlaceId, StreetId } from '../../core/ids.ts'
import type { IncidentClaim } from '../../core/incident.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord } from './records.ts'

const idOf = (name: string) => `inc-claim-${name}` as IncidentId

export function claimContract(it: () => TestStore): void {
  const dispatch = (): DispatchStore => it().store.dispatch as StoredDispatch<OutboxTopic>
  const put = (name: string, over: Parameters<typeof incidentRecord>[0] = {}) =>
    dispatch().transact(tx =>
      tx.insertIncident(incidentRecord({ id: idOf(name), fingerprint: `claim-${name}` as Fingerprint, ...over })),
    )
  const claim = (name: string, holder: string, since: number, takeOver = false) =>
    dispatch().transact(tx =>
      tx.claim({ incidentId: idOf(name), holder, since, until: since + 30_000 } satisfies IncidentClaim, takeOver),
    )

  test('of two who claim at the same instant one has it, and both are told the same', async () => {
    await put('race')
    const told = await Promise.all(['lin', 'zhou', 'lin', 'zhou'].map(holder => claim('race', holder, AT)))
    expect(new Set(told.map(held => held?.holder)).size).toBe(1)
  })

  test('a claim is renewed by its holder, refused to others, and free once it lapsed or is taken over', async () => {
    await put('turns')
    expect(await claim('turns', 'lin', AT)).toMatchObject({ holder: 'lin', since: AT, until: AT + 30_000 })
    expect(await claim('turns', 'lin', AT + 10_000)).toMatchObject({ since: AT, until: AT + 40_000 })
    expect(await claim('turns', 'zhou', AT + 39_999)).toMatchObject({ holder: 'lin', until: AT + 40_000 })
    expect(await claim('turns', 'zhou', AT + 40_000)).toMatchObject({ holder: 'zhou', since: AT + 40_000 })
    expect(await claim('turns', 'lin', AT + 41_000, true)).toMatchObject({ holder: 'lin', since: AT + 41_000 })
    expect(await dispatch().transact(tx => tx.endClaim(idOf('turns'), 'zhou'))).toBeUndefined()
    expect(await dispatch().transact(tx => tx.endClaim(idOf('turns')))).toMatchObject({ holder: 'lin' })
  })

  test('what is decided cannot be claimed', async () => {
    await put('decided', { review: 'confirmed' })
    expect(await claim('decided', 'lin', AT)).toBeUndefined()
    expect(await claim('absent', 'lin', AT)).toBeUndefined()
  })

  test('an incident shows its claim while that is live', async () => {
    await put('shown')
    await claim('shown', 'lin', it().clock.now() - 29_000)
    expect((await it().store.reading.incident(idOf('shown')))?.incident.claim).toMatchObject({ holder: 'lin' })
    await claim('shown', 'lin', it().clock.now() - 30_000)
    expect((await it().store.reading.incident(idOf('shown')))?.incident.claim).toBeNull()
  })

  test('finds open incidents of the place, the camera and the surroundings, within what one may see', async () => {
    const cameras = [
      ['claim-a', 30.25, 120.16],
      ['claim-b', 30.252, 120.16],
      ['claim-far', 30.35, 120.16],
    ].map(
      ([id, lat, lon]) =>
        `{ id: ${id}, name: ${id}, street: claims, grid: n1, position: [${lat}, ${lon}], source: { kind: rtsp, url: "rtsp://10.0.0.9/live" } }`,
    )
    await it().store.configuration.importCameras(`cameras: [${cameras.join(', ')}]`, 'test')
    const near = (name: string, camera: string, place: string, over: Parameters<typeof incidentRecord>[0] = {}) =>
      put(name, {
        cameraId: camera as CameraId,
        placeId: place as PlaceId,
        streetId: 'claims' as StreetId,
        ...over,
      })
    await near('own', 'claim-a', 'p1')
    await near('place', 'claim-a', 'p1')
    await near('camera', 'claim-a', 'p2', { openedAt: AT - 60_000 })
    await near('around', 'claim-b', 'p3', { review: 'confirmed' })
    await near('over', 'claim-b', 'p3', { physical: 'cleared', clearedAt: AT, review: 'confirmed' })
    await near('rejected', 'claim-b', 'p3', { review: 'rejected', rejectReason: 'not-there' })
    await near('far', 'claim-far', 'p4')
    const { reading } = it().store
    const found = await reading.incidentsNear(idOf('own'), {}, 300, 10)
    expect(found.map(({ incident, because, distanceM }) => [incident.id, because, distanceM])).toEqual([
      [idOf('place'), 'same-place', 0],
      [idOf('camera'), 'same-camera', 0],
      [idOf('around'), 'near', 222],
    ])
    expect(await reading.incidentsNear(idOf('own'), { streets: ['other' as StreetId] }, 300, 10)).toEqual([])
    expect(await reading.incidentsNear(idOf('own'), { teamId: 'nobody' as never }, 300, 10)).toEqual([])
    const whose = await reading.whoseIncidents([idOf('own'), idOf('absent')])
    expect([...whose.values()]).toMatchObject([{ id: idOf('own'), streetId: 'claims', teamId: null }])
  })
}
