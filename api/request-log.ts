// What the log has of a request that fails: its path, and never its query, where signatures and keys stand.
import type { FastifyRequest } from 'fastify'
import type { Log } from '../core/log.ts'

type Asked = Pick<FastifyRequest, 'id' | 'url'>

export const pathOf = ({ url }: Pick<Asked, 'url'>): string => url.split('?')[0] ?? ''

export function logFailed(log: Log, request: Asked, status: number): void {
  log.warn({ request: request.id, path: pathOf(request), status }, 'failed')
}

/** What its answer points to, and tells nothing of. */
export function logUnexpected(log: Log, request: Asked, thrown: unknown): void {
  log.error({ err: thrown, request: request.id, path: pathOf(request) }, 'unexpected')
}
