// The one character that no database of ours can keep: text with a NUL in it is refused before anything reads it.
import type { FastifyInstance } from 'fastify'
import { JiemuError } from '../core/errors.ts'

const NUL = '\0'

/** Names and values, however deep; a body has 16 KiB at most. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(NUL)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return false
  return Object.entries(value).some(([name, part]) => name.includes(NUL) || holdsNul(part))
}

/** PostgreSQL ends its texts with it, and would answer with an error of ours. */
export function refuseNul(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    if ([params, query, body].some(holdsNul)) {
      throw new JiemuError('request-invalid', { problem: 'no text may hold the character NUL' })
    }
  })
}
