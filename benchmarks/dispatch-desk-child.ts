// The process under load: store, ledger, outbox, queue, assignment and notifier as app.ts builds them, and nothing else of main.
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { buildNotifiers, importCamerasFile, openConfiguredStore } from '../app.ts'
import { loadConfig } from '../config.ts'
import { type EpochMs, systemClock } from '../core/time.ts'
import { createDispatch } from '../dispatch/desk.ts'
import type { OutboxTopic } from '../dispatch/store-port.ts'
import { Intake } from '../main-process/intake.ts'
import {
  type DeskSettings,
  type FromDesk,
  monotonicMs,
  SETTINGS_VARIABLE,
  type ToDesk,
} from './dispatch-load/contract.ts'

/** Work that is handed over anew because the queue lost it comes within 15 s, and its retries within a minute. */
const SETTLE_LIMIT_MS = 90_000
const EVERYTHING = 10_000_000
/** What an incident brings about at once; deadlines, the weighing of grids and the canary wait for their own time. */
const AT_ONCE: readonly OutboxTopic[] = ['assign', 'notify', 'deliver']

process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole group; whoever started this decides when it ends.
process.on('SIGINT', () => undefined)
const send = (message: FromDesk) => void process.send?.(message, undefined, {}, () => undefined)

const settings = JSON.parse(process.env[SETTINGS_VARIABLE] ?? '{}') as DeskSettings
const { databaseUrl: DATABASE_URL, redisUrl: REDIS_URL, receiverUrl: url } = settings
const config = {
  ...loadConfig(undefined, { DATABASE_URL, REDIS_URL }, { dataDir: settings.dataDir }),
  // The colours of the grids are nobody's incident.
  notifiers: [{ kind: 'webhook', canary: false, url, events: ['incident.*', 'job.*'] }],
  outgoing: { allow: ['127.0.0.1/32'] },
}
const log = pino({ level: 'warn' }, pino.destination(2))
const store = await openConfiguredStore(config, log)
await importCamerasFile(store, settings.camerasFile)
const dispatch = createDispatch({
  store: store.dispatch,
  deliveries: store.deliveries,
  notifiers: buildNotifiers(config, log),
  queue: { postgres: store.queueConnection, ...(config.redisUrl ? { redisUrl: config.redisUrl } : {}) },
  clock: systemClock,
  log,
  onRow: ({ topic, payload }, step) => {
    if (topic !== 'assign' || step !== 'done') return
    send({ type: 'assigned', jobId: String(payload.jobId), atMs: monotonicMs() })
  },
})
await dispatch.start()
const intake = new Intake({
  takeIn: observation => dispatch.takeIn(observation),
  keepPictures: (...kept) => store.evidence.keepPictures(...kept),
  keepClip: async () => undefined,
  dropPictures: fingerprint => store.evidence.dropProvisional(fingerprint),
  keepRules: (cameraId, snapshot) => store.snapshots.save(cameraId, snapshot),
  keepReference: reference => store.references.save(reference),
  keepScenes: (cameraId, lines) => store.detections.append(cameraId, lines),
  takeLook: answer => dispatch.takeLook(answer),
  acknowledge: ({ fingerprint, sequence }) => send({ type: 'committed', fingerprint, sequence, atMs: monotonicMs() }),
  log,
})

/** Whether all work is done: nothing more can arrive anywhere. Gives up where that does not come. */
async function settled(): Promise<boolean> {
  const giveUpMs = monotonicMs() + SETTLE_LIMIT_MS
  while (monotonicMs() < giveUpMs) {
    await intake.idle()
    const waiting = await store.dispatch.dueOutbox(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, EVERYTHING)
    if (!waiting.some(({ topic }) => AT_ONCE.includes(topic))) return true
    await delay(100)
  }
  return false
}

async function tell(since: EpochMs): Promise<void> {
  const isSettled = await settled()
  const incidents = await store.reading.listIncidents({ limit: EVERYTHING })
  const jobs = await store.reading.listJobs({ limit: EVERYTHING })
  send({
    type: 'told',
    settled: isSettled,
    records: {
      incidents: incidents
        .filter(({ openedAt }) => openedAt >= since)
        .map(({ id, fingerprint, openedAt }) => ({ id, fingerprint, openedAt })),
      jobs: jobs.filter(({ createdAt }) => createdAt >= since).map(({ id, incidentIds }) => ({ id, incidentIds })),
    },
  })
}

async function stop(): Promise<void> {
  await intake.close()
  await dispatch.stop()
  await store.close()
  process.exit(0)
}

process.on('message', (message: ToDesk) => {
  if (message.type === 'observation') intake.push(message.observation.cameraId, message)
  else if (message.type === 'tell') void tell(message.since)
  else void stop()
})
send({ type: 'ready' })
