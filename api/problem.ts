// Errors on the wire: problem details (RFC 9457) with our code, what to do next, and nothing that nobody meant to show.
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'

export const PROBLEM_TYPE = 'application/problem+json'

export const problemSchema = z
  .object({
    type: z.string().describe('urn:jiemu:error:CODE'),
    code: z.string().describe('a code of docs/errors.md'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('what happened'),
    hint: z.string().describe('what to do next'),
    retryable: z.boolean().describe('whether the same request may succeed later'),
    instance: z.string().describe('the request, as it is named in the server’s log'),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof problemSchema>

/** What Fastify itself throws: a body too large, not JSON, not what the schema says, … */
interface FrameworkError {
  readonly message: string
  readonly statusCode: number
}

function fromFramework(thrown: unknown): thrown is FrameworkError {
  if (!(thrown instanceof Error) || !('statusCode' in thrown) || !('code' in thrown)) return false
  const { statusCode, code } = thrown
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 && String(code).startsWith('FST_')
}

const titleOf = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ')

function problem(error: JiemuError, instance: string, status: number = error.status): Problem {
  const { code, message, hint, retryable } = error
  return {
    type: `urn:jiemu:error:${code}`,
    code,
    title: titleOf(code),
    status,
    detail: message,
    hint,
    retryable,
    instance,
  }
}

/**
 * The answer to whatever was thrown. What has no code of ours tells only where to look in the log: its text may hold
 * a path, a statement or a secret.
 */
export function problemOf(thrown: unknown, instance: string): Problem {
  if (fromFramework(thrown)) {
    return problem(new JiemuError('request-invalid', { problem: thrown.message }), instance, thrown.statusCode)
  }
  if (thrown instanceof JiemuError && thrown.code !== 'unexpected') return problem(thrown, instance)
  return problem(new JiemuError('unexpected', { problem: `see ${instance} in the server’s log` }), instance)
}

const asProblem = {
  description: 'Problem details (RFC 9457)',
  content: { [PROBLEM_TYPE]: { schema: problemSchema } },
}

/** The responses of a route: what it gives when all is well, and problems else. */
export function answers<Ok extends z.ZodType>(ok: Ok) {
  return { 200: ok, '4xx': asProblem, '5xx': asProblem } as const
}

const raw = z.unknown().meta({ type: 'string', format: 'binary' })

/** The responses of a route that gives something else than JSON. */
export function answersWith(mediaType: string, description: string) {
  return { ...answers(raw), 200: { description, content: { [mediaType]: { schema: raw } } } } as const
}
