// An incident: one real-world breach, deduplicated; and its evidence.
import type { Box } from './geometry.ts'
import type { CameraId, EvidenceId, Fingerprint, GridId, IncidentId, JobId, PlaceId, StreetId, ZoneId } from './ids.ts'
import { type Measure, MOMENTS, type Reason, type RuleKind, type Severity } from './observation.ts'
import type { EpochMs } from './time.ts'

export type PhysicalState = 'active' | 'cleared'
export type ReviewState = 'pending' | 'confirmed' | 'rejected' | 'auto-confirmed' | 'expired'

export const REJECT_REASONS = [
  'not-there',
  'permitted',
  'loading',
  'wrong-kind',
  'duplicate',
  'bad-picture',
  'other',
] as const
export type RejectReason = (typeof REJECT_REASONS)[number]

/** In the place of a model where one of our own people opened it. */
export const BY_HAND = 'person'

export interface Incident {
  readonly id: IncidentId
  readonly fingerprint: Fingerprint
  readonly kind: RuleKind
  readonly cameraId: CameraId
  readonly zoneId: ZoneId
  readonly zoneVersion: number
  readonly placeId: PlaceId
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly subject: string
  readonly physical: PhysicalState
  readonly review: ReviewState
  readonly rejectReason: RejectReason | null
  readonly rejectNote: string | null
  readonly severity: Severity
  readonly score: number
  readonly measure: Measure
  readonly boxes: readonly Box[]
  readonly reason: Reason
  readonly blindMs: number
  /** When the breach began in the street. */
  readonly since: EpochMs
  readonly dueAt: EpochMs
  /** The `at` of the observation that opened it. */
  readonly openedAt: EpochMs
  readonly lastSeenAt: EpochMs
  readonly clearedAt: EpochMs | null
  /** How often it came back within the cooldown. */
  readonly reopened: number
  /** The highest observation sequence that was taken in. */
  readonly sequence: number
  /** Rises with every change; a writer that read an older one is refused. */
  readonly version: number
}

/** How long a claim holds unless it is renewed: a page that is left, or a machine that dies, keeps nobody waiting longer. */
export const CLAIM_MS = 30_000

/** Somebody is looking at an alert, so that no colleague decides it at the same time. Lapses by itself. */
export interface IncidentClaim {
  readonly incidentId: IncidentId
  /** The name of an actor. */
  readonly holder: string
  readonly since: EpochMs
  /** Exclusive. */
  readonly until: EpochMs
}

export const INCIDENT_EVENTS = [
  'opened',
  'reopened',
  'cleared',
  'confirmed',
  'auto-confirmed',
  'rejected',
  'expired',
  'escalated',
  'held',
  'released',
  /** The decision was taken back within its ten seconds: it is to be decided again. */
  'undone',
] as const
export type IncidentEventName = (typeof INCIDENT_EVENTS)[number]
/** Those that say what has been decided, or that it was taken back. */
export const DECISIONS: readonly IncidentEventName[] = ['confirmed', 'auto-confirmed', 'rejected', 'expired', 'undone']

export interface IncidentEvent {
  readonly incidentId: IncidentId
  readonly at: EpochMs
  readonly event: IncidentEventName
  /** "camera:ID" for what was seen, "policy" for what was decided by rule, else the person's name. */
  readonly actor: string
  readonly note: string | null
}

/** Of a camera's picture, or of a person's: how they found the place, how they left it, and what a note of theirs shows. */
export const EVIDENCE_MOMENTS = [...MOMENTS, 'before', 'after', 'note'] as const
export type EvidenceMoment = (typeof EVIDENCE_MOMENTS)[number]

export const EVIDENCE_MEDIA_TYPES = ['image/jpeg', 'video/mp4'] as const
export type EvidenceMediaType = (typeof EVIDENCE_MEDIA_TYPES)[number]

export interface Evidence {
  readonly id: EvidenceId
  /** Null where a person took it. */
  readonly fingerprint: Fingerprint | null
  /** Null while the candidate has not fired: without a job too, such a picture is provisional. */
  readonly incidentId: IncidentId | null
  /** Of a picture that a person took for a job; null for a camera's. */
  readonly jobId: JobId | null
  readonly cameraId: CameraId | null
  /** Who took it; null where a camera did. */
  readonly takenBy: string | null
  readonly moment: EvidenceMoment
  readonly view: 'wide' | 'close-up'
  readonly annotated: boolean
  readonly takenAt: EpochMs
  readonly sha256: string
  readonly bytes: number
  /** A clip is `wide` and not annotated: the camera's own video. */
  readonly mediaType: EvidenceMediaType
}
