// Lanes: one for each destination, so that a slow or dead one holds up nobody but itself.
import type { Delivery } from '../core/delivery.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { askedMs, fullJitterMs, outcomeOf } from './back-off.ts'
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
  /** Waits for what is being sent, and sends nothing more. */
  close(): Promise<void>
}

/** At once to one destination; an HTTP receiver that takes 50 ms then gets 160 a second. */
const AT_ONCE = 8
/** More need not wait in memory: the outbox hands them over again. */
const MOST_WAITING = 2_000
const MOST_IN_SUMMARY = 200
/** Longer than any notifier lets itself be kept waiting. */
const LEASE_MS = 15_000
/** After so many failures one behind the other the destination is dead for now: the others wait with it. */
const DEAD_AFTER = 5
const LONGEST_CLOSED_MS = 60_000
const MINUTE_MS = 60_000

export function openLanes(deps: LanesDeps): Lanes {
  const lanes = new Map<string, Lane>()
  let closed = false
  return {
    deliver(id, destination) {
      if (closed) return Promise.resolve()
      const lane = lanes.get(destination) ?? new Lane(deps, notifierOf(deps.notifiers, destination))
      lanes.set(destination, lane)
      return lane.deliver(id)
    },
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

class Lane {
  readonly #deps: LanesDeps
  readonly #notifier: Notifier
  readonly #waiting = new Map<string, () => void>()
  readonly #underWay = new Map<string, Promise<void>>()
  #rounds = 0
  #failures = 0
  #shutUntil: EpochMs = 0
  #closed = false

  constructor(deps: LanesDeps, notifier: Notifier) {
    this.#deps = deps
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
    const { clock, deliveries, log } = this.#deps
    const { robot, destination } = this.#notifier
    const now = clock.now()
    let batch: readonly (readonly [string, () => void])[] = []
    try {
      const sent = robot ? await deliveries.messagesSince(robot.key, now - MINUTE_MS) : []
      const freeAt = Math.max(
        this.#shutUntil,
        robot && sent.length >= robot.perMinute ? (sent[0] ?? now) + MINUTE_MS : 0,
      )
      if (freeAt > now) {
        batch = this.#take(this.#waiting.size)
        if (batch.length > 0) await deliveries.postpone(idsOf(batch), Math.ceil(freeAt))
        return
      }
      // The last message of a minute carries everything that waits.
      const single = !robot || this.#waiting.size < robot.perMinute - sent.length
      batch = this.#take(single ? 1 : MOST_IN_SUMMARY)
      if (batch.length > 0) await this.#attempt(idsOf(batch))
    } catch (thrown) {
      const error = toJiemuError(thrown)
      log.error({ code: error.code, destination }, error.message)
    } finally {
      for (const [id, resolve] of batch) this.#forget(id, resolve)
    }
  }

  async #attempt(ids: readonly string[]): Promise<void> {
    const { deliveries, clock, log, onSettled } = this.#deps
    const { robot, destination } = this.#notifier
    const claimed = await deliveries.begin(ids, LEASE_MS)
    const [first] = claimed
    if (!first) return
    if (robot) await deliveries.noteMessage(robot.key)
    const failure = await this.#send(claimed, first)
    if (failure) log.warn({ code: failure.code, destination, deliveries: claimed.map(({ id }) => id) }, failure.message)
    this.#learn(failure)
    for (const { outcome, those } of outcomesOf(claimed, failure, clock.now(), this.#random)) {
      await deliveries.settle(
        those.map(({ id }) => id),
        outcome,
      )
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
