// What a worker did, kept until the server has it: in order per job, each with the key by which it is done once.
import type { Position } from '../../core/geo.ts'
import type { Problem } from '../client/records.ts'
import type { TakenPhoto } from '../parts/photo.ts'

export type Step = 'accept' | 'decline' | 'arrive' | 'handled' | 'note' | 'photo' | 'report'

/** What a worker saw in the street; where is where the phone was, or an address. */
export interface StreetReport {
  readonly kind: string
  readonly spot: Position | null
  readonly address: string | null
  readonly note: string | null
}

export interface Action {
  /** Of this action for ever: the server does it once, however often it is sent. */
  readonly key: string
  /** Who did it: nobody else's session sends it. */
  readonly owner: string
  readonly jobId: string
  readonly step: Step
  readonly reason: string | null
  readonly photo: TakenPhoto | null
  /** Of the step `report`, whose `jobId` is no job's: nothing waits behind it. */
  readonly report: StreetReport | null
  readonly at: number
  /** Rises; actions of one job go in this order. */
  readonly sequence: number
  /** Why the server did not take it: a person decides whether to try it again. */
  readonly refused: Problem | null
}

export type NewAction = Pick<Action, 'jobId' | 'step'> & Partial<Pick<Action, 'reason' | 'photo' | 'report'>>

/** Where actions outlive the page. */
export interface Keep {
  load(): Promise<readonly Action[]>
  put(action: Action): Promise<void>
  remove(key: string): Promise<void>
}

/** How sending one ended. `later`: nothing answered, or not now. `sign-in`: the server does not know who one is. */
export type Sent = 'taken' | 'later' | 'sign-in' | Problem

export interface OutboxPorts {
  readonly owner: string
  readonly keep: Keep
  /** Asks who is signed in; an action is sent only by whom it belongs to. Undefined where the server does not answer. */
  whoAmI(): Promise<string | undefined>
  send(action: Action): Promise<Sent>
  /** Asks for the sheet anew, after something was taken. False where the server does not answer. */
  look(): Promise<boolean>
  now(): number
  newKey(): string
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

export class Outbox {
  readonly #ports: OutboxPorts
  readonly #listeners = new Set<() => void>()
  #actions: readonly Action[] = []
  #taken: readonly Action[] = []
  #unseen: readonly Action[] = []
  #sending = false
  #failures = 0
  #notBefore = 0
  /** Keys of those that the phone could not keep: they are gone with the page. */
  readonly #unkept = new Set<string>()

  private constructor(ports: OutboxPorts, actions: readonly Action[]) {
    this.#ports = ports
    this.#actions = actions
    this.#unseen = actions
  }

  static async open(ports: OutboxPorts): Promise<Outbox> {
    const kept = await ports.keep.load().catch((): readonly Action[] => [])
    const own = kept.filter(({ owner }) => owner === ports.owner)
    return new Outbox(ports, own.toSorted(byOrder))
  }

  /** One's own that the server does not have, in order. */
  get actions(): readonly Action[] {
    return this.#actions
  }

  /** With those before them that it has taken and the sheet does not show yet: no step that was done is offered again. */
  get unseen(): readonly Action[] {
    return this.#unseen
  }

  /** Whether anything that is not sent would be gone with the page. */
  get unkept(): boolean {
    return this.#actions.some(({ key }) => this.#unkept.has(key))
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Kept before it is sent: once this returns, a phone may be switched off, unless `unkept` says that it could not be. */
  async add(wanted: NewAction): Promise<Action> {
    const { owner, now, newKey } = this.#ports
    const at = now()
    const action: Action = {
      reason: null,
      photo: null,
      report: null,
      ...wanted,
      ...{ key: newKey(), owner, at, refused: null },
      sequence: Math.max(at, (this.#actions.at(-1)?.sequence ?? 0) + 1),
    }
    // At once, so that the page shows it and two taps in a row keep their order.
    this.#turn([...this.#actions, action])
    await this.#put(action)
    this.#notBefore = 0
    return action
  }

  /** Gives up what the server did not take. */
  async discard(key: string): Promise<void> {
    this.#turn(this.#actions.filter(action => action.key !== key))
    await this.#ports.keep.remove(key).catch(() => undefined)
  }

  /** Tries anew what the server did not take; with the same key, since nothing was done by it. */
  async retry(key: string): Promise<void> {
    const action = this.#actions.find(one => one.key === key)
    if (!action) return
    await this.#replace({ ...action, refused: null })
    this.#notBefore = 0
  }

  /** Tries at once, however often it failed: the network has come back. */
  hurry(): void {
    this.#notBefore = 0
    this.#failures = 0
  }

  /**
   * Sends what can be sent now. Behind one that was refused the job's later ones wait; other jobs go on.
   * @returns whether anything was taken
   */
  async flush(): Promise<boolean> {
    const { now } = this.#ports
    if (this.#sending || now() < this.#notBefore) return false
    this.#sending = true
    try {
      const taken = await this.#sendAll()
      if (this.#taken.length > 0) await this.#lookAgain()
      return taken
    } finally {
      this.#sending = false
    }
  }

  async #sendAll(): Promise<boolean> {
    const { owner, whoAmI } = this.#ports
    if (!this.#next(new Set())) return false
    let taken = false
    if ((await whoAmI()) !== owner) {
      this.#wait()
      return false
    }
    const stuck = new Set<string>()
    for (let action = this.#next(stuck); action; action = this.#next(stuck)) {
      const sent = await this.#ports.send(action)
      if (sent === 'later' || sent === 'sign-in') {
        this.#wait()
        return taken
      }
      this.#failures = 0
      if (sent === 'taken') {
        taken = true
        this.#taken = [...this.#taken, action]
        await this.discard(action.key)
      } else {
        stuck.add(action.jobId)
        await this.#replace({ ...action, refused: sent })
      }
    }
    return taken
  }

  async #lookAgain(): Promise<void> {
    if (!(await this.#ports.look())) return this.#wait()
    this.#taken = []
    this.#turn(this.#actions)
  }

  #next(stuck: ReadonlySet<string>): Action | undefined {
    const behind = new Set(this.#actions.flatMap(({ jobId, refused }) => (refused ? jobId : [])))
    return this.#actions.find(({ jobId }) => !stuck.has(jobId) && !behind.has(jobId))
  }

  #wait(): void {
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#notBefore = this.#ports.now() + waitMs
  }

  async #replace(action: Action): Promise<void> {
    this.#turn(this.#actions.map(one => (one.key === action.key ? action : one)))
    await this.#put(action)
  }

  /** A full phone, or one that keeps nothing, still sends what was done while the page is open. */
  async #put(action: Action): Promise<void> {
    const kept = await this.#ports.keep.put(action).then(
      () => true,
      () => false,
    )
    if (kept) this.#unkept.delete(action.key)
    else this.#unkept.add(action.key)
    if (!kept) this.#turn(this.#actions)
  }

  #turn(actions: readonly Action[]): void {
    this.#actions = actions
    this.#unseen = [...this.#taken, ...actions]
    for (const listener of this.#listeners) listener()
  }
}

function byOrder(one: Action, other: Action): number {
  return one.sequence - other.sequence || (one.key < other.key ? -1 : 1)
}

/** What a server's refusal means to the queue: 401 and lost rights of the page are no word on the action itself. */
export function sentOf({ status, code }: Pick<Problem, 'status' | 'code'>): 'later' | 'sign-in' | 'refused' {
  if (status === 401) return 'sign-in'
  if (status >= 500 || status === 429 || status === 408 || code === 'csrf-refused') return 'later'
  return 'refused'
}
