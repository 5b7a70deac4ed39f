// Somebody who watches a camera live, as a browser does over a WebSocket, and counts what comes.
import { once } from 'node:events'
import { WebSocket } from 'ws'

export class LiveViewer {
  readonly #socket: WebSocket
  #lastAt = performance.now()
  bytes = 0
  fragments = 0
  /** Between two fragments, or since the last reset. */
  longestGapMs = 0

  constructor(address: string, cameraId: string) {
    this.#socket = new WebSocket(`${address.replace('http', 'ws')}/api/cameras/${cameraId}/live`, {
      origin: address,
      perMessageDeflate: false,
    })
    this.#socket.on('message', (message: Buffer, isBinary) => {
      if (!isBinary) return
      const now = performance.now()
      this.longestGapMs = Math.max(this.longestGapMs, now - this.#lastAt)
      this.#lastAt = now
      this.bytes += message.byteLength
      this.fragments += 1
    })
  }

  async opened(): Promise<this> {
    await once(this.#socket, 'open')
    return this
  }

  /** Counts from here on. */
  reset(): void {
    Object.assign(this, { bytes: 0, fragments: 0, longestGapMs: 0 })
    this.#lastAt = performance.now()
  }

  close(): void {
    this.#socket.terminate()
  }
}
