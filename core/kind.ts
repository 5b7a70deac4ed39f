// A kind: one file and one line in a table. Every extension point of the product is a table of these.
import type { z } from 'zod'
import { type ErrorCode, JiemuError } from './errors.ts'

/** One way to fill a port: its name in the configuration, its options, and how to make one. */
export interface Kind<Options, Deps, Port> {
  readonly name: string
  /** One sentence for the documentation table and `jiemu check`. */
  readonly summary: string
  readonly options: z.ZodType<Options>
  create(options: Options, deps: Deps): Port
}

/** For tables, whose rows differ in their options. */
// biome-ignore lint/suspicious/noExplicitAny: a row's options are checked by its own schema before `create` sees them
export type AnyKind<Deps, Port> = Kind<any, Deps, Port>

/** Says in one line what a schema found wrong, naming the path of the first problem. */
export function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues
  if (!issue) return 'invalid'
  const path = issue.path.join('.')
  return path ? `${path}: ${issue.message}` : issue.message
}

/** @throws JiemuError kind-unknown */
export function kindNamed<Deps, Port>(
  port: string,
  table: readonly AnyKind<Deps, Port>[],
  name: string,
): AnyKind<Deps, Port> {
  const found = table.find(kind => kind.name === name)
  if (found) return found
  throw new JiemuError('kind-unknown', { port, kind: name, known: table.map(kind => kind.name).join(', ') })
}

/**
 * Reads options by a kind's schema.
 * @param where names the place in the configuration, for the error
 * @throws JiemuError options-invalid (or `code`)
 */
export function parseOptions<T>(
  schema: z.ZodType<T>,
  where: string,
  raw: unknown,
  code: ErrorCode = 'options-invalid',
): T {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw new JiemuError(code, { where, file: where, field: where, problem: describeIssue(parsed.error) })
}
