// The other end of the webhook: a receiver of our own, which notes each request that arrives, repetitions too.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Scope } from '../../core/scope.ts'
import { monotonicMs } from './contract.ts'
import type { Receipt } from './reckon.ts'

export interface Receiver {
  /** "http://127.0.0.1:41234/" */
  readonly url: string
  /** Everything that arrived since `clear`. */
  readonly receipts: readonly Receipt[]
  /** How many different notices of an event arrived since `clear`; of all events, if none is named. */
  distinct(event?: string): number
  clear(): void
}

/** The scope closes it. */
export async function openReceiver(scope: Scope): Promise<Receiver> {
  const receipts: Receipt[] = []
  const subjects = new Map<string, Set<string>>()
  const note = async (request: IncomingMessage) => {
    const { type, subject } = (await json(request)) as { type: string; subject: string }
    const event = type.replace(/^jiemu\./, '')
    receipts.push({ event, subject, atMs: monotonicMs() })
    subjects.set(event, (subjects.get(event) ?? new Set()).add(subject))
  }
  const server = createServer((request, response) => {
    // Answered only once it is noted: what the sender takes for delivered has been counted.
    note(request).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(400).end(),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    receipts,
    distinct: event =>
      event === undefined
        ? [...subjects.values()].reduce((sum, { size }) => sum + size, 0)
        : (subjects.get(event)?.size ?? 0),
    clear() {
      receipts.length = 0
      subjects.clear()
    },
  }
}
