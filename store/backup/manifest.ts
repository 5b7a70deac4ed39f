// What a backup says of itself: which program and schema it is of, and of every member but pictures its size and SHA-256.
import { z } from 'zod'
import type { EvidenceMediaType } from '../../core/incident.ts'
import { evidencePath } from '../evidence-path.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const FORMAT = 1
export const BEGINS = 'jiemu-backup.json'
export const ENDS = 'manifest.json'
export const KEY = 'secret.key'

export const beginSchema = z.object({ format: z.number().int(), program: z.string(), createdAt: z.number().int() })

export const manifestSchema = beginSchema.extend({
  /** In their order. */
  migrations: z.array(z.string()).min(1),
  tables: z.record(z.string(), z.object({ rows: z.number().int(), columns: z.array(z.string()) })),
  /** The last number that each identity column gave: "table.column". */
  identities: z.record(z.string(), z.number().int()),
  members: z.record(z.string(), z.object({ size: z.number().int(), sha256 })),
  /** Pictures are named by their SHA-256 and so prove themselves. */
  pictures: z.number().int(),
  /** Pictures that have a row and could not be copied, and why. */
  missing: z.array(z.object({ sha256, problem: z.string() })),
  withKey: z.boolean(),
  withDetections: z.boolean(),
})
export type Manifest = z.output<typeof manifestSchema>

/**
 * The only names that an archive may hold: nothing that climbs, no absolute path, nothing that a reader of another system
 * would take for one.
 */
const NAMES = [
  /^jiemu-backup\.json$/,
  /^manifest\.json$/,
  /^secret\.key$/,
  /^tables\/[a-z][a-z0-9_]{0,40}\/\d{6}\.ndjson$/,
  /^evidence\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}\.(jpg|mp4)$/,
  /^detections\/[a-z0-9][a-z0-9._-]{0,62}\/[0-9T-]{1,20}\.(jsonl|pictures)$/,
]

export const isMemberName = (path: string): boolean => NAMES.some(name => name.test(path))

export const picturePath = (sha256: string, mediaType: EvidenceMediaType): string =>
  `evidence/${evidencePath(sha256, mediaType)}`
export const isPicture = (path: string): boolean => path.startsWith('evidence/')
