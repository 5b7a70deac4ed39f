// Replay: footage through the production pipeline, ledger and dispatch, as fast as it can be read, on a virtual clock.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { configurationChecks } from '../app.ts'
import { CameraWatch } from '../camera-watch.ts'
import type { Camera, CameraEntry } from '../core/camera.ts'
import type { StreamHealth } from '../core/health.ts'
import type { Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { type Log, silentLog } from '../core/log.ts'
import { RULE_KINDS } from '../core/observation.ts'
import { decodeScene, type Scene } from '../core/scene.ts'
import { Scope } from '../core/scope.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { type EpochMs, formatDuration, ManualClock } from '../core/time.ts'
import { type Networks, openDetectors, SHIPPED_NETWORKS } from '../detectors.ts'
import { createDispatch } from '../dispatch/desk.ts'
import type { OutboxTopic } from '../dispatch/store-port.ts'
import { openStore, type Store } from '../store/open.ts'

export interface ReplayOptions {
  readonly networks?: Networks
  /** Job-sharing window of every kind; the policy's own default, if left out. */
  readonly joinWindowMs?: number
  /** Where pictures and the database are kept; a temporary folder that is removed, if left out. */
  readonly out?: string
  readonly log?: Log
  /** Told of each analysed frame's time, for a progress bar. */
  readonly onFrame?: (at: EpochMs) => void
}

export interface Replay {
  /** In the order in which they opened. */
  readonly incidents: readonly Incident[]
  readonly jobs: readonly Job[]
  /** Every analysed frame, as the detection log has it. */
  readonly scenes: readonly Scene[]
  readonly health: StreamHealth
  readonly cpuMs: number
}

/** Nobody confirms footage: every incident becomes a job, which goes to the one team there is. */
const configuration = (camera: CameraEntry, joinWindowMs: number | undefined) =>
  stringify({
    cameras: [
      { ...camera, zones: camera.zones.map(zone => ({ ...zone, polygon: zone.polygon.map(p => [p.x, p.y]) })) },
    ],
    teams: [{ id: 'replay', name: 'replay', skills: [...RULE_KINDS], grids: [camera.grid], loadCap: 1_000_000 }],
    policies: RULE_KINDS.map(kind => ({
      kind,
      mode: 'auto',
      autoScore: 0,
      ...(joinWindowMs === undefined ? {} : { joinWindow: formatDuration(joinWindowMs) }),
    })),
  })

/**
 * Replays one camera's footage to its end. The queue is off: dispatch does its due work after each observation, so that
 * the same input gives the same incidents and jobs.
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
  await store.configuration.importCameras(configuration(entry, options.joinWindowMs), 'replay')
  const camera = (await store.configuration.cameras()).find(({ id }) => id === entry.id)
  if (!camera) throw new Error('the store lost the camera that it was given')
  const detectors = scope.use(await openDetectors(options.networks ?? SHIPPED_NETWORKS), opened => opened.close())
  const dispatch = createDispatch({
    store: store.dispatch,
    deliveries: store.deliveries,
    notifiers: [],
    clock,
    log,
  })

  const scenes: Scene[] = []
  const before = process.cpuUsage()
  const watch = new CameraWatch(
    camera,
    {},
    {
      pace: 'replay',
      detectors,
      baseDir: process.cwd(),
      clock,
      log,
      emit: message => take(message, { store, dispatch, clock, scenes, camera, options }),
    },
  )
  await watch.done
  const spent = process.cpuUsage(before)
  await dispatch.drain(clock.now())
  return {
    incidents: await everyRow(
      page => store.reading.listIncidents(page),
      incident => incident.openedAt,
    ),
    jobs: await everyRow(
      page => store.reading.listJobs(page),
      job => job.createdAt,
    ),
    scenes,
    health: watch.health(),
    cpuMs: (spent.user + spent.system) / 1_000,
  }
}

interface Taking {
  readonly store: Store<OutboxTopic>
  readonly dispatch: ReturnType<typeof createDispatch>
  readonly clock: ManualClock
  readonly scenes: Scene[]
  readonly camera: Camera
  readonly options: ReplayOptions
}

async function take(message: FromShard, { store, dispatch, clock, scenes, options }: Taking): Promise<void> {
  switch (message.type) {
    case 'observation':
      clock.advanceTo(message.observation.at)
      await dispatch.takeIn(message.observation)
      return dispatch.drain(clock.now())
    case 'pictures':
      clock.advanceTo(message.request.at)
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
      return
  }
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
