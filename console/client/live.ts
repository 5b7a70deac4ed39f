// Live events: one stream for the whole page, which comes back by itself where it left off.
import { authorization, checked, Refused } from './http.ts'
import type { Camera, Grid, Incident, Job, Mute } from './records.ts'

/** `reset`: events were missed, read everything anew. Tracks with events of their own add a line here. */
export interface LiveRecords {
  readonly incident: Incident
  readonly job: Job
  readonly camera: Camera
  readonly grid: Grid
  readonly mute: Mute
  readonly reset: Record<string, never>
}
export type LiveType = keyof LiveRecords
export type Connection = 'connecting' | 'live' | 'lost'

/** No byte for this long, though the server says something every 15 s: the connection is dead. */
const SILENCE_MS = 40_000

type Listener<T extends LiveType> = (record: LiveRecords[T]) => void

/** Whoever listens hears each record as it comes; nothing is kept here. */
export class Live {
  readonly #listeners = new Map<LiveType, Set<Listener<LiveType>>>()
  readonly #stateListeners = new Set<() => void>()
  #state: Connection = 'connecting'
  #stop: AbortController | undefined

  get state(): Connection {
    return this.#state
  }

  onState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener)
    return () => this.#stateListeners.delete(listener)
  }

  /** @returns how to stop listening */
  on<T extends LiveType>(type: T, listener: Listener<T>): () => void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners)
    listeners.add(listener as Listener<LiveType>)
    return () => listeners.delete(listener as Listener<LiveType>)
  }

  /** Listens until `stop`, or until the server does not know any more who one is. */
  start(): void {
    if (this.#stop) return
    this.#stop = new AbortController()
    void this.#listen(this.#stop)
  }

  stop(): void {
    this.#stop?.abort()
    this.#stop = undefined
  }

  async #listen(stop: AbortController): Promise<void> {
    let lastId: string | undefined
    for (let failures = 0; !stop.signal.aborted; failures++) {
      try {
        await this.#once(lastId, stop.signal, (type, id, record) => {
          failures = 0
          lastId = id ?? lastId
          for (const listener of this.#listeners.get(type) ?? []) listener(record)
        })
      } catch (error) {
        if (error instanceof Refused && error.problem.status === 401) {
          this.stop()
          return this.#turn('lost')
        }
      }
      if (stop.signal.aborted) return
      this.#turn('lost')
      // A server that was restarted is back within seconds; many pages must not come back at once.
      const waitMs = Math.min(8_000, 300 * 2 ** failures)
      await new Promise(resolve => setTimeout(resolve, waitMs * (0.7 + 0.6 * Math.random())))
    }
  }

  async #once(
    lastId: string | undefined,
    stop: AbortSignal,
    tell: (type: LiveType, id: string | undefined, record: LiveRecords[LiveType]) => void,
  ): Promise<void> {
    const silence = new AbortController()
    let watch = setTimeout(() => silence.abort(), SILENCE_MS)
    try {
      const response = await checked(
        await fetch('/api/events', {
          headers: { ...authorization(), ...(lastId && { 'last-event-id': lastId }) },
          signal: AbortSignal.any([stop, silence.signal]),
          cache: 'no-store',
        }),
      )
      this.#turn('live')
      let rest = ''
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
        if (done) return
        clearTimeout(watch)
        watch = setTimeout(() => silence.abort(), SILENCE_MS)
        const blocks = (rest + (value ?? '')).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const { event, id, data } = fieldsOf(block)
          if (event) tell(event as LiveType, id, data ? JSON.parse(data) : {})
        }
      }
    } finally {
      clearTimeout(watch)
    }
  }

  #turn(state: Connection): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#stateListeners) listener()
  }
}

/** Our own server's frames only: one `data` line, LF line ends. */
function fieldsOf(block: string): Readonly<Record<string, string | undefined>> {
  const lines = block.split('\n').filter(line => /^\w+: /.test(line))
  return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
}
