// Verification on real footage: a job that is called done is held against what its camera shows afterwards.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { configurationChecks } from '../app.ts'
import { type CameraId, incidentIdOf, type JobId, jobIdOf, type PlaceId, type ZoneId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { FromShard } from '../core/shard-contract.ts'
import type { EpochMs } from '../core/time.ts'
import { createDispatch, type Dispatch } from '../dispatch/desk.ts'
import type { DispatchStore, OutboxTopic } from '../dispatch/store-port.ts'
import { observation, WORKER } from '../dispatch/testing/examples.ts'
import type { StoredDispatch } from '../store/dispatch-store.ts'
import { CameraWatch } from '../watch/camera-watch.ts'
import { type Detectors, openDetectors, SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { openTestStore, type TestStore } from './support/embedded.ts'
import { absent, FOOTAGE } from './support/jiemu.ts'

const TRUTH = join(FOOTAGE, 'truth/kerb-parking.json')
const skipped = absent(TRUTH)

/** Between the silver off-roader and the yellow one: nobody parks there from the first picture to the last. */
const EMPTY_PLACE = { x1: 0.14, y1: 0.66, x2: 0.24, y2: 0.79 }

/** A car that was reported just before the footage begins, and has driven off since. */
function reportOfOneGone(at: EpochMs) {
  const seen = observation({
    ...{
      cameraId: 'kerb-parking' as CameraId,
      zoneId: 'kerb-near' as ZoneId,
      placeId: 'kerb-parking/kerb-near' as PlaceId,
    },
    ...{ subject: 'gone', boxes: [EMPTY_PLACE], at },
  })
  return { seen, jobId: jobIdOf(incidentIdOf(seen.fingerprint, seen.at)) }
}

const street = (zones: readonly { id: string }[]) =>
  stringify({
    cameras: [
      {
        ...{ id: 'kerb-parking', name: 'Kerb', street: 'gulou', grid: 'gulou-1' },
        source: { kind: 'file', path: join(FOOTAGE, 'clips/kerb-parking.mp4') },
        zones: zones.map(zone => ({ ...zone, options: { grace: '10s' } })),
      },
    ],
    teams: [{ id: 'one', name: 'One', skills: ['illegal-parking'], grids: ['gulou-1'], loadCap: 100 }],
    policies: [{ kind: 'illegal-parking', mode: 'auto', joinWindow: '0s', verifyClear: '15s' }],
  })

describe.skipIf(skipped)(`a fresh look at kerb-parking${skipped ? ' (absent: ../shared/footage)' : ''}`, () => {
  let it: TestStore
  let desk: Dispatch
  let detectors: Detectors
  let gone: ReturnType<typeof reportOfOneGone>
  beforeAll(async () => {
    it = await openTestStore({ checks: configurationChecks })
    const { store, clock } = it
    await store.configuration.importCameras(street(JSON.parse(readFileSync(TRUTH, 'utf8')).zones), 'test')
    detectors = await openDetectors(SHIPPED_NETWORKS)
    const dispatch: DispatchStore = store.dispatch as StoredDispatch<OutboxTopic>
    const deps = { store: dispatch, deliveries: store.deliveries, notifiers: [], looks: true }
    desk = createDispatch({ ...deps, clock, log: silentLog })
    gone = reportOfOneGone(clock.now())
    await desk.takeIn(gone.seen)
    const [camera] = await store.configuration.cameras()
    if (!camera) throw new Error('the store lost its camera')
    const watch = new CameraWatch(
      camera,
      {},
      {
        ...{ pace: 'replay', detectors, baseDir: FOOTAGE, clock, log: silentLog, emit },
        onLook: async ({ frame }) => {
          clock.advanceTo(frame.capturedAt)
          await reportDone()
          await watch.look(await store.dispatch.owedLooks())
        },
      },
    )
    await watch.done
  }, 120_000)
  afterAll(async () => {
    await detectors?.close()
    await it?.dispose()
  })

  async function emit(message: FromShard): Promise<void> {
    if (message.type === 'observation') await desk.takeIn(message.observation)
    else if (message.type === 'looked') await desk.takeLook(message.answer)
    else if (message.type === 'pictures') {
      await it.store.evidence.keepPictures(message.cameraId, message.request, message.snapshots, message.inFrame)
    }
  }

  /** Somebody calls every job done as soon as they have it. */
  async function reportDone(): Promise<void> {
    await desk.drain(it.clock.now())
    for (const job of await it.store.reading.listJobs({ limit: 99 })) {
      if (job.state !== 'assigned') continue
      for (const name of ['accept', 'handled'] as const) await desk.ask(name, job.id, { actor: WORKER, key: name })
    }
    await desk.drain(it.clock.now())
  }

  const verified = async (id: JobId) => {
    const found = await it.store.reading.job(id)
    const [look] = found?.verification?.looks ?? []
    return { state: found?.job.state, verdict: found?.verification?.verdict, look }
  }

  test('six cars stand there to the end: each job that is called done comes back, with the pictures that show it', async () => {
    const jobs = await it.store.reading.listJobs({ limit: 99 })
    const standing = jobs.filter(({ id }) => id !== gone.jobId)
    expect(standing).toHaveLength(6)
    for (const { id } of standing) {
      const { look, ...outcome } = await verified(id)
      expect(outcome).toEqual({ state: 'returned', verdict: 'there' })
      // Never clear, not in a single picture.
      expect(look?.samples).toMatchObject({ clear: 0, there: expect.any(Number) })
      const bothSides = { before: expect.any(String), after: expect.any(String) }
      expect(look?.pictures).toEqual([
        { view: 'wide', ...bothSides },
        { view: 'close-up', ...bothSides },
      ])
    }
  })

  test('a place on which nobody stands is clear: the job closes, with the pictures of it', async () => {
    const { look, ...outcome } = await verified(gone.jobId)
    expect(outcome).toEqual({ state: 'closed', verdict: 'clear' })
    expect(look?.samples).toMatchObject({ there: 0, clear: expect.any(Number) })
    expect(look?.pictures.map(({ view, after }) => [view, after !== null])).toEqual([
      ['wide', true],
      ['close-up', true],
    ])
  })
})
