// Where a piece of evidence lies: named by its content, so that the same one twice is one file.
import type { EvidenceMediaType } from '../core/incident.ts'

const ENDINGS = { 'image/jpeg': 'jpg', 'video/mp4': 'mp4' } as const satisfies Record<EvidenceMediaType, string>

/** Relative to the folder of all evidence. */
export function evidencePath(sha256: string, mediaType: EvidenceMediaType): string {
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}.${ENDINGS[mediaType]}`
}
