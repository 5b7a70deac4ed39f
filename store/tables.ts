// The tables as TypeScript sees them: the records of core/, and beside each what only the database knows.
import type { ColumnType, Generated } from 'kysely'
import type { CameraEntry, Sampling, ZoneEntry } from '../core/camera.ts'
import type { Position } from '../core/geo.ts'
import type { Polygon } from '../core/geometry.ts'
import type { CameraId, GridId, IncidentId, JobId, PlaceId, StreetId, ZoneId } from '../core/ids.ts'
import type { Evidence, Incident, IncidentEvent } from '../core/incident.ts'
import type { Job, JobEvent } from '../core/job.ts'
import type { RuleKind } from '../core/observation.ts'
import type { ReferenceView, ViewWord } from '../core/reference-view.ts'
import type { RuleSnapshot } from '../core/shard-contract.ts'
import type { DispatchPolicy, Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { AuditTables } from './tables/audit.ts'
import type { ClaimTables } from './tables/claims.ts'
import type { DeadlineTables } from './tables/deadlines.ts'
import type { DeliveryTables } from './tables/deliveries.ts'
import type { FeedbackTables } from './tables/feedback.ts'
import type { FieldTables } from './tables/field.ts'
import type { HandOverTables } from './tables/hand-over.ts'
import type { KeepingTables } from './tables/keeping.ts'
import type { LookTables } from './tables/looks.ts'
import type { MuteTables } from './tables/mutes.ts'
import type { PeopleTables } from './tables/people.ts'
import type { ReportTables } from './tables/reports.ts'
import type { StandingTables } from './tables/standing.ts'
import type { WorkerTables } from './tables/workers.ts'

type Text<T> = null extends T ? string | null : string
/** Read as a value, written as JSON text: pg would take a bare array for one of PostgreSQL's own. */
export type Json<T> = ColumnType<T, Text<T>, Text<T>>

/** A record whose fields `J` are JSON columns. */
type Row<T, J extends keyof T> = { readonly [K in keyof T]: K extends J ? Json<T[K]> : T[K] }

export interface CamerasTable {
  readonly id: CameraId
  readonly name: string
  readonly streetId: StreetId
  readonly gridId: GridId
  /** Readable, but for user names and passwords: those are taken out of the URLs. */
  readonly source: Json<{ readonly kind: string } & Readonly<Record<string, unknown>>>
  /** What was taken out, encrypted, by the source's field. */
  readonly credentials: Json<Readonly<Record<string, string>>>
  readonly sampling: Json<Sampling>
  readonly position: Json<Position | null>
  readonly generated: boolean
  readonly health: Json<CameraEntry['health']>
  /** Said by people, never by a file: an import leaves it as it is. */
  readonly viewWord: Json<ViewWord>
  readonly version: number
}

/** Every change of a zone is a new row; the one that holds has no `retiredAt`. */
export interface ZonesTable {
  readonly cameraId: CameraId
  readonly id: ZoneId
  readonly version: number
  readonly name: string
  readonly rule: ZoneEntry['rule']
  readonly polygon: Json<Polygon>
  readonly options: Json<Readonly<Record<string, unknown>>>
  readonly placeId: PlaceId
  readonly position: Json<Position | null>
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly retiredAt: EpochMs | null
}

export interface PoliciesTable {
  readonly kind: RuleKind
  /** "CAMERA/ZONE", or empty for the kind in all zones. */
  readonly zone: string
  readonly policy: Json<DispatchPolicy>
}

/** Who changed which setting, and when. Append-only. */
export interface ConfigurationEventsTable {
  readonly id: Generated<number>
  readonly at: EpochMs
  readonly actor: string
  readonly event: 'added' | 'changed' | 'removed' | 'renewed' | 'confirmed'
  readonly what:
    | 'camera'
    | 'zone'
    | 'team'
    | 'policy'
    | 'view'
    | 'escalation'
    | 'business-calendar'
    | 'worker'
    | 'shift'
    | 'shift-override'
  readonly subject: string
  /** Of a command that its sender may repeat; with the subject it is unique. */
  readonly key: ColumnType<string | null, string | null | undefined, never>
}

export interface OutboxTable {
  readonly id: string
  readonly topic: string
  readonly payload: Json<Readonly<Record<string, string | number | null>>>
  readonly dueAt: EpochMs
  readonly createdAt: EpochMs
  readonly publishedAt: EpochMs | null
  readonly finishedAt: EpochMs | null
}

export interface Tables
  extends AuditTables,
    ClaimTables,
    DeadlineTables,
    DeliveryTables,
    FeedbackTables,
    FieldTables,
    HandOverTables,
    KeepingTables,
    LookTables,
    MuteTables,
    PeopleTables,
    ReportTables,
    StandingTables,
    WorkerTables {
  readonly cameras: CamerasTable
  readonly zones: ZonesTable
  readonly teams: Row<Team, 'skills' | 'grids' | 'neighbours' | 'shift'>
  readonly policies: PoliciesTable
  readonly configurationEvents: ConfigurationEventsTable
  /** One row: a number that rises with every change of the configuration. */
  readonly configurationRevision: { readonly id: 1; readonly value: number }
  readonly incidents: Row<Incident, 'measure' | 'boxes' | 'reason'>
  readonly incidentEvents: IncidentEvent & { readonly id: Generated<number> }
  readonly jobs: Row<Omit<Job, 'incidentIds'>, 'assignment' | 'terms' | 'supervision'> & {
    readonly sealedLength: Generated<number>
  }
  readonly jobIncidents: { readonly jobId: JobId; readonly incidentId: IncidentId; readonly position: number }
  readonly jobEvents: JobEvent
  readonly outbox: OutboxTable
  /** `keptAt`: when the picture reached us, on our clock. */
  readonly evidence: Evidence & { readonly keptAt: EpochMs }
  readonly ruleSnapshots: {
    readonly cameraId: CameraId
    readonly snapshot: Json<RuleSnapshot>
    readonly takenAt: EpochMs
  }
  readonly referenceViews: {
    readonly cameraId: CameraId
    readonly reference: Json<ReferenceView>
    readonly frameWidthPx: number
    readonly frameHeightPx: number
    readonly takenAt: EpochMs
  }
  readonly placeLocks: { readonly kind: RuleKind; readonly placeId: PlaceId }
}
