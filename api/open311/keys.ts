// The keys of the applications that may hand in residents' reports; only their hashes are ever configured.
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type GridId, ID_PATTERN, type StreetId } from '../../core/ids.ts'

const id = z.string().regex(ID_PATTERN)

/** The setting `open311`. */
export const open311Schema = z.strictObject({
  jurisdiction: z.string().min(1).max(80).optional().describe('`jurisdiction_id`; another one is not found here'),
  keys: z
    .array(
      z.strictObject({
        name: id.describe('the application; stands in the log of what came by it'),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .describe('SHA-256 of its api_key, never the key'),
      }),
    )
    .min(1),
  street: id.transform(text => text as StreetId).describe('where a report goes that is near no camera'),
  grid: id.transform(text => text as GridId),
  contact: z.string().max(200).default('').describe('shown by service discovery'),
})
export type Open311Settings = z.output<typeof open311Schema>

/** @returns the application's name; undefined where no key is this one. All are compared, whichever fits. */
export function applicationOf(keys: Open311Settings['keys'], offered: string | undefined): string | undefined {
  const hash = createHash('sha256')
    .update(offered ?? '')
    .digest()
  const matching = keys.filter(key => timingSafeEqual(Buffer.from(key.sha256, 'hex'), hash))
  return offered ? matching[0]?.name : undefined
}
