// Many connections on one PGlite session: PostgreSQL's protocol over a UNIX socket, one whole unit of work at a time.
//
// PGlite has a single session. `@electric-sql/pglite-socket` 0.2 passes single messages on, so that the greeting of a
// new connection falls between another's Parse and Bind: measured, "unnamed prepared statement does not exist" and
// then no answer to anybody, after some hundred connections. Here nothing is passed on before its Sync has come, a
// transaction keeps the session until it ends, and greetings never reach PGlite.
//
//   connection ──► messages up to Sync or Query = one unit ──┐   waits while another's transaction is open
//   connection ──► …                                         ├──► PGlite ──► answers to that connection,
//   connection ──► …                                       ──┘              notifications to all
//
// The session's state is everybody's: no SET without LOCAL, no prepared statements with names, no cursors.
import { chmod } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { setImmediate as breathe } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const PROTOCOL_MAJOR = 3
/** The messages after which a client waits for the answer: Query, Sync, and the old function call. */
const ENDS_UNIT = new Set(['Q', 'S', 'F'])

interface Unit {
  readonly client: Client
  readonly messages: readonly Uint8Array[]
}

/** One connection: cuts what arrives into units. */
class Client {
  readonly #socket: Socket
  readonly #greeting: Buffer
  readonly #onUnit: (unit: Unit) => void
  #received: Buffer = Buffer.alloc(0)
  #greeted = false
  #messages: Uint8Array[] = []

  constructor(socket: Socket, greeting: Buffer, onUnit: (unit: Unit) => void) {
    this.#socket = socket
    this.#greeting = greeting
    this.#onUnit = onUnit
    socket.on('data', (data: Buffer) => {
      this.#received = this.#received.length > 0 ? Buffer.concat([this.#received, data]) : data
      while (!this.closed && (this.#greeted ? this.#takeMessage() : this.#takeGreeting())) {}
    })
  }

  get closed(): boolean {
    return this.#socket.destroyed || this.#socket.writableEnded
  }

  send(data: Uint8Array): void {
    if (!this.closed && this.#greeted) this.#socket.write(data)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(length: number): Buffer | undefined {
    if (this.#received.length < length) return undefined
    const taken = this.#received.subarray(0, length)
    this.#received = this.#received.subarray(length)
    return taken
  }

  /** Length and code, before the protocol proper. @returns whether there may be more to take */
  #takeGreeting(): boolean {
    if (this.#received.length < 8) return false
    const length = this.#received.readUInt32BE(0)
    if (length < 8) this.close()
    const message = this.#take(length)
    if (!message || this.closed) return false
    const code = message.readUInt32BE(4)
    if (code === SSL_REQUEST || code === GSS_REQUEST) this.#socket.write('N')
    else if (code >> 16 === PROTOCOL_MAJOR) {
      this.#greeted = true
      this.#socket.write(this.#greeting)
    } else this.close() // A request to cancel: one query at a time is over before it could be read.
    return true
  }

  /** Type, length, body. */
  #takeMessage(): boolean {
    if (this.#received.length < 5) return false
    const message = this.#take(this.#received.readUInt32BE(1) + 1)
    if (!message) return false
    const type = String.fromCharCode(message[0] ?? 0)
    if (type === 'X') {
      this.#socket.end()
      return false
    }
    this.#messages.push(new Uint8Array(message))
    if (ENDS_UNIT.has(type)) {
      this.#onUnit({ client: this, messages: this.#messages })
      this.#messages = []
    }
    return true
  }
}

/** Lets one unit at a time into the session. */
class Session {
  readonly clients = new Set<Client>()
  readonly #database: PGlite
  #waiting: Unit[] = []
  /** Who has a transaction open. */
  #owner: Client | undefined
  #running = false

  constructor(database: PGlite) {
    this.#database = database
  }

  add(unit: Unit): void {
    this.#waiting.push(unit)
    void this.#run()
  }

  leave(client: Client): void {
    this.clients.delete(client)
    this.#waiting = this.#waiting.filter(unit => unit.client !== client)
    void this.#run()
  }

  async #run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    for (let unit = this.#next(); unit; unit = this.#next()) {
      try {
        await this.#perform(unit)
      } catch {
        // PGlite itself failed, not the query: a closed connection is an error that clients understand.
        unit.client.close()
        this.#owner = undefined
      }
      await breathe()
    }
    this.#running = false
  }

  /** A transaction whose client is gone is rolled back before anybody else is let in. */
  #next(): Unit | undefined {
    if (this.#owner?.closed) return { client: this.#owner, messages: [message('Q', Buffer.from('rollback\0'))] }
    if (!this.#owner) return this.#waiting.shift()
    const index = this.#waiting.findIndex(unit => unit.client === this.#owner)
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0]
  }

  async #perform({ client, messages }: Unit): Promise<void> {
    const answers: Uint8Array[] = []
    // As a stream, which passes on what PostgreSQL says: `execProtocolRaw` of PGlite 0.5 reads every message as well and
    // keeps it for ever, measured as 1.3 GB an hour with fifty cameras. The bytes are the session's own memory.
    const onRawData = (data: Uint8Array) => answers.push(data.slice())
    await this.#database.runExclusive(async () => {
      for (const sent of messages) await this.#database.execProtocolRawStream(sent, { onRawData })
    })
    this.#owner = undefined
    const answer = Buffer.concat(answers)
    for (let start = 0; start + 5 <= answer.length; ) {
      const end = start + 1 + answer.readUInt32BE(start + 1)
      const type = String.fromCharCode(answer[start] ?? 0)
      // Ready for the next query: I(dle), or still in a T(ransaction) or a failed one (E).
      if (type === 'Z' && answer[end - 1] !== 0x49) this.#owner = client
      // Whoever listens is somewhere among them; pg passes over what nobody there asked for.
      if (type === 'A') for (const other of this.clients) if (other !== client) other.send(answer.subarray(start, end))
      start = end
    }
    client.send(answer)
  }
}

function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

/** What a server says to a client that may come in: authenticated, its settings, ready. */
async function greetingOf(database: PGlite): Promise<Buffer> {
  const { rows } = await database.query<{ readonly name: string; readonly setting: string }>(
    `select name, setting from pg_settings where name in
     ('server_version', 'server_encoding', 'client_encoding', 'DateStyle', 'TimeZone', 'integer_datetimes',
      'standard_conforming_strings')`,
  )
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...rows.map(({ name, setting }) => message('S', Buffer.from(`${name}\0${setting}\0`))),
    message('K', Buffer.alloc(8)),
    message('Z', Buffer.from('I')),
  ])
}

/**
 * Serves `database` at the UNIX socket `path`, for this user only.
 * @returns closes every connection and the socket; the database is the caller's
 */
export async function serveSocket(database: PGlite, path: string): Promise<() => Promise<void>> {
  const greeting = await greetingOf(database)
  const session = new Session(database)
  const server = createServer(socket => {
    const client = new Client(socket, greeting, unit => session.add(unit))
    session.clients.add(client)
    socket.on('close', () => session.leave(client))
    // A connection that breaks closes too, and that is all there is to do.
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  await chmod(path, 0o600)
  return async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const client of session.clients) client.close()
    await closed
  }
}
