// A real HTTP server on this machine for tests of what we send, and what our notifiers are given to reach it.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { kindNamed, parseOptions } from '../../core/kind.ts'
import { silentLog } from '../../core/log.ts'
import { systemClock } from '../../core/time.ts'
import { addressGuard } from '../../dispatch/notifiers/address-guard.ts'
import { NOTIFIER_KINDS } from '../../dispatch/notifiers/kinds/index.ts'
import type { Notice, Notifier, NotifierDeps } from '../../dispatch/notifiers/notifier.ts'

export const NOTICE: Notice = {
  id: 'notify.job.assigned.job-1.0',
  event: 'job.assigned',
  at: Date.parse('2026-01-05T08:00:00+08:00'),
  subject: 'job-1',
  details: {
    ...{ jobId: 'job-1', kind: 'illegal-parking', severity: 'yellow', state: 'assigned' },
    ...{ teamId: 'chengguan-1', streetId: 'gulou', gridId: 'gulou-1' },
  },
}

/** As many notices as are asked for, each a second after the one before. */
export const notices = (count: number, change: Partial<Notice> = {}): readonly Notice[] =>
  Array.from({ length: count }, (_, index) => ({
    ...NOTICE,
    id: `notice-${index}`,
    subject: `job-${index}`,
    at: NOTICE.at + index * 1_000,
    ...change,
  }))

export const LOOPBACK_ALLOWED = addressGuard(['127.0.0.1/32'])

export function openNotifier(kind: string, options: object, deps: Partial<NotifierDeps> = {}): Notifier {
  const { options: schema, create } = kindNamed('notifier', NOTIFIER_KINDS, kind)
  return create(parseOptions(schema, 'notifiers.0', options), {
    ...{ destination: 'console', guard: LOOPBACK_ALLOWED, clock: systemClock, log: silentLog },
    ...deps,
  })
}

export interface Received {
  readonly request: IncomingMessage
  readonly body: string
  readonly raw: Buffer
}

export interface Receiver {
  /** "http://127.0.0.1:40123" */
  readonly origin: string
  readonly received: Received[]
  close(): Promise<void>
}

export function startReceiver(answer: (received: Received, response: ServerResponse) => void): Promise<Receiver> {
  const received: Received[] = []
  return listening(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const raw = Buffer.concat(chunks)
    const got = { request, raw, body: raw.toString() }
    received.push(got)
    answer(got, response)
  }, received)
}

async function listening(listener: RequestListener, received: Received[]): Promise<Receiver> {
  const server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
