// One viewer's WebSocket: what is shown goes out as it comes, and what a slow viewer cannot take is left out.
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { WebSocket } from '@fastify/websocket'
import type { LiveShow } from '../core/live-view.ts'
import type { LiveViewer } from './live-ports.ts'

export interface LiveSocketLimits {
  /** What may wait for a slow viewer; beyond it, fragments are left out up to the next key frame. */
  readonly maxWaitingBytes: number
}

/** `camera-gone` · `rights`: who looks may not look any more · `restart`: come again soon. */
export type EndReason = 'camera-gone' | 'rights' | 'restart'

const FAREWELL_MS = 1_000
/** Of RFC 6455: 4000–4999 are for the application. */
const CLOSE_CODES = { 'camera-gone': 4404, rights: 4401, restart: 1012 } as const satisfies Record<EndReason, number>

export class LiveSocket implements LiveViewer {
  readonly #socket: WebSocket
  readonly #limits: LiveSocketLimits
  /** Fragments are left out until one that can be decoded alone. */
  #skipping = false
  /** Fragments that this viewer was too slow for. */
  dropped = 0
  #isAlive = true

  constructor(socket: WebSocket, limits: LiveSocketLimits) {
    this.#socket = socket
    this.#limits = limits
    socket.on('pong', () => {
      this.#isAlive = true
    })
    // Whoever sends something has mistaken us for somebody else.
    socket.on('message', () => socket.close(1003))
  }

  show(show: LiveShow): void {
    switch (show.as) {
      case 'video':
        this.#skipping = false
        this.#say({ type: 'video', codec: show.codec })
        this.#socket.send(show.init)
        return
      case 'stills':
        this.#say({ type: 'stills', why: show.why, codec: show.codec })
        return
      case 'still':
        if (this.#isFull(show.jpeg)) return
        this.#say({ type: 'still', at: show.at })
        this.#socket.send(show.jpeg)
        return
      case 'fragment':
        this.#fragment(show)
    }
  }

  gone(): void {
    this.end('camera-gone')
  }

  end(why: EndReason): void {
    this.#say({ type: 'ended', why })
    this.#socket.close(CLOSE_CODES[why])
  }

  /** Waits for the viewer's farewell, but not for long: the server would wait for the connection. */
  async endNow(why: EndReason): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.end(why)
    await Promise.race([closed, delay(FAREWELL_MS, undefined, { ref: false })])
    this.#socket.terminate()
  }

  /** Who has not answered the last one is not there any more. */
  beat(): void {
    if (!this.#isAlive) this.#socket.terminate()
    this.#isAlive = false
    this.#socket.ping()
  }

  #fragment({ key, bytes }: Extract<LiveShow, { as: 'fragment' }>): void {
    if (this.#isFull(bytes)) this.#skipping = true
    else if (key && this.#skipping) {
      this.#skipping = false
      // A jump in time: the page moves on to what comes now.
      this.#say({ type: 'skipped', fragments: this.dropped })
    }
    if (this.#skipping) this.dropped++
    else this.#socket.send(bytes)
  }

  #isFull(next: Uint8Array): boolean {
    return this.#socket.bufferedAmount + next.byteLength > this.#limits.maxWaitingBytes
  }

  #say(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message))
  }
}
