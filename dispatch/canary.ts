// The canary: a notice that goes every minute the way that all notices go; where it does not arrive, none does.
import type { Delivery, Notice } from '../core/delivery.ts'
import { toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { CANARY, CANARY_DESTINATION } from './work-rows.ts'

export interface CanaryDeps {
  /** The destinations of the settings; those that want the canary get it too. */
  readonly notifiers: readonly Notifier[]
  readonly clock: Clock
  readonly log: Log
  /** Lets one go, by the outbox. @throws JiemuError database-unavailable */
  send(at: EpochMs): Promise<unknown>
}

export interface Canary {
  /** Where it arrives in any case, so that database, outbox, queue and fan-out are tried even without other destinations. */
  readonly notifier: Notifier
  /** Sends one where it is time, and raises the alarm where one is missing; to be called every few seconds. */
  tick(): Promise<void>
  settled(delivery: Delivery, state: string): void
  /** The destinations that it does not come through to. */
  missing(): readonly string[]
}

const EVERY_MS = 60_000
const MISSING_AFTER_MS = 180_000
const REMIND_EVERY_MS = 1_800_000

export function createCanary({ notifiers, clock, log, send }: CanaryDeps): Canary {
  const watched = [
    CANARY_DESTINATION,
    ...notifiers.flatMap(({ destination, wants }) => (wants?.(systemNotice(CANARY, 0, {})) ? [destination] : [])),
  ]
  /** Since when one is under way to a destination; whatever arrives shows that the way is free. */
  const waitingSince = new Map<string, EpochMs>()
  let sentAt: EpochMs | undefined
  let toldAt: EpochMs | undefined

  const missing = (): readonly string[] => {
    const now = clock.now()
    return watched.filter(destination => now - (waitingSince.get(destination) ?? now) >= MISSING_AFTER_MS)
  }

  async function letOneGo(now: EpochMs): Promise<void> {
    // A clock that was set back must not silence it.
    if (sentAt !== undefined && now >= sentAt && now - sentAt < EVERY_MS) return
    sentAt = now
    for (const destination of watched) if (!waitingSince.has(destination)) waitingSince.set(destination, now)
    await send(now).catch((thrown: unknown) => {
      const error = toJiemuError(thrown)
      log.warn({ code: error.code }, `the canary could not be sent: ${error.message}`)
    })
  }

  async function tell(now: EpochMs): Promise<void> {
    const destinations = missing()
    if (destinations.length === 0) {
      if (toldAt === undefined) return
      toldAt = undefined
      await tellDirectly(notifiers, systemNotice('system.canary-returned', now, {}), log)
    } else if (toldAt === undefined || now - toldAt >= REMIND_EVERY_MS) {
      toldAt = now
      log.error({ code: 'canary-missing', destinations }, 'notices do not come through')
      await tellDirectly(notifiers, systemNotice('system.canary-missing', now, { destinations }), log)
    }
  }

  return {
    notifier: { destination: CANARY_DESTINATION, wants: ({ event }) => event === CANARY, send: async () => {} },
    async tick() {
      const now = clock.now()
      await letOneGo(now)
      await tell(now)
    },
    settled({ destination, notice }, state) {
      if (notice.event !== CANARY || state !== 'delivered') return
      // One that took as long as that proves that the way is not free.
      if (clock.now() - notice.at < MISSING_AFTER_MS) waitingSince.delete(destination)
    },
    missing,
  }
}

function systemNotice(event: string, at: EpochMs, details: Notice['details']): Notice {
  return { id: `${event}.${at}`, event, at, subject: 'notices', details }
}

/** Neither the database nor the queue may be needed to say that they are away. */
async function tellDirectly(notifiers: readonly Notifier[], notice: Notice, log: Log): Promise<void> {
  const wanted = notifiers.filter(({ wants }) => !wants || wants(notice))
  await Promise.all(
    wanted.map(async ({ destination, recipients, send }) => {
      try {
        const people = recipients ? await recipients(notice) : [null]
        await Promise.all(people.map(recipient => send(notice, recipient)))
      } catch (thrown) {
        const error = toJiemuError(thrown, 'delivery-refused', { destination })
        log.warn({ code: error.code, destination }, error.message)
      }
    }),
  )
}
