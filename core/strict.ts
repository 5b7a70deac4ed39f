// Strict reading of files that people write: an unknown key is an error with its path and the nearest known name.
import { closest } from 'fastest-levenshtein'
import { z } from 'zod'
import { JiemuError } from './errors.ts'
import { describeIssue } from './kind.ts'

/** Every key that a schema knows, at any depth. */
function knownKeys(schema: z.ZodType): string[] {
  const names = new Set<string>()
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) walk(item)
    else if (node && typeof node === 'object') {
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties' && value && typeof value === 'object') {
          for (const name of Object.keys(value)) names.add(name)
        }
        walk(value)
      }
    }
  }
  walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  return [...names]
}

/**
 * Reads `raw` by a strict schema.
 * @param file names the file, for the error
 * @throws JiemuError config-unknown-key or config-invalid
 */
export function parseStrict<S extends z.ZodType>(schema: S, file: string, raw: unknown): z.output<S> {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const unknown = parsed.error.issues.find(issue => issue.code === 'unrecognized_keys')
  const [key] = unknown?.code === 'unrecognized_keys' ? unknown.keys : []
  if (unknown && key !== undefined) {
    const path = [...unknown.path, key].join('.')
    // A key that is known at another place is unknown here all the same: it is no advice.
    const nearest = closest(
      key,
      knownKeys(schema).filter(name => name !== key),
    )
    throw new JiemuError('config-unknown-key', { file, path, nearest })
  }
  throw new JiemuError('config-invalid', { file, problem: describeIssue(parsed.error) })
}
