// The API on a real store with real dispatch, not listening, and something in the street that the tests ask about.
import { createHash } from 'node:crypto'
import { Registry } from 'prom-client'
import sharp from 'sharp'
import { buildApi } from '../../api/build.ts'
import { evidenceLinks } from '../../api/evidence-links.ts'
import { csrfTokenOf } from '../../api/own-page.ts'
import { configSchema } from '../../config.ts'
import type { Delivery } from '../../core/delivery.ts'
import { silentLog } from '../../core/log.ts'
import { createDispatch } from '../../dispatch/desk.ts'
import { addressGuard } from '../../dispatch/notifiers/address-guard.ts'
import { deliveryOfNotice } from '../../dispatch/notify.ts'
import type { OutboxTopic } from '../../dispatch/store-port.ts'
import { deliverRow } from '../../dispatch/work-rows.ts'
import { openFigures } from '../../main-process/city-figures.ts'
import { DeliveryDesk } from '../../main-process/delivery-desk.ts'
import { MediaLinks } from '../../main-process/media-links.ts'
import { PeopleDesk } from '../../main-process/people-desk.ts'
import { PushDesk } from '../../main-process/push-desk.ts'
import { openReports } from '../../main-process/resident-reports.ts'
import type { Store } from '../../store/open.ts'
import { bearer, fakeHouse, tokenOf } from './api-ports.ts'
import { sampleIncident, sampleJob, samplePicture, teamOf } from './api-samples.ts'
import { openTestStore } from './embedded.ts'
import { NOTICE } from './loopback.ts'

export interface RealHouse {
  readonly app: Awaited<ReturnType<typeof buildApi>>
  /** Of an administrator of the district, by token. */
  readonly byToken: Readonly<Record<string, string>>
  /** Of another one, newly signed in. */
  bySession(): Promise<Readonly<Record<string, string>>>
  /** Whatever was done to them, the job is assigned and the incident waits for an operator again. */
  renew(): Promise<void>
  close(): Promise<void>
}

const FROM_OUR_PAGE = { host: '127.0.0.1:8470', 'sec-fetch-site': 'same-origin' }

const sha256Of = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')

/** Of what the API is built from only cameras, health and live events are stand-ins. */
export async function openRealHouse(): Promise<RealHouse> {
  const { store, clock, dispose } = await openTestStore()
  await fill(store)
  const deps = {
    store: store.dispatch as Store<OutboxTopic>['dispatch'],
    deliveries: store.deliveries,
    clock,
    log: silentLog,
  }
  const dispatch = createDispatch({ ...deps, notifiers: [] })
  const desk = {
    deliveries: store.deliveries,
    destinations: ['webhook-1'],
    missing: () => [],
    registry: new Registry(),
  }
  const people = await PeopleDesk.open(store.people, silentLog)
  const { open311, cityCodes } = configSchema.parse({
    open311: { keys: [{ name: 'app', sha256: sha256Of('app-key') }], street: 'tianshui', grid: 'tianshui-3' },
  })
  const { reading, evidence, photos, register, deletions, holds, standings, verdicts, rota, positions } = store
  const app = await buildApi({
    ...fakeHouse({ tokens: [tokenOf('chen', 'admin')] }).deps,
    ...{ reading, evidence, photos, register, deletions, holds, standings, verdicts, rota, positions, people },
    deletion: evidence.deletion,
    links: evidenceLinks(store.deriveKey('evidence links'), clock),
    commands: dispatch,
    deliveries: new DeliveryDesk({ ...desk, clock, log: silentLog }),
    media: new MediaLinks({ store, key: store.deriveKey('media links'), publicUrl: null, clock }),
    push: new PushDesk(store.pushSubscriptions, addressGuard([])),
    residents: openReports(open311, dispatch, store.reports),
    // A stream that a test drops is not told to the server: what is refused is not to be the number of them.
    eventLimits: { maxListeners: 100_000 },
    figures: openFigures(store.kpis, store.standings, clock, { cityCodes }),
  })
  const invitation = await people.setUpLink(0)
  const password = 'lamp river ninety kite'
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload, headers: FROM_OUR_PAGE })
  await post('/api/setup', { token: invitation?.token, login: 'root', name: '管理员', password })
  return {
    app,
    byToken: { ...FROM_OUR_PAGE, ...bearer('chen') },
    async bySession() {
      const response = await post('/api/session', { login: 'root', password })
      const [cookie] = response.cookies
      if (!cookie) throw new Error(`nobody could sign in: ${response.body}`)
      return { ...FROM_OUR_PAGE, cookie: `${cookie.name}=${cookie.value}`, 'x-csrf-token': csrfTokenOf(cookie.value) }
    },
    renew: () =>
      store.dispatch.transact(async tx => {
        const [incident, job] = [sampleIncident('tianshui'), sampleJob('tianshui')]
        const now = { job: await tx.job(job.id), incident: await tx.incident(incident.id) }
        if (now.job) await tx.updateJob({ ...now.job, state: 'assigned', teamId: job.teamId })
        if (now.incident) await tx.updateIncident({ ...now.incident, review: 'pending' })
      }),
    async close() {
      await app.close()
      people.close()
      await dispose()
    },
  }
}

/** What the rows of the authorization table name, in the street tianshui. */
async function fill(store: Store): Promise<void> {
  const team = `{ id: ${teamOf('tianshui')}, name: 一队, skills: [illegal-parking], grids: [tianshui-3, tianshui-4] }`
  await store.configuration.importCameras(`teams: [${team}]`, 'test')
  const incident = sampleIncident('tianshui')
  const job = sampleJob('tianshui')
  await store.dispatch.transact(async tx => {
    await tx.insertIncident(incident)
    await tx.insertJob({ ...job, incidentIds: [incident.id] })
    const letter: Delivery = {
      ...deliveryOfNotice(NOTICE, 'webhook-1', null, job.createdAt),
      id: 'dlv-1',
      state: 'dead',
    }
    await tx.addDeliveries([letter], [deliverRow(letter)])
  })
  const plain = { width: 64, height: 48, channels: 3, background: '#555' } as const
  const bytes = await sharp({ create: plain }).jpeg().toBuffer()
  const { row } = samplePicture('tianshui')
  await store.evidence.keep([{ row: { ...row, sha256: sha256Of(bytes), bytes: bytes.byteLength }, bytes }])
}
