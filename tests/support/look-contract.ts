// What every database under the store must do for fresh looks: owed until answered, of the newest round, and shown with their pictures.
import { expect, test } from 'vitest'
import type { Look } from '../../core/fresh-look.ts'
import type { CameraId, Fingerprint, IncidentId, JobId, ZoneId } from '../../core/ids.ts'
import type { Moment, PictureRequest } from '../../core/observation.ts'
import type { Snapshot } from '../../core/shard-contract.ts'
import type { OutboxTopic } from '../../dispatch/store-port.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

const incidentId = 'inc-look' as IncidentId
const fingerprint = 'illegal-parking|look|stay' as Fingerprint
const jobId = 'job-look' as JobId
const look = (round: number, over: Partial<Look> = {}): Look => ({
  ...{ id: `look.${jobId}.${round}`, jobId, round, incidentId },
  ...{ cameraId: 'kerb' as CameraId, zoneId: 'bay' as ZoneId, clear: { k: 3, n: 4 } },
  ...{ withinMs: 600_000, askedAt: AT + round, verdict: null, samples: null, at: null, pictured: false },
  ...over,
})

/** @param it the store, once it is open */
export function lookContract(it: () => TestStore): void {
  const dispatch = () => it().store.dispatch as StoredDispatch<OutboxTopic>
  const owed = async () => (await dispatch().owedLooks()).filter(({ incidentId: id }) => id === incidentId)
  const verification = async () => (await it().store.reading.job(jobId))?.verification

  test('owes the looks of the newest round while their job is being verified, with what their rule must know', async () => {
    const incident = incidentRecord({ id: incidentId, fingerprint, subject: 'stay' })
    const job = jobRecord({ id: jobId, state: 'verifying', incidentIds: [incidentId] })
    await dispatch().transact(async tx => {
      await tx.insertIncident(incident)
      await tx.insertJob(job)
      await tx.looks.add([look(4)])
      await tx.looks.add([look(4, { askedAt: 0 }), look(6)])
    })
    const { boxes } = incident
    expect(await owed()).toEqual([
      {
        ...{ id: `look.${jobId}.6`, incidentId, cameraId: 'kerb', zoneId: 'bay', clear: { k: 3, n: 4 } },
        ...{ withinMs: 600_000, askedAt: AT + 6, fingerprint, subject: 'stay', boxes },
      },
    ])
    expect(await dispatch().transact(tx => tx.looks.get(`look.${jobId}.4`))).toEqual(look(4))
    expect(await verification()).toMatchObject({ verdict: null, askedAt: AT + 6, at: null })
  })

  test('keeps an answer, owes it no more, and shows the breach and what the look saw side by side', async () => {
    const answered = look(6, {
      verdict: 'clear',
      samples: { clear: 3, there: 0, blind: 1 },
      at: AT + 60,
      pictured: true,
    })
    await dispatch().transact(tx => tx.looks.update(answered))
    expect(await owed()).toEqual([])
    expect(await dispatch().transact(tx => tx.looks.of(jobId))).toEqual([answered])
    const keep = (moment: Moment, at: number, of: Partial<PictureRequest> = {}) => {
      const snapshots = (['wide', 'close-up'] as const).map(
        (view): Snapshot => ({ view, annotated: true, jpeg: Buffer.from(`${moment} ${at} ${view}`) }),
      )
      const request = { fingerprint, moment, at, zoneId: 'bay' as ZoneId, boxes: [], caption: '', ...of }
      return it().store.evidence.keepPictures('kerb' as CameraId, request, snapshots)
    }
    await keep('fired', AT)
    await keep('still-there', AT + 30, { incidentId })
    // Cleared by now: the open incident of the fingerprint, if there is one, is another.
    await dispatch().transact(async tx => {
      const incident = await tx.incident(incidentId)
      if (incident) await tx.updateIncident({ ...incident, physical: 'cleared', clearedAt: AT + 50 })
    })
    const [after] = await keep('verified', AT + 60, { incidentId })
    expect(after?.incidentId).toBe(incidentId)
    const shown = await verification()
    expect(shown).toMatchObject({
      verdict: 'clear',
      at: AT + 60,
      looks: [{ samples: { clear: 3, there: 0, blind: 1 } }],
    })
    const { evidence: pictures } = (await it().store.reading.incident(incidentId)) ?? { evidence: [] }
    const named = (id: string | null | undefined) => {
      const found = pictures.find(picture => picture.id === id)
      return found && `${found.moment} ${found.view}`
    }
    expect(
      shown?.looks[0]?.pictures.map(({ view, before, after: then }) => [view, named(before), named(then)]),
    ).toEqual([
      ['wide', 'fired wide', 'verified wide'],
      ['close-up', 'fired close-up', 'verified close-up'],
    ])
  })

  test('owes nothing for a job that has moved on', async () => {
    await dispatch().transact(async tx => {
      await tx.looks.add([look(8)])
      const job = await tx.job(jobId)
      if (job) await tx.updateJob({ ...job, state: 'returned' })
    })
    expect(await owed()).toEqual([])
  })
}
