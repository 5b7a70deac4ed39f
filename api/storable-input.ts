// What no database of ours can keep as it came, and what is nested without end: refused before anything reads it.
import type { FastifyInstance } from 'fastify'
import { JiemuError } from '../core/errors.ts'

/** PostgreSQL ends its texts with it, and would answer with an error of ours. */
const NUL = '\0'
/** PostgreSQL has U+FFFD instead in a text, so that a row of the audit chain is not what was hashed, and an error in JSON. */
const HALF_A_PAIR = /\p{Surrogate}/u
/** A body of 16 KiB has room for eight thousand, more than the stack has. */
const MOST_LEVELS = 100

function faultOfText(text: string): string | undefined {
  if (text.includes(NUL)) return 'no text may hold the character NUL'
  return HALF_A_PAIR.test(text) ? 'no text may hold half of a surrogate pair' : undefined
}

/** Names and values, however deep; a body has 16 KiB at most. */
function faultOf(value: unknown, level = 0): string | undefined {
  if (typeof value === 'string') return faultOfText(value)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return undefined
  if (level === MOST_LEVELS) return `nothing may be nested deeper than ${MOST_LEVELS} levels`
  for (const [name, part] of Object.entries(value)) {
    const fault = faultOfText(name) ?? faultOf(part, level + 1)
    if (fault) return fault
  }
  return undefined
}

export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }) => {
    const problem = faultOf(params) ?? faultOf(query) ?? faultOf(body)
    if (problem) throw new JiemuError('request-invalid', { problem })
  })
}
