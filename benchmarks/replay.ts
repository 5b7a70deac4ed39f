// Replay: footage through the production pipeline, ledger and dispatch, as fast as it can be read, on a virtual clock.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { configurationChecks } from '../app.ts'
import { CameraWatch } from '../camera-watch.ts'
import type { CameraEntry } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { StreamHealth } from '../core/health.ts'
import type { GridId, TeamId } from '../core/ids.ts'
import type { Incident, IncidentEvent } from '../core/incident.ts'
import type { Job, JobEvent } from '../core/job.ts'
import { type Log, silentLog } from '../core/log.ts'
import { RULE_KINDS } from '../core/observation.ts'
import { decodeScene, type Scene } from '../core/scene.ts'
import { Scope } from '../core/scope.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { type DispatchPolicy, policySchema, type Team, teamSchema } from '../core/team.ts'
import { type EpochMs, ManualClock, stopwatch } from '../core/time.ts'
import { type Networks, openDetectors, SHIPPED_NETWORKS } from '../detectors.ts'
import { createDispatch, type Dispatch } from '../dispatch/desk.ts'
import type { OutboxTopic } from '../dispatch/store-port.ts'
import { writeCamerasFile } from '../store/cameras-file.ts'
import { openStore, type Store } from '../store/open.ts'
import { type LinkOptions, openLink } from './link.ts'

/** Who decides and who goes. */
export interface People {
  readonly teams: readonly Team[]
  readonly policies: readonly DispatchPolicy[]
}

export interface ReplayOptions {
  readonly networks?: Networks
  /** Nobody confirms, every incident becomes a job, and one team takes them all, if left out. */
  readonly people?: People
  /** Job-sharing window of every kind; the policies' own, if left out. */
  readonly joinWindowMs?: number
  /** Where pictures and the database are kept; a temporary folder that is removed, if left out. */
  readonly out?: string
  /** Work goes through this queue, in the database or on Redis, as it does in production; the log is the same. */
  readonly queue?: { readonly redisUrl?: string }
  /** How frames come here: all of them, as fast as they can be read, if left out. */
  readonly link?: LinkOptions
  readonly log?: Log
  /** Told of each analysed frame's time, for a progress bar. */
  readonly onFrame?: (at: EpochMs) => void
}

export interface Replay {
  readonly camera: CameraEntry
  /** In the order in which they opened. */
  readonly incidents: readonly Incident[]
  readonly incidentEvents: readonly IncidentEvent[]
  readonly jobs: readonly Job[]
  readonly jobEvents: readonly JobEvent[]
  /** Every analysed frame, as the detection log has it. */
  readonly scenes: readonly Scene[]
  readonly health: StreamHealth
  readonly cpuMs: number
}

function nobodyAsks(grid: GridId): People {
  const team = { id: 'replay' as TeamId, name: 'replay', skills: [...RULE_KINDS], grids: [grid], loadCap: 1_000_000 }
  return {
    teams: [teamSchema.parse(team)],
    policies: RULE_KINDS.map(kind => policySchema.parse({ kind, mode: 'auto', autoScore: 0 })),
  }
}

function configuration(camera: CameraEntry, { people, joinWindowMs }: ReplayOptions): string {
  const { teams, policies } = people ?? nobodyAsks(camera.grid)
  return writeCamerasFile({
    cameras: [camera],
    teams,
    policies: policies.map(policy => ({ ...policy, joinWindow: joinWindowMs ?? policy.joinWindow })),
  })
}

/**
 * Replays one camera's footage to its end: the same input gives the same incidents and jobs. A virtual clock follows the
 * footage and stops wherever work falls due on the way, and that work is done before the next observation.
 * @throws JiemuError source-…, options-invalid, rule-not-built, zone-…
 */
export async function replayCamera(entry: CameraEntry, options: ReplayOptions = {}): Promise<Replay> {
  await using scope = new Scope()
  const folder = options.out ?? (await mkdtemp(join(tmpdir(), 'jiemu-replay-')))
  if (options.out === undefined) scope.defer(() => rm(folder, { recursive: true, force: true }))
  await mkdir(folder, { recursive: true })
  const log = options.log ?? silentLog
  const clock = new ManualClock(0)
  const store = scope.use(
    await openStore<OutboxTopic>({ dataDirectory: folder, clock, log, checks: configurationChecks }),
    opened => opened.close(),
  )
  await store.configuration.importCameras(configuration(entry, options), 'replay')
  const camera = (await store.configuration.cameras()).find(({ id }) => id === entry.id)
  if (!camera) throw new Error('the store lost the camera that it was given')
  const detectors = scope.use(await openDetectors(options.networks ?? SHIPPED_NETWORKS), opened => opened.close())
  const dispatch = scope.use(
    createDispatch({
      store: store.dispatch,
      deliveries: store.deliveries,
      notifiers: [],
      ...(options.queue ? { queue: { ...options.queue, postgres: store.queueConnection } } : {}),
      clock,
      log,
    }),
    opened => opened.stop(),
  )
  await dispatch.start()

  const scenes: Scene[] = []
  const stage: Stage = { store, dispatch, clock, scenes, options }
  const before = process.cpuUsage()
  const watch = new CameraWatch(
    camera,
    {},
    {
      pace: 'replay',
      detectors,
      ...(options.link ? { arrival: openLink(options.link) } : {}),
      baseDir: process.cwd(),
      clock,
      log,
      emit: message => take(message, stage),
    },
  )
  await watch.done
  const spent = process.cpuUsage(before)
  return {
    camera: entry,
    ...(await whatCameOfIt(store)),
    scenes,
    health: watch.health(),
    cpuMs: (spent.user + spent.system) / 1_000,
  }
}

interface Stage {
  readonly store: Store<OutboxTopic>
  readonly dispatch: Dispatch
  readonly clock: ManualClock
  readonly scenes: Scene[]
  readonly options: ReplayOptions
}

async function take(message: FromShard, stage: Stage): Promise<void> {
  const { store, dispatch, clock, scenes, options } = stage
  switch (message.type) {
    case 'observation':
      // A deadline that falls on the very instant comes first: who observes needs time to say so.
      await moveOn(stage, message.observation.receivedAt)
      await dispatch.takeIn(message.observation)
      return moveOn(stage, clock.now())
    case 'pictures':
      await moveOn(stage, message.request.at)
      if (options.out !== undefined)
        await store.evidence.keepPictures(message.cameraId, message.request, message.snapshots)
      return
    case 'dropped':
      await store.evidence.dropProvisional(message.fingerprint)
      return
    case 'scenes':
      for (const { at, line } of message.lines) {
        scenes.push(decodeScene(line))
        options.onFrame?.(at)
      }
      return moveOn(stage, message.lines.at(-1)?.at ?? 0)
  }
}

/** Moves the clock on to `at`, and does what falls due until then, and what follows from that, each at its own time. */
async function moveOn(stage: Stage, at: EpochMs): Promise<void> {
  const { dispatch, clock, options } = stage
  let done: string | undefined
  for (let next = await dueBy(stage, at); next; next = await dueBy(stage, at)) {
    // Whoever replays wants to know, and not a log that lacks it.
    if (next.id === done) throw new JiemuError('unexpected', { problem: `the work "${next.id}" could not be done` })
    done = next.id
    clock.advanceTo(next.dueAt)
    await (options.queue ? queueIsIdle(stage) : dispatch.drain(clock.now()))
  }
  clock.advanceTo(at)
}

async function dueBy({ store }: Stage, at: EpochMs) {
  const [next] = await store.dispatch.dueOutbox(at, Number.MAX_SAFE_INTEGER, 1)
  return next
}

/** Far more than any work takes, its first retries included. */
const QUEUE_LIMIT_MS = 60_000

/** The queue holds no truth: it is done when the outbox says so. */
async function queueIsIdle(stage: Stage): Promise<void> {
  const elapsedMs = stopwatch()
  while (elapsedMs() < QUEUE_LIMIT_MS && (await dueBy(stage, stage.clock.now()))) await delay(5)
}

async function whatCameOfIt({ reading }: Store<OutboxTopic>) {
  const incidents = await everyRow(
    page => reading.listIncidents(page),
    incident => incident.openedAt,
  )
  const jobs = await everyRow(
    page => reading.listJobs(page),
    job => job.createdAt,
  )
  const incidentEvents: IncidentEvent[] = []
  for (const { id } of incidents) incidentEvents.push(...((await reading.incident(id))?.events ?? []))
  const jobEvents: JobEvent[] = []
  for (const { id } of jobs) jobEvents.push(...((await reading.job(id))?.events ?? []))
  return { incidents, incidentEvents, jobs, jobEvents }
}

const PAGE = 500

/** Reads a list page by page, from its newest row to its oldest. */
async function everyRow<T extends { readonly id: string }>(
  read: (page: { limit: number; before?: { at: EpochMs; id: string } }) => Promise<readonly T[]>,
  at: (row: T) => EpochMs,
): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const last = all.at(-1)
    const page = await read({ limit: PAGE, ...(last ? { before: { at: at(last), id: last.id } } : {}) })
    all.push(...page)
    if (page.length < PAGE) return all.reverse()
  }
}
