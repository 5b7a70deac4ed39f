// What went wrong in the database, as an error of the catalogue: gone for now, out of space, or our own mistake.
import { JiemuError } from '../core/errors.ts'

/** SQLSTATE classes and codes after which the same work may succeed: connection, shutdown, conflict, resources. */
const PASSING = /^(08...|57P0[1-5]|57014|40001|40P01|53[03]00|55P03)$/
const PASSING_SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
/** pg and its pool raise these without any code. */
const PASSING_TEXT =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/

/** The next version has changed a table under a statement that was prepared: another connection knows how it is now. */
const PLAN_OUTDATED = /^cached plan must not change result type/

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}

/** @returns a JiemuError where the catalogue knows the failure, else what was thrown: that is a mistake of ours */
export function databaseFailure(thrown: unknown): unknown {
  if (thrown instanceof JiemuError || !(thrown instanceof Error)) return thrown
  const code = codeOf(thrown)
  if (code === '53100' || isDiskFull(thrown)) return new JiemuError('disk-full', { file: 'the database' }, thrown)
  const isPlanOutdated = code === '0A000' && PLAN_OUTDATED.test(thrown.message)
  if (isPlanOutdated || PASSING.test(code) || PASSING_SYSTEM.has(code) || PASSING_TEXT.test(thrown.message)) {
    return new JiemuError('database-unavailable', { problem: thrown.message || code }, thrown)
  }
  return thrown
}

export function isDiskFull(thrown: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(thrown))
}
