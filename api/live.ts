// The live feed: what changed, with whose it is, numbered and kept for a while so that a listener can catch up.
import { randomUUID } from 'node:crypto'
import type { Log } from '../core/log.ts'
import type { Action, Target } from './authorize.ts'
import type { Change, Events } from './ports.ts'

export interface LiveEvent {
  readonly id: string
  readonly type: Change['type']
  readonly action: Action
  /** `filtered`: everybody who may do it at all. */
  readonly resource: Target
  /** The record as the API shows it, as JSON. */
  readonly body: string
}

/** `reset`: events were missed, read everything anew. */
export type LiveMessage = LiveEvent | { readonly id: string; readonly type: 'reset' }
type Listener = (message: LiveMessage) => void

/** Reads a changed record; undefined where it is gone. */
export type Describe = (change: Change) => Promise<Omit<LiveEvent, 'id' | 'type'> | undefined>

/** Three minutes of a hundred cameras, at a change of one in four every few seconds; about 1 KB each. */
const RING_SIZE = 2_000
/** Whoever missed more reads everything anew: more at once than may wait for a reader would cut it off, again and again. */
const CATCH_UP_BYTES = 262_144

export class LiveFeed {
  /** Ids of another run of the server mean nothing to us. */
  readonly #run = randomUUID().slice(0, 8)
  readonly #describe: Describe
  readonly #log: Log
  readonly #ringSize: number
  readonly #listeners = new Set<Listener>()
  /** A record that changes twice before it is read is read once: bounded by the number of records. */
  readonly #waiting = new Map<string, Change>()
  readonly #unsubscribe: () => void
  #ring: LiveEvent[] = []
  #sequence = 0
  #reading = false

  constructor(events: Events, describe: Describe, log: Log, ringSize: number = RING_SIZE) {
    this.#describe = describe
    this.#log = log
    this.#ringSize = ringSize
    this.#unsubscribe = events.subscribe(change => {
      this.#waiting.set(`${change.type} ${change.id}`, change)
      void this.#read()
    })
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /**
   * Tells `listener` what it missed after `lastId`, or `reset` where that is not known any more, and all that follows.
   * @returns how to stop listening
   */
  listen(listener: Listener, lastId?: string): () => void {
    for (const message of this.#since(lastId)) listener(message)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#unsubscribe()
    this.#listeners.clear()
  }

  #since(lastId: string | undefined): readonly LiveMessage[] {
    const [run, number] = lastId?.split('.') ?? []
    const behind = this.#sequence - Number(number)
    if (run !== this.#run || !(behind >= 0) || behind > this.#ring.length) return [this.#reset()]
    const missed = behind === 0 ? [] : this.#ring.slice(-behind)
    const bytes = missed.reduce((sum, { body }) => sum + body.length, 0)
    return bytes > CATCH_UP_BYTES ? [this.#reset()] : missed
  }

  #reset(): LiveMessage {
    return { id: `${this.#run}.${this.#sequence}`, type: 'reset' }
  }

  async #read(): Promise<void> {
    if (this.#reading) return
    this.#reading = true
    for (const [key, change] of this.#waiting) {
      this.#waiting.delete(key)
      try {
        const described = await this.#describe(change)
        if (described) this.#publish(change.type, described)
      } catch (error) {
        this.#log.warn({ err: error, change }, 'a change could not be read: listeners are told to read everything anew')
        this.#forget()
      }
    }
    this.#reading = false
  }

  #publish(type: Change['type'], described: Omit<LiveEvent, 'id' | 'type'>): void {
    const event: LiveEvent = { ...described, id: `${this.#run}.${++this.#sequence}`, type }
    this.#ring.push(event)
    if (this.#ring.length > this.#ringSize) this.#ring.shift()
    this.#tell(event)
  }

  /** The number moves on as well, so that nobody resumes from before the gap. */
  #forget(): void {
    this.#ring = []
    this.#sequence += 1
    this.#tell(this.#reset())
  }

  #tell(message: LiveMessage): void {
    for (const listener of this.#listeners) listener(message)
  }
}
