// An error that says what went wrong and what to do next, with a code from the catalogue and without secrets.
import { CATALOGUE } from './error-catalogue.ts'

export type ErrorCode = keyof typeof CATALOGUE
export type ErrorDetail = Readonly<Record<string, string | number>>

/**
 * Hides the user name, password and query of every URL in a text: all three carry secrets in cameras' addresses. Up to the
 * last @, since people forget to escape the "/", "#" or "?" of a password; that may hide a path too.
 */
export function redact(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"'<>]*@/gi, '$1***@')
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)\?[^\s"')]*/gi, '$1?***')
}

/** An error with a code from the catalogue. Details are redacted before anything can read them. */
export class JiemuError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, detail: ErrorDetail = {}, cause?: unknown) {
    const safe = Object.fromEntries(
      Object.entries(detail).map(([key, value]) => [key, typeof value === 'string' ? redact(value) : value]),
    )
    const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, key: string) => String(safe[key] ?? whole))
    super(fill(CATALOGUE[code].message), cause === undefined ? undefined : { cause })
    this.name = 'JiemuError'
    this.code = code
    this.detail = safe
  }

  get hint(): string {
    return CATALOGUE[this.code].hint.replace(/\{(\w+)\}/g, (whole, key: string) => String(this.detail[key] ?? whole))
  }
  get retryable(): boolean {
    return CATALOGUE[this.code].retryable
  }
  get status(): number {
    return CATALOGUE[this.code].status
  }
}

/** Gives an error of any origin a code; one that has a code keeps it. */
export function toJiemuError(
  thrown: unknown,
  fallback: ErrorCode = 'unexpected',
  detail: ErrorDetail = {},
): JiemuError {
  if (thrown instanceof JiemuError) return thrown
  const problem = thrown instanceof Error ? thrown.message : String(thrown)
  return new JiemuError(fallback, { problem, ...detail }, thrown)
}
