// Lanes: one for each destination, so that a slow or dead one holds up nobody but itself.
import type { Delivery } from '../core/delivery.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { askedMs, fullJitterMs, outcomeOf } from './back-off.ts'
import { coalesced } from './coalesce.ts'
import type { Deliveries, Outcome } from './deliveries-port.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { deliveryOfNotice } from './notify.ts'
import { deliverRow } from './work-rows.ts'

export interface LanesDeps {
  readonly notifiers: readonly Notifier[]
  readonly deliveries: Deliveries
  readonly clock: Clock
  readonly log: Log
  /** Told how an attempt ended; must neither throw nor wait. */
  readonly onSettled?: (delivery: Delivery, outcome: Outcome['state']) => void
  /** Between 0 and 1; for tests. */
  readonly random?: () => number
}

export interface Lanes {
  /** Resolves when it was attempted, put off or found done. Never rejects: what could not be noted comes again. */
  deliver(id: string, destination: string): Promise<void>
  /** Whether it is being attempted, or waits to be. */
  has(id: string, destination: string): boolean
  /** Waits for what is being sent, and sends nothing more. */
  close(): Promise<void>
}

/** At once to one destination; an HTTP receiver that takes 50 ms then gets 320 a second. */
const AT_ONCE = 16
/** More need not wait in memory: the outbox hands them over again. */
const MOST_WAITING = 2_000
const MOST_IN_SUMMARY = 200
/** Longer than any notifier lets itself be kept waiting. */
const LEASE_MS = 15_000
const MOST_IN_STATEMENT = 200
/** After so many failures one behind the other the destination is dead for now: the others wait with it. */
const DEAD_AFTER = 5
const LONGEST_CLOSED_MS = 60_000
const MINUTE_MS = 60_000

export function openLanes(deps: LanesDeps): Lanes {
  const lanes = new Map<string, Lane>()
  const { deliveries } = deps
  const statements: Statements = {
    begin: coalesced(async ids => {
      const begun = new Map((await deliveries.begin(ids, LEASE_MS)).map(delivery => [delivery.id, delivery]))
      return ids.map(id => begun.get(id))
    }, MOST_IN_STATEMENT),
    settle: coalesced(async ids => {
      await deliveries.settle(ids, { state: 'delivered' })
      return ids
    }, MOST_IN_STATEMENT),
  }
  let closed = false
  return {
    deliver(id, destination) {
      if (closed) return Promise.resolve()
      const lane = lanes.get(destination) ?? new Lane(deps, statements, notifierOf(deps.notifiers, destination))
      lanes.set(destination, lane)
      return lane.deliver(id)
    },
    has: (id, destination) => lanes.get(destination)?.has(id) ?? false,
    async close() {
      closed = true
      await Promise.all([...lanes.values()].map(lane => lane.close()))
      await Promise.all(deps.notifiers.map(({ close }) => close?.()))
    },
  }
}

/** What waits for a destination that has left the settings becomes a dead letter: somebody will miss it, or dismiss it. */
function notifierOf(notifiers: readonly Notifier[], destination: string): Notifier {
  const gone = async () => {
    throw new JiemuError('delivery-refused', { destination, problem: 'the settings do not name it any more' })
  }
  return notifiers.find(notifier => notifier.destination === destination) ?? { destination, send: gone }
}

/** Of all lanes together: those under way at the same moment go in one statement. */
interface Statements {
  /** Undefined where somebody else is at it, or it is done. */
  begin(id: string): Promise<Delivery | undefined>
  /** Notes that it is delivered. */
  settle(id: string): Promise<unknown>
}

class Lane {
  readonly #deps: LanesDeps
  readonly #statements: Statements
  readonly #notifier: Notifier
  readonly #waiting = new Map<string, () => void>()
  readonly #underWay = new Map<string, Promise<void>>()
  #rounds = 0
  #failures = 0
  #shutUntil: EpochMs = 0
  #closed = false

  constructor(deps: LanesDeps, statements: Statements, notifier: Notifier) {
    this.#deps = deps
    this.#statements = statements
    this.#notifier = notifier
  }

  deliver(id: string): Promise<void> {
    const known = this.#underWay.get(id)
    if (known) return known
    if (this.#closed || this.#waiting.size >= MOST_WAITING) return Promise.resolve()
    const done = new Promise<void>(resolve => this.#waiting.set(id, resolve))
    this.#underWay.set(id, done)
    this.#pump()
    return done
  }

  has(id: string): boolean {
    return this.#underWay.has(id)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const [id, resolve] of this.#take(this.#waiting.size)) this.#forget(id, resolve)
    await Promise.all(this.#underWay.values())
  }

  #pump(): void {
    // A robot counts its messages, and a destination that was dead is tried with one.
    const most = this.#notifier.robot || this.#failures >= DEAD_AFTER ? 1 : AT_ONCE
    while (this.#rounds < most && this.#waiting.size > 0) {
      this.#rounds += 1
      void this.#round().finally(() => {
        this.#rounds -= 1
        this.#pump()
      })
    }
  }

  async #round(): Promise<void> {
    const { clock, deliveries } = this.#deps
    const { robot } = this.#notifier
    const now = clock.now()
    let batch: readonly (readonly [string, () => void])[] = []
    let noted: Promise<void> | undefined
    try {
      const sent = robot ? await deliveries.messagesSince(robot.key, now - MINUTE_MS) : []
      const freeAt = Math.max(
        this.#shutUntil,
        robot && sent.length >= robot.perMinute ? (sent[0] ?? now) + MINUTE_MS : 0,
      )
      if (freeAt > now) {
        batch = this.#take(this.#waiting.size)
        if (batch.length > 0) await deliveries.postpone(idsOf(batch), Math.ceil(freeAt))
      } else {
        // The last message of a minute carries everything that waits.
        const single = !robot || this.#waiting.size < robot.perMinute - sent.length
        batch = this.#take(single ? 1 : MOST_IN_SUMMARY)
        // Whoever is next need not wait until it is noted how this one ended.
        if (batch.length > 0) noted = (await this.#attempt(idsOf(batch)))?.noted
      }
    } catch (thrown) {
      this.#complain(thrown)
      // Whatever stood in the way, to ask at once again would spin: the outbox brings them anew.
      if (batch.length === 0) batch = this.#take(this.#waiting.size)
    }
    const forget = () => {
      for (const [id, resolve] of batch) this.#forget(id, resolve)
    }
    if (noted) void noted.catch(thrown => this.#complain(thrown)).then(forget)
    else forget()
  }

  #complain(thrown: unknown): void {
    const { destination } = this.#notifier
    const error = toJiemuError(thrown)
    this.#deps.log.error({ code: error.code, destination }, error.message)
  }

  /** Resolves when it was sent, and the answer is known. */
  async #attempt(ids: readonly string[]): Promise<{ readonly noted: Promise<void> } | undefined> {
    const { deliveries, log } = this.#deps
    const { robot, destination } = this.#notifier
    const begun = await Promise.all(ids.map(id => this.#statements.begin(id)))
    const claimed = begun.flatMap(delivery => delivery ?? [])
    const [first] = claimed
    if (!first) return undefined
    if (robot) await deliveries.noteMessage(robot.key)
    const failure = await this.#send(claimed, first)
    if (failure) log.warn({ code: failure.code, destination, deliveries: claimed.map(({ id }) => id) }, failure.message)
    // One phone that cannot be reached says nothing of the others, whose browsers belong to other push services.
    if (!failure || first.recipient === null) this.#learn(failure)
    return { noted: this.#note(claimed, failure) }
  }

  async #note(claimed: readonly Delivery[], failure: JiemuError | undefined): Promise<void> {
    const { deliveries, clock, onSettled } = this.#deps
    for (const { outcome, those } of outcomesOf(claimed, failure, clock.now(), this.#random)) {
      const settled = those.map(({ id }) => id)
      if (outcome.state === 'delivered') await Promise.all(settled.map(id => this.#statements.settle(id)))
      else await deliveries.settle(settled, outcome)
      for (const delivery of those) onSettled?.(delivery, outcome.state)
    }
  }

  async #send(claimed: readonly Delivery[], first: Delivery): Promise<JiemuError | undefined> {
    const { robot, destination, recipients } = this.#notifier
    try {
      if (robot && claimed.length > 1) await robot.sendSummary(claimed.map(({ notice }) => notice))
      else if (recipients && first.recipient === null) await this.#spread(first, await recipients(first.notice))
      else await this.#notifier.send(first.notice, first.recipient)
      return undefined
    } catch (thrown) {
      return toJiemuError(thrown, 'delivery-refused', { destination })
    }
  }

  async #spread({ id, notice, destination }: Delivery, recipients: readonly string[]): Promise<void> {
    const now = this.#deps.clock.now()
    const each = recipients.map(recipient => deliveryOfNotice(notice, destination, recipient, now))
    await this.#deps.deliveries.spread(id, each, each.map(deliverRow))
  }

  #learn(failure: JiemuError | undefined): void {
    if (!failure?.retryable) {
      if (!failure) this.#failures = 0
      return
    }
    this.#failures += 1
    const beyond = this.#failures - DEAD_AFTER
    const shutMs = beyond < 0 ? 0 : fullJitterMs(beyond + 1, this.#random, LONGEST_CLOSED_MS)
    this.#shutUntil = this.#deps.clock.now() + Math.max(shutMs, askedMs(failure))
  }

  get #random(): () => number {
    return this.#deps.random ?? Math.random
  }

  #take(count: number): (readonly [string, () => void])[] {
    const taken = [...this.#waiting].slice(0, count)
    for (const [id] of taken) this.#waiting.delete(id)
    return taken
  }

  #forget(id: string, resolve: () => void): void {
    this.#underWay.delete(id)
    resolve()
  }
}

const idsOf = (batch: readonly (readonly [string, unknown])[]): string[] => batch.map(([id]) => id)

/** Of one message, or of several deliveries in one: each has its own day, and so its own end. */
function outcomesOf(
  claimed: readonly Delivery[],
  failure: JiemuError | undefined,
  now: EpochMs,
  random: () => number,
): readonly { readonly outcome: Outcome; readonly those: readonly Delivery[] }[] {
  if (!failure) return [{ outcome: { state: 'delivered' }, those: claimed }]
  return claimed.map(delivery => ({ outcome: outcomeOf(failure, delivery, now, random), those: [delivery] }))
}
