// Ten incidents at once on a real database: ten jobs, in one turn, and each for the worker who stands nearest.
import { expect, test } from 'vitest'
import type { CameraId, PlaceId, WorkerId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { connect } from '../store/connection.ts'
import type { StoredDispatch } from '../store/dispatch-store.ts'
import { openTestStore } from '../tests/support/embedded.ts'
import { createDispatch } from './desk.ts'
import type { OutboxTopic } from './store-port.ts'
import { observation } from './testing/examples.ts'

const TEN = Array.from({ length: 10 }, (_, index) => index)
/** A kilometre apart, along a meridian. */
const latOf = (index: number) => 30.2 + index / 111
const STREET = `
cameras:
${TEN.map(index => `  - { id: cam-${index}, name: C, street: gulou, grid: gulou-1, position: [${latOf(index)}, 120.16], source: { kind: rtsp, url: "rtsp://127.0.0.1/${index}" } }`).join('\n')}
teams:
  - { id: a, name: A, skills: [illegal-parking], grids: [gulou-1] }
workers:
${TEN.map(index => `  - { id: w${index}, name: W, team: a }`).join('\n')}
policies:
  - { kind: illegal-parking, mode: auto }
`
/** Worker w0 stands at camera 7, w1 at camera 4, and so on: neither ids nor the order of reports tell who is near. */
const cameraOf = (worker: number) => (worker * 7 + 7) % 10

test('ten incidents at once become ten jobs for ten workers in one turn, each for the nearest', async () => {
  const { store, clock, dispose } = await openTestStore()
  const db = connect({ ...store.queueConnection, max: 1 }, silentLog)
  try {
    await store.configuration.importCameras(STREET, 'test')
    const at = clock.now()
    for (const index of TEN) {
      // Twenty metres from the camera's place, as a phone says it.
      const where = { lat: latOf(cameraOf(index)) + 0.00018, lon: 120.16, accuracyM: 12 }
      await store.positions.report({ workerId: `w${index}` as WorkerId, ...where, at: at - 60_000 })
    }
    const dispatch = store.dispatch as StoredDispatch<OutboxTopic>
    const desk = createDispatch({ store: dispatch, deliveries: store.deliveries, notifiers: [], clock, log: silentLog })
    const turns = async () => (await db.selectFrom('assignmentTurns').select('taken').executeTakeFirst())?.taken ?? 0
    const before = await turns()
    await Promise.all(
      TEN.map(index => {
        const [placeId, cameraId] = [`place-${index}` as PlaceId, `cam-${index}` as CameraId]
        return desk.takeIn(observation({ placeId, cameraId, at }))
      }),
    )
    await desk.drain(at)
    expect((await turns()) - before).toBe(1)
    const jobs = await db.selectFrom('jobs').selectAll().execute()
    const sent = Object.fromEntries(jobs.map(({ workerId, placeId }) => [workerId, placeId]))
    expect(jobs).toHaveLength(10)
    expect(sent).toEqual(Object.fromEntries(TEN.map(index => [`w${index}`, `place-${cameraOf(index)}`])))
    for (const { state, assignment } of jobs) {
      const chosen = assignment?.candidates.find(({ workerId }) => workerId === assignment.chosen?.workerId)
      expect([state, chosen?.distanceM, chosen?.positionAgeMs]).toEqual(['assigned', 0, 60_000])
    }
  } finally {
    await db.destroy()
    await dispose()
  }
})
