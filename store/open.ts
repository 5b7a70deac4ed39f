// The store as the rest of the house gets it: opened once, closed once, the same over PGlite and over a server.
import { mkdir } from 'node:fs/promises'
import { sql } from 'kysely'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { Scope } from '../core/scope.ts'
import type { Clock } from '../core/time.ts'
import { assignmentSchema } from '../core/worker.ts'
import { Audit } from './audit.ts'
import { type BackupRequest, type BackupResult, writeBackup } from './backup/backup.ts'
import { refuseUnfinishedDatabase, refuseUnfinishedDirectory } from './backup/unfinished.ts'
import { Board } from './board.ts'
import { CameraChanges } from './camera-changes.ts'
import type { ConfigurationChecks } from './cameras-file.ts'
import { Configuration } from './configuration.ts'
import { type ConnectionConfig, connect } from './connection.ts'
import { Deletions } from './deletions.ts'
import { Deliveries } from './deliveries.ts'
import { DetectionLog } from './detection-log.ts'
import { StoredDispatch } from './dispatch-store.ts'
import { joinEmbedded, openEmbedded } from './embedded.ts'
import { EvidenceFiles } from './evidence.ts'
import { EvidenceIntake } from './evidence-intake.ts'
import { EvidenceViews } from './evidence-views.ts'
import { databaseFailure } from './failure.ts'
import { Verdicts } from './feedback/verdicts.ts'
import { FieldWork } from './field-work.ts'
import { HandOverNotes } from './hand-over-notes.ts'
import { IncidentSearch } from './incident-search.ts'
import { noteClaim } from './job-reach.ts'
import { KpiReading } from './kpi-reading.ts'
import { LegalHolds } from './legal-holds.ts'
import { lockDirectory } from './lock.ts'
import { migrate } from './migrations/index.ts'
import { Mutes } from './mutes.ts'
import { People } from './people/people.ts'
import type { SessionLimits } from './people/sessions.ts'
import { BlurredPictures } from './privacy-blur.ts'
import { PushSubscriptions } from './push-subscriptions.ts'
import { Reading } from './reading.ts'
import { ReferenceViews } from './reference-views.ts'
import { Reports } from './reports.ts'
import { openRetention, type RetentionSettings } from './retention/open-retention.ts'
import type { Retention } from './retention/retention.ts'
import { Rota } from './rota.ts'
import { RuleSnapshots } from './rule-snapshots.ts'
import { openSecrets } from './secrets.ts'
import { SightHours } from './sight-hours.ts'
import { StoredStandings } from './standings.ts'
import { tidy } from './tidying.ts'
import { WorkerPositions } from './worker-positions.ts'

export interface StoreOptions {
  /** A PostgreSQL server; without it PGlite in the data directory. */
  readonly databaseUrl?: string | undefined
  /** Holds the embedded database, the evidence, the detection log and the key file. */
  readonly dataDirectory: string
  readonly clock: Clock
  readonly log: Log
  /** For a command beside a running `jiemu serve`: its data directory is used, instead of being refused. */
  readonly join?: boolean | undefined
  /** Judges the options of sources and rules at import; without it they are stored as they come. */
  readonly checks?: ConfigurationChecks | undefined
  /** Base64 of 32 bytes; JIEMU_SECRET_KEY, else a key file in the data directory, if left out. */
  readonly secretKey?: string | undefined
  /** For how long somebody stays signed in. */
  readonly sessions?: SessionLimits | undefined
  /** The only login names that may use a password; everybody may, if left out. */
  readonly passwordsFor?: readonly string[] | null | undefined
  /** A worker's position that is older counts for nothing. */
  readonly positionMaxAgeMs?: number | undefined
  /** How long what is kept, and how much of the disk shall stay free. */
  readonly retention?: Partial<RetentionSettings> | undefined
}

export interface StoreHealth {
  readonly backend: 'embedded' | 'server'
  /** What is wrong with the database; null while it answers. */
  readonly problem: JiemuError | null
}

/** `Topic` names the work that the outbox carries; the store does not look at it. */
export interface Store<Topic extends string = string> {
  readonly dispatch: StoredDispatch<Topic>
  readonly deliveries: Deliveries
  readonly configuration: Configuration
  /** One camera or zone after the other, by people. */
  readonly cameraChanges: CameraChanges
  readonly rota: Rota
  readonly positions: WorkerPositions
  readonly evidence: EvidenceFiles
  /** For all that leaves the house: webhooks, Open311, exports, data sets. */
  readonly blurred: BlurredPictures
  readonly pushSubscriptions: PushSubscriptions
  /** A key of its own for one purpose, which never changes while the secret key stays. */
  deriveKey(purpose: string): Buffer
  readonly detections: DetectionLog
  readonly verdicts: Verdicts
  readonly snapshots: RuleSnapshots
  readonly references: ReferenceViews
  readonly reading: Reading
  readonly search: IncidentSearch
  readonly mutes: Mutes
  readonly board: Board
  readonly handOvers: HandOverNotes
  /** How grids stand, for reading. */
  readonly standings: StoredStandings
  /** For the city's figures. */
  readonly kpis: KpiReading
  readonly sights: SightHours
  readonly reports: Reports
  readonly people: People
  readonly audit: Audit
  readonly deletions: Deletions
  readonly holds: LegalHolds
  /** Of every look at evidence and every export. */
  readonly register: EvidenceViews
  readonly retention: Retention
  /** Photos that people take at a job. */
  readonly photos: EvidenceIntake
  /** The work of one person. */
  readonly field: FieldWork
  /** For the queue's own pool, in the schema `bullmq`; close the queue before the store. */
  readonly queueConnection: ConnectionConfig
  /** @throws JiemuError file-unwritable, database-unavailable */
  backup(request: Omit<BackupRequest, 'dataDirectory' | 'clock'>): Promise<BackupResult>
  /** Keeps the embedded database quick; nothing with a server, which does so itself. @throws JiemuError database-unavailable */
  tidy(): Promise<void>
  /** Never throws. */
  health(): Promise<StoreHealth>
  close(): Promise<void>
}

/** The embedded database serves one query at a time, so more connections would only wait in another place. */
const POOL = { embedded: 4, server: 10 } as const
/** A week of shifts; an open page counts as being there. */
const SESSIONS: SessionLimits = { idleMs: 12 * 3_600_000, absoluteMs: 7 * 86_400_000 }
const QUEUE_POOL = { embedded: 2, server: 5 } as const

/** @throws JiemuError database-unavailable, database-locked or secret-key-invalid */
export async function openStore<Topic extends string = string>(options: StoreOptions): Promise<Store<Topic>> {
  const { databaseUrl, dataDirectory, clock, log, checks } = options
  const backend = databaseUrl ? 'server' : 'embedded'
  const scope = new Scope()
  try {
    refuseUnfinishedDirectory(dataDirectory)
    // The embedded database locks its directory itself. Two that serve one street would see everything double.
    if (databaseUrl && !options.join) {
      await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
      scope.defer(await lockDirectory(dataDirectory))
    }
    const secrets = await openSecrets(dataDirectory, options.secretKey ?? process.env.JIEMU_SECRET_KEY)
    const connection = databaseUrl
      ? { connectionString: databaseUrl }
      : scope.use(await (options.join ? joinEmbedded : openEmbedded)(dataDirectory), it => it.close()).connection
    const db = scope.use(connect({ ...connection, max: POOL[backend] }, log), it => it.destroy())
    await refuseUnfinishedDatabase(db)
    await migrate(db)
    const positionMaxAgeMs = options.positionMaxAgeMs ?? assignmentSchema.parse({}).positionMaxAge
    const deliveries = new Deliveries(db, clock)
    const evidence = new EvidenceFiles(db, dataDirectory, clock)
    const people = new People(db, clock, options.sessions ?? SESSIONS, options.passwordsFor)
    const register = new EvidenceViews(db, clock)
    const detections = scope.use(new DetectionLog(dataDirectory), it => it.close())
    const parts = { dataDirectory, evidence, detections, deliveries, register, people, clock, log }
    const retention = openRetention(parts, options.retention)
    return {
      dispatch: new StoredDispatch<Topic>(db),
      deliveries,
      configuration: new Configuration(db, { clock, secrets, checks }),
      cameraChanges: new CameraChanges(db, { clock, secrets, checks }),
      rota: new Rota(db, clock, positionMaxAgeMs),
      positions: new WorkerPositions(db, clock, positionMaxAgeMs),
      evidence,
      blurred: new BlurredPictures(db, evidence),
      pushSubscriptions: new PushSubscriptions(db, clock, secrets),
      deriveKey: purpose => secrets.derive(purpose),
      detections,
      verdicts: new Verdicts(db),
      snapshots: new RuleSnapshots(db),
      references: new ReferenceViews(db),
      reading: new Reading(db, clock),
      search: new IncidentSearch(db),
      mutes: new Mutes(db, clock),
      board: new Board(db, clock),
      handOvers: new HandOverNotes(db, clock),
      standings: new StoredStandings(db),
      kpis: new KpiReading(db),
      sights: new SightHours(db),
      reports: new Reports(db, secrets, clock),
      people,
      audit: new Audit(db),
      deletions: new Deletions(db),
      holds: new LegalHolds(db, clock),
      register,
      retention,
      photos: new EvidenceIntake(evidence, retention, { noteClaim: (...given) => noteClaim(db, ...given) }, clock),
      field: new FieldWork(db, clock),
      queueConnection: { ...connection, max: QUEUE_POOL[backend] },
      backup: request => writeBackup(db, { ...request, dataDirectory, clock }),
      tidy: async () => {
        if (backend === 'embedded') await tidy(db)
      },
      health: async () => {
        try {
          await sql`select 1`.execute(db)
          return { backend, problem: null }
        } catch (thrown) {
          return { backend, problem: toJiemuError(thrown) }
        }
      },
      close: () => scope.close(),
    }
  } catch (thrown) {
    await scope.close()
    throw databaseFailure(thrown)
  }
}
