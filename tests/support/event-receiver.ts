// Two destinations of webhooks on loopback, which note each event that reaches them, repetitions too.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface Receipt {
  readonly destination: 'one' | 'two'
  /** The same for every delivery of one notice. */
  readonly id: string
  readonly subject: string
}

export interface EventReceiver {
  readonly receipts: readonly Receipt[]
  readonly urls: Readonly<Record<Receipt['destination'], string>>
  close(): void
}

export async function openEventReceiver(): Promise<EventReceiver> {
  const receipts: Receipt[] = []
  const server = createServer((request, response) => {
    // Answered only once it is noted: what the sender takes for delivered has been counted.
    void json(request).then(event => {
      const { id, subject } = event as Receipt
      receipts.push({ destination: request.url === '/one' ? 'one' : 'two', id, subject })
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { receipts, urls: { one: `${address}/one`, two: `${address}/two` }, close }
}
