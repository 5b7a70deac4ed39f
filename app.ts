// The main process's composition root: what exists, who gets what, and who closes whom.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { evidenceLinks } from './api/evidence-links.ts'
import { listen } from './api/listen.ts'
import { openSingleSignOn } from './api/single-sign-on.ts'
import { type Config, PACKAGE, retentionOf, shardOf } from './config.ts'
import { JiemuError } from './core/errors.ts'
import { kindNamed, parseOptions } from './core/kind.ts'
import type { Log } from './core/log.ts'
import type { Observation } from './core/observation.ts'
import { Scope } from './core/scope.ts'
import { type Clock, systemClock } from './core/time.ts'
import { createDispatch, type Dispatch } from './dispatch/desk.ts'
import { addressGuard } from './dispatch/notifiers/address-guard.ts'
import { openDestinations } from './dispatch/notifiers/destinations.ts'
import type { Notifier, NotifierDeps } from './dispatch/notifiers/notifier.ts'
import type { OutboxTopic } from './dispatch/store-port.ts'
import { measureAssigned } from './main-process/assigned-time.ts'
import { CameraDesk } from './main-process/camera-desk.ts'
import { CameraSetup } from './main-process/camera-setup.ts'
import { Changes } from './main-process/changes.ts'
import { openFigures } from './main-process/city-figures.ts'
import { DeliveryDesk } from './main-process/delivery-desk.ts'
import { openField, openPhotos } from './main-process/field-desk.ts'
import { CameraFollower } from './main-process/follow-cameras.ts'
import { openHandReports } from './main-process/hand-reports.ts'
import { reportHealth } from './main-process/health-report.ts'
import { Intake, receive } from './main-process/intake.ts'
import { Journeys } from './main-process/journeys.ts'
import { Keeping } from './main-process/keeping.ts'
import { LiveDesk } from './main-process/live-desk.ts'
import { MediaLinks } from './main-process/media-links.ts'
import { Metrics } from './main-process/metrics.ts'
import { openMutes } from './main-process/mute-desk.ts'
import { PeopleDesk } from './main-process/people-desk.ts'
import { PushDesk } from './main-process/push-desk.ts'
import { openReports } from './main-process/resident-reports.ts'
import { startSealing } from './main-process/sealing.ts'
import { ShardPool } from './main-process/shards.ts'
import { SightTime } from './main-process/sight-time.ts'
import { Verifications } from './main-process/verifications.ts'
import { WatchedTime } from './main-process/watched-time.ts'
import { openStore, type Store } from './store/open.ts'
import { SOURCE_KINDS } from './streams/kinds/index.ts'
import { ruleNamed } from './watch/camera-rules.ts'

export interface Main {
  /** Where the console is: "http://127.0.0.1:8470". */
  readonly address: string
  /** The link by which the first administrator is made; null where there is no need of it. Never for the log. */
  readonly setUp: string | null
  /** Imports a cameras file; the shards take the change within two seconds. @returns what changed */
  importCameras(file: string): Promise<readonly string[]>
  close(): Promise<void>
}

/** The canary goes every minute; its absence is seen this much later. */
const CANARY_TICK_MS = 10_000

/** What a source or a rule may be is known by their tables, not by the store that keeps them. */
export const configurationChecks = {
  source(kind: string, options: unknown, where: string): void {
    parseOptions(kindNamed('source', SOURCE_KINDS, kind).options, where, options)
  },
  rule(kind: string, options: unknown, where: string): void {
    parseOptions(ruleNamed(kind, where).options, where, options)
  },
}

/** @throws JiemuError options-invalid or kind-unknown */
export function buildNotifiers(
  { notifiers, outgoing, publicUrl }: Pick<Config, 'notifiers' | 'outgoing' | 'publicUrl'>,
  log: Log,
  clock: Clock = systemClock,
  deps: Pick<NotifierDeps, 'pictures' | 'push'> = {},
): readonly Notifier[] {
  return openDestinations(notifiers, { guard: addressGuard(outgoing.allow), clock, log, publicUrl, ...deps })
}

/**
 * @param join comes in through a running process's database instead of refusing because it is in use
 * @throws JiemuError database-locked, database-unavailable or secret-key-invalid
 */
export function openConfiguredStore(
  config: Config,
  log: Log,
  { join: joining = false, clock = systemClock }: { readonly join?: boolean; readonly clock?: Clock } = {},
): Promise<Store<OutboxTopic>> {
  const { session, oidc } = config.auth
  return openStore<OutboxTopic>({
    join: joining,
    ...(config.databaseUrl ? { databaseUrl: config.databaseUrl } : {}),
    dataDirectory: config.dataDir,
    clock,
    log,
    sessions: { idleMs: session.idle, absoluteMs: session.longest, signOnMs: oidc?.longest },
    passwordsFor: oidc?.passwordsOnlyFor,
    checks: configurationChecks,
    retention: retentionOf(config),
    positionMaxAgeMs: config.assignment.positionMaxAge,
  })
}

/**
 * Builds and starts the main process: store, dispatch, shards, API, in the order in which they need each other.
 * @throws JiemuError listen-unsafe, database-locked, database-unavailable, queue-unavailable, config errors
 */
export async function buildMain(
  config: Config,
  log: Log,
  cameraFiles: readonly string[] = [],
  clock: Clock = systemClock,
): Promise<Main> {
  const scope = new Scope()
  try {
    const store = scope.use(await openConfiguredStore(config, log, { clock }), opened => opened.close())
    for (const file of cameraFiles) await importCamerasFile(store, file)
    const changes = new Changes(log)
    const cameras = new CameraDesk({
      configuration: store.configuration,
      clock,
      onChange: id => changes.publish({ type: 'camera', id }),
    })
    const metrics = new Metrics({
      cameras: () => cameras.health(),
      tally: cameras.tally,
      shards: () => shards.usage(),
      intake: () => intake.depth(),
    })
    const sights = scope.use(new SightTime({ clock, log, add: rows => store.sights.add(rows) }).start(), it =>
      it.stop(),
    )
    const keeping = scope.use(
      new Keeping({ retention: store.retention, tidy: store.tidy, registry: metrics.registry, log }),
      it => it.stop(),
    )
    await keeping.start()
    const journeys = new Journeys({ clock, onStage: (stage, durationMs) => metrics.passed(stage, durationMs) })
    const media = new MediaLinks({ store, key: store.deriveKey('media links'), publicUrl: config.publicUrl, clock })
    const push = new PushDesk(store.pushSubscriptions, addressGuard(config.outgoing.allow))
    const notifiers = buildNotifiers(config, log, clock, { pictures: media, push })
    const deliveries = new DeliveryDesk({
      deliveries: store.deliveries,
      destinations: notifiers.map(({ destination }) => destination),
      missing: () => dispatch.missing(),
      registry: metrics.registry,
      clock,
      log,
    })
    const dispatch: Dispatch = scope.use(
      createDispatch({
        store: store.dispatch,
        deliveries: store.deliveries,
        notifiers,
        standings: config.standings,
        assignment: config.assignment,
        canary: { tickMs: CANARY_TICK_MS },
        onSettled: (delivery, outcome) => deliveries.settled(delivery, outcome),
        queue: {
          postgres: store.queueConnection,
          ...(config.redisUrl ? { redisUrl: config.redisUrl } : {}),
        },
        clock,
        log,
        onChange: change => {
          changes.publish(change)
          if (change.type === 'job') void measureAssigned(store, metrics, change.id, clock)
        },
        looks: true,
        onRow: (row, step) => {
          journeys.passed(row, step)
          if (row.topic === 'verify' && step === 'done') verifications.refresh()
        },
        onMissed: missed => metrics.missed(missed),
      }),
      started => started.stop(),
    )
    await dispatch.start()

    const watched = scope.use(new WatchedTime(store.verdicts, log).start(), counting => counting.stop())
    const intake: Intake = scope.use(
      new Intake({
        takeIn: async observation => {
          const ack = await dispatch.takeIn(observation)
          // Only what was taken in counts, once; the job's team is found by the queue, and so never before this.
          metrics.observed(observation)
          journeys.tookIn(observation, ack)
        },
        keepPictures: (...pictures) =>
          keeping.keep('pictures', async () => {
            const [kept] = await store.evidence.keepPictures(...pictures)
            if (kept?.incidentId) changes.publish({ type: 'incident', id: kept.incidentId })
          }),
        keepClip: (...clip) =>
          keeping.keep('pictures', async () => {
            const [kept] = await store.evidence.keepClip(...clip)
            if (kept?.incidentId) changes.publish({ type: 'incident', id: kept.incidentId })
          }),
        dropPictures: fingerprint => store.evidence.dropProvisional(fingerprint),
        keepRules: (cameraId, snapshot) => store.snapshots.save(cameraId, snapshot),
        keepReference: reference => store.references.save(reference),
        keepScenes: watched.counting((id, lines) =>
          keeping.keep('detections', () => store.detections.append(id, lines)),
        ),
        takeLook: answer => verifications.takeIn(answer),
        acknowledge: (observation: Observation) => shards.acknowledge(observation),
        log,
      }),
      lanes => lanes.close(),
    )
    const program = join(import.meta.dirname, 'cli/main.js')
    const setup = new CameraSetup({ store, config, program, keeping, watch: ids => shards.watch(ids), clock, log })
    scope.use(await setup.open(), it => it.close())
    const shards: ShardPool = scope.use(
      new ShardPool({
        program,
        args: ['shard'],
        env: { JIEMU_SHARD: JSON.stringify(shardOf(config)) },
        count: config.shards,
        memoryMb: config.shardMegabytes,
        clock,
        log,
        coresOf: id => cameras.coresOf(id),
        onSpans: (frames, looksMs) => metrics.frames(frames, looksMs),
        snapshots: async ids => {
          const said = intake.rules(ids)
          return { ...(await store.snapshots.load(ids.filter(id => !said[id]))), ...said }
        },
        references: async ids => {
          const said = intake.references(ids)
          return { ...(await store.references.load(ids.filter(id => !said[id]))), ...said }
        },
        onUnwatched: (ids, problem) => cameras.unwatched(ids, problem),
        onMessage: message => {
          if (message.type === 'health') sights.heard(message.health)
          setup.heard(message, other => receive(other, intake, cameras, live))
        },
      }),
      pool => pool.close(),
    )
    const live: LiveDesk = scope.use(new LiveDesk({ ask: wishes => shards.show(wishes), clock }).start(), desk =>
      desk.stop(),
    )
    const verifications: Verifications = scope.use(
      new Verifications({
        owed: () => store.dispatch.owedLooks(),
        ask: looks => shards.look(looks),
        takeIn: answer => dispatch.takeLook(answer),
        log,
      }),
      started => started.stop(),
    )
    const follower = scope.use(
      new CameraFollower({
        revision: () => store.configuration.revision(),
        cameras: () => store.configuration.cameras(),
        take: present => {
          shards.assign(present)
          cameras.keepOnly(present)
          intake.keepOnly(present)
          sights.follow(present)
          live.keepOnly(present)
        },
        log,
      }),
      started => started.stop(),
    )
    await follower.start()
    verifications.start()
    scope.defer(startSealing(store, clock, log))

    const people = scope.use(await PeopleDesk.open(store.people, log), desk => desk.close())
    const setUp = await people.setUpLink(config.auth.tokens.length)
    const signOn = await openSingleSignOn(config.auth.oidc, config.publicUrl, process.env, { people, clock, log })
    scope.defer(() => signOn?.close())
    const server = scope.use(
      await listen(
        {
          reading: store.reading,
          search: store.search,
          mutes: openMutes(store.mutes, changes),
          handReports: openHandReports({ store, dispatch, live, log }),
          board: store.board,
          handOvers: store.handOvers,
          clock,
          evidence: store.evidence,
          links: evidenceLinks(store.deriveKey('evidence links'), clock),
          deletion: store.evidence.deletion,
          photos: openPhotos(store.photos, changes),
          register: store.register,
          deletions: store.deletions,
          holds: store.holds,
          commands: dispatch,
          deliveries,
          media,
          push,
          cameras,
          ...setup.ports,
          live,
          health: { report: () => reportHealth({ store, dispatch, intake, follower, shards, keeping, deliveries }) },
          events: changes,
          people,
          issued: people.tokens,
          singleSignOn: signOn,
          rota: store.rota,
          positions: store.positions,
          field: openField(store.field, changes),
          standings: store.standings,
          latencies: metrics.latencies,
          sights: store.sights,
          residents: openReports(config.open311, dispatch, store.reports),
          verdicts: store.verdicts,
          figures: openFigures(store.kpis, store.standings, clock, config),
          map: config.map,
          metrics: metrics.registry,
          log,
          tokens: config.auth.tokens,
          consoleDirectory: join(import.meta.dirname, 'console'),
          version: PACKAGE.version,
        },
        config.listen,
      ),
      open => open.close(),
    )
    return {
      address: server.address,
      setUp: setUp && `${server.address}/#setup=${setUp.token}`,
      importCameras: file => importCamerasFile(store, file),
      close: () => scope.close(),
    }
  } catch (error) {
    await scope.close().catch(() => undefined)
    throw error
  }
}

/** Reads a cameras file into the store; the same file twice changes nothing. */
export async function importCamerasFile(store: Store, file: string, actor = 'cli'): Promise<readonly string[]> {
  const path = resolve(file)
  const document = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new JiemuError('file-unreadable', { file, problem: error.code ?? error.message }, error)
  })
  const changes = await store.configuration.importCameras(document, actor, path)
  return changes.map(({ event, what, subject }) => `${what} ${subject} ${event}`)
}
