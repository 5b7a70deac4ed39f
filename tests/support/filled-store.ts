// A store with something in every corner, and what a database holds, row by row, for comparison.
import { sql } from 'kysely'
import type { CameraId, Fingerprint, IncidentId, JobId, ZoneId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import type { PictureRequest } from '../../core/observation.ts'
import { tableShapes } from '../../store/backup/table-shapes.ts'
import { type ConnectionConfig, connect } from '../../store/connection.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord, referenceOf } from './records.ts'

const CAMERAS = `
cameras:
  - id: gate
    name: 东门 "north" \\ gate
    street: north
    grid: n1
    source: { kind: rtsp, url: "rtsp://admin:hunter2@10.0.0.9/live" }
    zones:
      - { id: kerb, rule: illegal-parking, polygon: [[0, 0.5], [1, 0.5], [1, 1], [0, 1]] }
teams:
  - { id: t1, name: 一队, skills: [illegal-parking], grids: [n1] }
policies:
  - { kind: crowding, mode: auto }
`

/** Cameras, two cases with a picture each, one of them with a clip, one picture that was deleted, a hold, the register, work, JSON of every kind. */
export async function fillStore({ store, clock }: TestStore): Promise<void> {
  await store.configuration.importCameras(CAMERAS, 'test')
  for (const name of ['one', 'two']) {
    const id = `inc-${name}` as IncidentId
    await store.dispatch.transact(async tx => {
      await tx.insertIncident(incidentRecord({ id, fingerprint: name as Fingerprint, score: 0.1 + 0.2 }))
      await tx.insertJob(jobRecord({ id: `job-${name}` as JobId, incidentIds: [id] }))
      await tx.addIncidentEvent({
        incidentId: id,
        at: AT,
        event: 'rejected',
        actor: '李',
        note: 'a\nb "c" \\ \u2028 🚲',
      })
    })
    await keep(store, name)
  }
  await store.evidence.keepClip('gate' as CameraId, requestOf('two'), {
    mp4: new TextEncoder().encode('clip two'),
    durationMs: 10_000,
  })
  await keep(store, 'dead')
  await store.evidence.dropProvisional('dead' as Fingerprint)
  await store.holds.place({ incidentId: 'inc-one' as IncidentId }, 'court', 'chen')
  await store.register.record({
    ...{ who: 'li', role: 'operator', purpose: 'view', evidenceId: null, incidentId: null, jobId: null },
    ...{ streetId: null, address: '::1', subject: null },
  })
  await store.dispatch.transact(tx =>
    tx.addOutbox([{ id: 'w', topic: 'assign', payload: { jobId: 'job-one', attempt: 1 }, dueAt: AT, createdAt: AT }]),
  )
  await store.references.save(referenceOf('gate'))
  await store.detections.append('gate' as CameraId, [{ at: AT, line: JSON.stringify({ at: AT }) }])
  await store.detections.appendThumbnail('gate' as CameraId, { at: AT, jpeg: new TextEncoder().encode('thumbnail') })
  await store.audit.seal(clock.now())
}

const requestOf = (name: string): PictureRequest => ({
  fingerprint: name as Fingerprint,
  moment: 'first',
  at: AT,
  zoneId: 'bay' as ZoneId,
  boxes: [],
  caption: '',
})

async function keep(store: TestStore['store'], name: string): Promise<void> {
  const jpeg = new TextEncoder().encode(`picture ${name}`)
  await store.evidence.keepPictures('gate' as CameraId, requestOf(name), [{ view: 'wide', annotated: false, jpeg }])
}

/** Every row of every table as the database writes it, in an order that does not depend on how they were written. */
export async function contentOf(connection: ConnectionConfig): Promise<Readonly<Record<string, readonly string[]>>> {
  const db = connect({ ...connection, max: 1 }, silentLog)
  try {
    const content: Record<string, readonly string[]> = {}
    for (const { name, identity } of await tableShapes(db)) {
      const { rows } = await sql<{ line: string }>`select to_json(t)::text as line from ${sql.table(name)} t`.execute(
        db,
      )
      const last = identity ? [`identity ${identity.column}: ${identity.last}`] : []
      content[name] = [...rows.map(row => row.line).sort(), ...last]
    }
    return content
  } finally {
    await db.destroy()
  }
}
