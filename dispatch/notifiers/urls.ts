// The addresses in notifiers' options: well-formed by their schema, and let through by the guard when they are opened.
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { NotifierDeps } from './notifier.ts'

export const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address', abort: true })

/** @throws JiemuError options-invalid where the guard refuses a literal */
export function allowedUrl(text: string, { guard, destination }: Pick<NotifierDeps, 'guard' | 'destination'>): URL {
  const url = new URL(text)
  const problem = guard.refusal(url.hostname)
  if (problem)
    throw new JiemuError('options-invalid', { where: destination, problem: `url: refused, being ${problem}` })
  return url
}
