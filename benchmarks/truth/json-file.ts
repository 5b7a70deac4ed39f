// Reads a JSON file by a schema; what is wrong with it is said with the file and the field.
import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { type ErrorCode, JiemuError } from '../../core/errors.ts'

/** The codes whose message is `{file}: {field}: {problem}`. */
export type WrongFile = Extract<ErrorCode, 'truth-invalid' | 'annotations-invalid'>

/** @throws JiemuError file-unreadable */
export async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(error => {
    throw new JiemuError(
      'file-unreadable',
      { file, problem: error instanceof Error ? error.message : 'unknown' },
      error,
    )
  })
}

/** @throws JiemuError file-unreadable; `code` where it is no JSON */
export async function readJson(file: string, code: WrongFile): Promise<unknown> {
  const text = await readText(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new JiemuError(code, { file, field: 'file', problem: 'it is not JSON' }, error)
  }
}

/**
 * @param root names the whole, where the whole is wrong
 * @throws JiemuError `code`, naming the first wrong field
 */
export function parseAs<T>(schema: z.ZodType<T>, raw: unknown, code: WrongFile, file: string, root = 'file'): T {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : []
  const field = [...(issue?.path ?? []), ...unknown.slice(0, 1)].join('.') || root
  throw new JiemuError(code, { file, field, problem: issue?.message ?? 'invalid' })
}
