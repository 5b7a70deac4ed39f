// What every database under the store must do: the same suite for PGlite and for a PostgreSQL server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EvidenceFiles, Reading } from '../../api/ports.ts'
import type {
  CameraId,
  EvidenceId,
  Fingerprint,
  IncidentId,
  JobId,
  PlaceId,
  StreetId,
  TeamId,
  ZoneId,
} from '../../core/ids.ts'
import type { IncidentEvent } from '../../core/incident.ts'
import type { PictureRequest } from '../../core/observation.ts'
import type { Deliveries } from '../../dispatch/deliveries-port.ts'
import type { DispatchStore, OutboxRow, OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import { claimContract } from './claim-contract.ts'
import { deadlineContract } from './deadline-contract.ts'
import { deliveryTests } from './delivery-tests.ts'
import type { TestStore } from './embedded.ts'
import { fieldContract } from './field-contract.ts'
import { jobStoreContract } from './job-store-contract.ts'
import { lookContract } from './look-contract.ts'
import { AT, candidate, incidentRecord, jobRecord, referenceOf } from './records.ts'
import { roomContract } from './room-contract.ts'
import { rotaContract } from './rota-contract.ts'

const incidentId = (name: string) => `inc-${name}` as IncidentId
const jobId = (name: string) => `job-${name}` as JobId
const print = (name: string) => name as Fingerprint

function pictureRequest(over: Partial<PictureRequest> = {}): PictureRequest {
  return {
    fingerprint: print('pictures'),
    moment: 'first',
    at: AT,
    zoneId: 'bay' as ZoneId,
    boxes: [],
    caption: '',
    ...over,
  }
}

/** Tests share one database: each works on records of its own name. */
export function storeContract(name: string, open: () => Promise<TestStore>): void {
  describe(`a store on ${name}`, () => {
    let it: TestStore
    let dispatch: DispatchStore
    beforeAll(async () => {
      it = await open()
      dispatch = it.store.dispatch as StoredDispatch<OutboxTopic> satisfies DispatchStore
    }, 120_000)
    afterAll(() => it?.dispose())

    const insert = (...incidents: readonly Parameters<typeof incidentRecord>[0][]) =>
      dispatch.transact(async tx => {
        for (const over of incidents) await tx.insertIncident(incidentRecord(over))
      })

    test('gives back an incident and a job as they were put in', async () => {
      const incident = incidentRecord({ id: incidentId('same'), fingerprint: print('same') })
      const job = jobRecord({
        id: jobId('same'),
        placeId: 'same' as PlaceId,
        incidentIds: [incident.id],
        assignment: {
          chosen: null,
          candidates: [candidate('patrol' as TeamId, { excluded: 'full' })],
          reach: 'nobody',
        },
      })
      await dispatch.transact(async tx => {
        expect(await tx.insertIncident(incident)).toBe(true)
        await tx.insertJob(job)
      })
      await dispatch.transact(async tx => {
        expect(await tx.incident(incident.id)).toEqual(incident)
        expect((await tx.knownBefore({ ...incident, at: AT })).latest).toEqual(incident)
        expect(await tx.job(job.id)).toEqual(job)
        expect(await tx.jobOf(incident.id)).toEqual(job)
        expect(await tx.openJobsAt('illegal-parking', 'same' as PlaceId)).toEqual([job])
        expect(await tx.incidentsOf(job.id)).toEqual([incident])
      })
    })

    test('opens one incident of a fingerprint when forty transactions try at once', async () => {
      const tries = Array.from({ length: 40 }, (_, index) =>
        dispatch.transact(tx =>
          tx.insertIncident(incidentRecord({ id: incidentId(`race-${index}`), fingerprint: print('race') })),
        ),
      )
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
    })

    test('opens a fingerprint anew once its incident is cleared, and finds the open one first', async () => {
      const fingerprint = print('again')
      await insert({ id: incidentId('again-1'), fingerprint, physical: 'cleared', clearedAt: AT + 9_000 })
      await insert({ id: incidentId('again-2'), fingerprint, physical: 'cleared', clearedAt: AT + 5_000 })
      const seen = incidentRecord({ fingerprint })
      const latest = async () => (await dispatch.transact(tx => tx.knownBefore({ ...seen, at: AT }))).latest?.id
      expect(await latest()).toBe('inc-again-1')
      await insert({ id: incidentId('again-3'), fingerprint })
      expect(await latest()).toBe('inc-again-3')
    })

    test('rolls back everything when the work throws', async () => {
      const failing = dispatch.transact(async tx => {
        await tx.insertIncident(incidentRecord({ id: incidentId('undone'), fingerprint: print('undone') }))
        await tx.addOutbox([outboxRow('undone')])
        throw new Error('changed its mind')
      })
      await expect(failing).rejects.toThrow('changed its mind')
      expect(await dispatch.transact(tx => tx.incident(incidentId('undone')))).toBeUndefined()
      expect(await dispatch.transact(tx => tx.takeOutbox('undone'))).toBeUndefined()
    })

    test('refuses a writer that read an older version, of an incident and of a job', async () => {
      const incident = incidentRecord({ id: incidentId('stale'), fingerprint: print('stale') })
      const job = jobRecord({ id: jobId('stale'), placeId: 'stale' as PlaceId, incidentIds: [incident.id] })
      await dispatch.transact(async tx => {
        await tx.insertIncident(incident)
        await tx.insertJob(job)
        await tx.updateIncident({ ...incident, score: 0.9 })
        await tx.updateJob({ ...job, state: 'assigned' })
      })
      const stale = { code: 'version-stale' }
      await expect(dispatch.transact(tx => tx.updateIncident(incident))).rejects.toMatchObject(stale)
      await expect(dispatch.transact(tx => tx.updateJob(job))).rejects.toMatchObject(stale)
      expect(await dispatch.transact(tx => tx.job(job.id))).toMatchObject({ state: 'assigned', version: 2 })
    })

    claimContract(() => it)
    jobStoreContract(() => it)
    deadlineContract(() => it)
    lookContract(() => it)
    fieldContract(() => it)
    rotaContract(() => it)
    roomContract(() => it)

    const outboxRow = (id: string, over: Partial<OutboxRow> = {}): OutboxRow => ({
      id,
      topic: 'notify',
      payload: { jobId: 'job-1', at: AT, none: null },
      dueAt: AT,
      createdAt: AT,
      ...over,
    })

    test('hands out work that is due until it is finished, and not again while the queue has it', async () => {
      const due = async (now: number, staleBefore = 0) =>
        (await dispatch.dueOutbox(now, staleBefore, 100)).map(row => row.id).filter(id => id.startsWith('work-'))
      const later = outboxRow('work-b', { createdAt: AT - 9 })
      await dispatch.transact(tx => tx.addOutbox([later, outboxRow('work-a', { dueAt: AT - 5 })]))
      await dispatch.transact(tx => tx.addOutbox([outboxRow('work-b', { topic: 'assign' })]))
      expect(await due(AT - 1)).toEqual(['work-a'])
      expect(await due(AT)).toEqual(['work-a', 'work-b'])
      await dispatch.markPublished(['work-a', 'work-b'], AT + 10)
      expect(await due(AT + 20, AT + 9)).toEqual([])
      expect(await due(AT + 20, AT + 10)).toEqual(['work-a', 'work-b'])
      expect(await dispatch.transact(tx => tx.takeOutbox('work-b'))).toEqual(later)
      await dispatch.transact(tx => tx.finishOutbox('work-b', AT + 30))
      expect(await dispatch.transact(tx => tx.takeOutbox('work-b'))).toBeUndefined()
      expect(await due(AT + 40, AT + 40)).toEqual(['work-a'])
      // Dated by a clock that is ahead of ours, and to be done at once.
      await dispatch.transact(tx => tx.addOutbox([outboxRow('work-c', { dueAt: AT + 99, createdAt: AT + 99 })]))
      expect(await due(AT + 40, AT + 40)).toEqual(['work-a', 'work-c'])
      await dispatch.transact(tx => tx.finishOutbox('work-c', AT + 99))
    })

    deliveryTests(() => it)

    test('leaves the pictures of the next incident alone when somebody decides on the last', async () => {
      const over = incidentRecord({
        id: incidentId('over'),
        fingerprint: print('over'),
        physical: 'cleared',
        clearedAt: AT,
      })
      await dispatch.transact(tx => tx.insertIncident(over))
      const jpeg = new Uint8Array([1, 2, 3])
      const next = { ...pictureRequest(), fingerprint: print('over') }
      await it.store.evidence.keepPictures('gate' as CameraId, next, [{ view: 'wide', annotated: false, jpeg }])
      const pictures = async () => (await it.store.reading.incident(over.id))?.evidence.length
      await dispatch.transact(tx => tx.updateIncident({ ...over, review: 'rejected' }))
      expect(await pictures()).toBe(0)
      await dispatch.transact(tx => tx.extendIncident({ ...over, version: over.version + 1 }))
      expect(await pictures()).toBe(1)
    })

    test('keeps pictures provisionally until an incident adopts them', async () => {
      const { evidence, reading } = it.store
      const jpeg = new Uint8Array([1, 2, 3])
      const [kept] = await evidence.keepPictures('gate' as CameraId, pictureRequest(), [
        { view: 'wide', annotated: false, jpeg },
      ])
      expect(kept).toMatchObject({ incidentId: null, bytes: 3, takenAt: AT })
      await dispatch.transact(async tx => {
        await tx.insertIncident(incidentRecord({ id: incidentId('pictures'), fingerprint: print('pictures') }))
      })
      expect(await evidence.dropProvisional(print('pictures'))).toBe(0)
      const late = pictureRequest({ moment: 'half', at: AT + 1 })
      await evidence.keepPictures('gate' as CameraId, late, [{ view: 'wide', annotated: true, jpeg }])
      const detail = await reading.incident(incidentId('pictures'))
      expect(detail?.evidence.map(row => row.moment)).toEqual(['first', 'half'])
      expect((await evidence.open(kept?.id ?? ('' as EvidenceId)))?.row.sha256).toBe(kept?.sha256)
    })

    test('keeps the last rule snapshot of each camera as it came', async () => {
      const { snapshots } = it.store
      const snapshot = { version: 1, takenAt: AT, zones: { z: { b: 1.5, a: [null, 'x'] } } } as const
      await snapshots.save('gate' as CameraId, { ...snapshot, takenAt: AT + 99 })
      await snapshots.save('gate' as CameraId, snapshot)
      expect(await snapshots.load(['gate' as CameraId, 'none' as CameraId])).toEqual({ gate: snapshot })
      const huge = { ...snapshot, zones: { z: 'x'.repeat(65_536) } }
      await expect(snapshots.save('gate' as CameraId, huge)).rejects.toMatchObject({ code: 'request-invalid' })
    })

    test('keeps the last reference view of each camera as it came', async () => {
      const { references } = it.store
      const reference = referenceOf('kept')
      const later = { ...reference, movedSince: AT, pending: 'lapse-1' }
      for (const each of [reference, later]) await references.save(each)
      expect(await references.load(['kept' as CameraId, 'other' as CameraId])).toEqual({ kept: later })
      expect(await references.load([])).toEqual({})
    })

    test('lists newest first, page by page, within a street or a team', async () => {
      const { reading } = it.store
      const street = 'paged' as StreetId
      const ids = ['p1', 'p2', 'p3'].map(incidentId)
      await insert(
        ...ids.map((id, index) => ({
          id,
          fingerprint: print(id),
          streetId: street,
          openedAt: AT + Math.floor(index / 2),
        })),
      )
      const first = await reading.listIncidents({ streets: [street], limit: 2 })
      expect(first.map(({ id }) => id)).toEqual(['inc-p3', 'inc-p2'])
      const next = await reading.listIncidents({ streets: [street], limit: 2, before: { at: AT, id: 'inc-p2' } })
      expect(next.map(({ id }) => id)).toEqual(['inc-p1'])
      expect(await reading.listIncidents({ streets: [], limit: 9 })).toEqual([])
      const event: IncidentEvent = {
        incidentId: incidentId('p1'),
        at: AT,
        event: 'opened',
        actor: 'camera:gate',
        note: null,
      }
      const job = jobRecord({
        id: jobId('paged'),
        streetId: street,
        teamId: 'reader' as TeamId,
        incidentIds: [incidentId('p1')],
      })
      await dispatch.transact(async tx => {
        await tx.insertJob(job)
        await tx.addIncidentEvent(event)
      })
      const scope = { teamId: 'reader' as TeamId }
      expect((await reading.listIncidents({ ...scope, limit: 9 })).map(({ id }) => id)).toEqual(['inc-p1'])
      expect(await reading.listJobs({ ...scope, states: ['queued'], limit: 9 })).toEqual([job])
      expect(await reading.listJobs({ ...scope, states: ['closed'], limit: 9 })).toEqual([])
      expect(await reading.incident(incidentId('p1'))).toMatchObject({ events: [event], evidence: [], job })
      expect(await reading.counts(scope)).toEqual({
        pendingIncidents: 1,
        activeIncidents: 1,
        queuedJobs: 1,
        openJobs: 1,
        overdueJobs: 0,
      })
      expect(await reading.counts({ streets: [street] })).toMatchObject({ pendingIncidents: 3, openJobs: 1 })
      expect(await reading.incident(incidentId('nowhere'))).toBeUndefined()
      expect(await reading.job(jobId('nowhere'))).toBeUndefined()
    })

    test('fulfils the ports of those who use it, which know it only by these', () => {
      const { reading, evidence, deliveries } = it.store
      const ports: readonly [Reading, EvidenceFiles, Deliveries] = [reading, evidence, deliveries]
      expect(ports).toHaveLength(3)
    })

    test('says that it is well', async () => {
      expect(await it.store.health()).toMatchObject({ problem: null })
    })
  })
}
