// Replay: footage through the production pipeline, ledger and dispatch, as fast as it can be read, on a virtual clock.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { configurationChecks } from '../app.ts'
import type { Camera, CameraEntry } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { StreamHealth } from '../core/health.ts'
import type { GridId, TeamId } from '../core/ids.ts'
import { type Log, silentLog } from '../core/log.ts'
import { RULE_KINDS } from '../core/observation.ts'
import { decodeScene, type Scene } from '../core/scene.ts'
import { Scope } from '../core/scope.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { type DispatchPolicy, policySchema, type Team, teamSchema } from '../core/team.ts'
import { type EpochMs, ManualClock, stopwatch } from '../core/time.ts'
import { createDispatch, type Dispatch } from '../dispatch/desk.ts'
import type { OutboxTopic } from '../dispatch/store-port.ts'
import { writeCamerasFile } from '../store/cameras-file.ts'
import { openStore, type Store } from '../store/open.ts'
import { CameraWatch, type Look, type WatchDeps } from '../watch/camera-watch.ts'
import { type Networks, openDetectors, SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { inStep } from './in-step.ts'
import { type LinkOptions, openLink } from './link.ts'
import { everyRecord, type StreetRecords } from './street-records.ts'

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
  /** Whether pictures that show no change go without an inference, as they do live; they do, if left out. */
  readonly thrifty?: boolean
  readonly log?: Log
  /** Told of each analysed frame's time, for a progress bar. */
  readonly onFrame?: (at: EpochMs) => void
  /** Told of each analysed frame while its picture lives, and of what was found in it, before anything comes of that. */
  readonly onLook?: (look: Look) => Promise<void>
}

/** What one camera saw. */
export interface Watched {
  readonly camera: CameraEntry
  /** Every analysed frame, as the detection log has it. */
  readonly scenes: readonly Scene[]
  readonly health: StreamHealth
}

/** What all cameras of a street saw, and what came of it. */
export interface StreetReplay extends StreetRecords {
  readonly cameras: readonly Watched[]
  readonly cpuMs: number
}

/** Of a street with one camera. */
export interface Replay extends StreetReplay, Watched {}

function nobodyAsks(grids: readonly GridId[]): People {
  const team = { id: 'replay' as TeamId, name: 'replay', skills: [...RULE_KINDS], grids, loadCap: 1_000_000 }
  return {
    teams: [teamSchema.parse(team)],
    policies: RULE_KINDS.map(kind => policySchema.parse({ kind, mode: 'auto', autoScore: 0 })),
  }
}

function configuration(cameras: readonly CameraEntry[], { people, joinWindowMs }: ReplayOptions): string {
  const { teams, policies } = people ?? nobodyAsks([...new Set(cameras.map(({ grid }) => grid))])
  return writeCamerasFile({
    cameras,
    teams,
    policies: policies.map(policy => ({ ...policy, joinWindow: joinWindowMs ?? policy.joinWindow })),
  })
}

/** A street with one camera. @throws as replayStreet */
export async function replayCamera(entry: CameraEntry, options: ReplayOptions = {}): Promise<Replay> {
  const street = await replayStreet([entry], options)
  const [watched] = street.cameras
  if (!watched) throw new Error('the street lost its camera')
  return { ...street, ...watched }
}

/**
 * Replays the footage of a street's cameras to its end: the same input gives the same incidents and jobs. A virtual clock
 * follows the footage and stops wherever work falls due on the way, and that work is done before the next observation;
 * what the cameras report is taken in in the order of its times.
 * @throws JiemuError source-…, options-invalid, rule-not-built, zone-…
 */
export async function replayStreet(
  entries: readonly CameraEntry[],
  options: ReplayOptions = {},
): Promise<StreetReplay> {
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
  await store.configuration.importCameras(configuration(entries, options), 'replay')
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

  const stage: Stage = { store, dispatch, clock, options }
  const before = process.cpuUsage()
  const cameras = await watchAll(entries, await store.configuration.cameras(), { detectors, clock, log }, stage)
  const spent = process.cpuUsage(before)
  return { cameras, ...(await everyRecord(store)), cpuMs: (spent.user + spent.system) / 1_000 }
}

interface Stage {
  readonly store: Store<OutboxTopic>
  readonly dispatch: Dispatch
  readonly clock: ManualClock
  readonly options: ReplayOptions
}

/** All cameras at once, each waiting for the others whenever it has something to report. */
async function watchAll(
  entries: readonly CameraEntry[],
  stored: readonly Camera[],
  deps: Pick<WatchDeps, 'detectors' | 'clock' | 'log'>,
  stage: Stage,
): Promise<readonly Watched[]> {
  const { link, onLook, thrifty = true } = stage.options
  const lanes = inStep<FromShard>(entries.length, message => take(message, stage))
  const watches: CameraWatch[] = []
  const watchOne = async (entry: CameraEntry, index: number): Promise<Watched> => {
    const lane = lanes[index]
    const scenes: Scene[] = []
    let at = 0
    const emit = (message: FromShard) => {
      if (message.type === 'scenes') scenes.push(...message.lines.map(({ line }) => decodeScene(line)))
      at = Math.max(at, timeOf(message))
      return TAKEN.has(message.type) ? lane?.bring(message, at) : undefined
    }
    try {
      const camera = stored.find(({ id }) => id === entry.id)
      if (!camera) throw new Error('the store lost the camera that it was given')
      const watch = new CameraWatch(
        camera,
        {},
        {
          ...deps,
          // Each camera has a link of its own: what one loses the next one need not.
          ...(link ? { arrival: openLink({ ...link, seed: (link.seed ?? 1) + index }) } : {}),
          ...(onLook ? { onLook } : {}),
          thrifty,
          ...{ pace: 'replay', baseDir: process.cwd(), emit },
        },
      )
      watches.push(watch)
      await watch.done
      return { camera: entry, scenes, health: watch.health() }
    } finally {
      lane?.end()
    }
  }
  try {
    return await Promise.all(entries.map(watchOne))
  } catch (error) {
    // The first that fails ends them all, before the store that they report to is closed.
    await Promise.all(watches.map(watch => watch.close()))
    throw error
  }
}

const TAKEN: ReadonlySet<FromShard['type']> = new Set(['observation', 'pictures', 'dropped', 'scenes'])

/** 0 where a report has no time of its own: it goes with the one before. */
function timeOf(message: FromShard): EpochMs {
  switch (message.type) {
    case 'observation':
      return message.observation.receivedAt
    case 'pictures':
      return message.request.at
    case 'scenes':
      return message.lines.at(-1)?.at ?? 0
    default:
      return 0
  }
}

async function take(message: FromShard, stage: Stage): Promise<void> {
  const { store, dispatch, clock, options } = stage
  await moveOn(stage, timeOf(message))
  switch (message.type) {
    case 'observation':
      // A deadline that fell on the very instant came first: who observes needs time to say so.
      await dispatch.takeIn(message.observation)
      return moveOn(stage, clock.now())
    case 'pictures':
      if (options.out !== undefined)
        await store.evidence.keepPictures(message.cameraId, message.request, message.snapshots, message.inFrame)
      return
    case 'dropped':
      await store.evidence.dropProvisional(message.fingerprint)
      return
    case 'scenes':
      for (const { at } of message.lines) options.onFrame?.(at)
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
