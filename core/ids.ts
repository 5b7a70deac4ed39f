// Identifiers: branded strings, and ids derived from content so that a replay mints the same ones.
import { createHash } from 'node:crypto'

type Brand<T, Name extends string> = T & { readonly __brand: Name }

export type CameraId = Brand<string, 'CameraId'>
export type ZoneId = Brand<string, 'ZoneId'>
export type PlaceId = Brand<string, 'PlaceId'>
export type StreetId = Brand<string, 'StreetId'>
export type GridId = Brand<string, 'GridId'>
export type TeamId = Brand<string, 'TeamId'>
export type WorkerId = Brand<string, 'WorkerId'>
export type IncidentId = Brand<string, 'IncidentId'>
export type JobId = Brand<string, 'JobId'>
export type EvidenceId = Brand<string, 'EvidenceId'>
export type UserId = Brand<string, 'UserId'>
export type TokenId = Brand<string, 'TokenId'>
export type SessionId = Brand<string, 'SessionId'>
/** kind + place + subject: what makes two observations the same incident. */
export type Fingerprint = Brand<string, 'Fingerprint'>

/** What a person or a configuration file may use as an id: it also becomes a file name and part of a URL. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/

/**
 * A short id derived from content: the first 80 bits of SHA-256 in lower-case hexadecimal, 20 characters.
 * The parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
 */
export function contentId(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) {
    const text = String(part)
    hash.update(`${text.length}:${text}`)
  }
  return hash.digest('hex').slice(0, 20)
}

export function fingerprintOf(kind: string, place: PlaceId, subject: string): Fingerprint {
  return `${kind}|${place}|${subject}` as Fingerprint
}

export function incidentIdOf(fingerprint: Fingerprint, openedAt: number): IncidentId {
  return `inc-${contentId(fingerprint, openedAt)}` as IncidentId
}

/** @param after the job of this incident that was cancelled, where this one is made anew */
export function jobIdOf(firstIncident: IncidentId, after?: JobId): JobId {
  return `job-${after ? contentId(firstIncident, after) : contentId(firstIncident)}` as JobId
}
