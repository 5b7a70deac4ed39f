// What is kept and for how long, what was deleted and why, who looked at a picture, and what a case under hold is.
import type { CameraId, EvidenceId, IncidentId, JobId, StreetId } from './ids.ts'
import type { Role } from './permission.ts'
import type { EpochMs } from './time.ts'

/**
 * `retention`: its time was over · `low-disk`: above its floor, and the disk had no room · `provisional`: its candidate
 * became no incident · `request`: a person asked for it.
 */
export const DELETION_REASONS = ['retention', 'low-disk', 'provisional', 'request'] as const
export type DeletionReason = (typeof DELETION_REASONS)[number]

/** Why something is deleted, and by whose decision. */
export interface DeletionCause {
  readonly why: DeletionReason
  /** The rule in words: "evidence 90d, floor 30d", or a person's reason. */
  readonly policy: string
  readonly actor: string
}

/** Proof that a picture was deleted: one row of a hash chain, never changed and never deleted. */
export interface Deletion extends DeletionCause {
  /** 1, 2, 3 … without a gap. */
  readonly sequence: number
  readonly at: EpochMs
  readonly evidenceId: EvidenceId
  readonly incidentId: IncidentId | null
  readonly jobId: JobId | null
  readonly cameraId: CameraId | null
  readonly sha256: string
  readonly bytes: number
  readonly takenAt: EpochMs
  readonly keptSince: EpochMs
  readonly previousHash: string
  readonly hash: string
}

export const VIEW_PURPOSES = ['view', 'export', 'media-link', 'dataset', 'backup'] as const
export type ViewPurpose = (typeof VIEW_PURPOSES)[number]

/** One look at evidence, or one export: registered before the first byte is sent (条例 of 2025-04-01). */
export interface EvidenceView {
  readonly at: EpochMs
  /** The user, the token, or "cli:USER" for a command. */
  readonly who: string
  /** Null for a command, and for whoever follows a signed link. */
  readonly role: Role | null
  readonly purpose: ViewPurpose
  readonly evidenceId: EvidenceId | null
  readonly incidentId: IncidentId | null
  readonly jobId: JobId | null
  /** Whose it is; null where it is about the whole district. */
  readonly streetId: StreetId | null
  /** From where it was asked; null for a command. */
  readonly address: string | null
  /** What was taken where it is no single picture: "register 2026-01", "backup FILE". */
  readonly subject: string | null
}

/** While it stands, nothing of the case is deleted, neither by a rule nor by hand. */
export interface LegalHold {
  readonly incidentId: IncidentId | null
  readonly jobId: JobId | null
  readonly reason: string
  readonly placedBy: string
  readonly placedAt: EpochMs
  readonly releasedBy: string | null
  readonly releasedAt: EpochMs | null
  readonly releaseReason: string | null
}

/** What a hold lies on. */
export type Case = { readonly incidentId: IncidentId } | { readonly jobId: JobId }

/** Of a photo that somebody sends. */
export const PHOTO_LIMIT_BYTES = 15_000_000
