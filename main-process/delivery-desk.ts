// The deliveries as the API, the health report and the metrics see them.
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Deliveries, DeliveryFilter, DestinationState } from '../api/delivery-ports.ts'
import type { ComponentHealth } from '../api/ports.ts'
import type { Delivery, DestinationTally } from '../core/delivery.ts'
import { JiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import type { Clock } from '../core/time.ts'
import { GIVE_UP_AFTER_MS } from '../dispatch/back-off.ts'
import type { Store } from '../store/open.ts'

export interface DeliveryDeskDeps {
  readonly deliveries: Store['deliveries']
  /** The names of the settings' destinations. */
  readonly destinations: readonly string[]
  /** Destinations that the canary does not come through to. */
  missing(): readonly string[]
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Log
}

export class DeliveryDesk implements Deliveries {
  readonly #deps: DeliveryDeskDeps
  readonly #settled: Counter<'destination' | 'outcome'>

  constructor(deps: DeliveryDeskDeps) {
    this.#deps = deps
    this.#settled = new Counter({
      name: 'jiemu_deliveries_total',
      help: 'Attempts to deliver a notice, by destination and outcome: pending is tried again',
      labelNames: ['destination', 'outcome'],
      registers: [deps.registry],
    })
    this.#gauge('jiemu_deliveries_pending', 'Notices on their way', ({ pending }) => pending)
    this.#gauge('jiemu_dead_letters', 'Notices that were given up', ({ dead }) => dead)
    this.#gauge(
      'jiemu_delivery_oldest_pending_seconds',
      'Age of the oldest notice on its way',
      ({ oldestPendingAt }) => (oldestPendingAt === null ? 0 : Math.max(0, deps.clock.now() - oldestPendingAt) / 1_000),
    )
    const { missing } = deps
    new Gauge({
      name: 'jiemu_canary_missing',
      help: 'Destinations that the test notice of every minute does not come through to',
      registers: [deps.registry],
      collect() {
        this.set(missing().length)
      },
    })
  }

  #gauge(name: string, help: string, value: (tally: DestinationState) => number): void {
    const rows = () => this.destinations().catch(() => [])
    new Gauge({
      ...{ name, help, labelNames: ['destination'], registers: [this.#deps.registry] },
      async collect() {
        const tallies = await rows()
        this.reset()
        for (const tally of tallies) this.set({ destination: tally.destination }, value(tally))
      },
    })
  }

  settled({ destination }: Delivery, outcome: string): void {
    this.#settled.inc({ destination, outcome })
  }

  list(filter: DeliveryFilter): Promise<readonly Delivery[]> {
    return this.#deps.deliveries.list(filter)
  }

  find(id: string): Promise<Delivery | undefined> {
    return this.#deps.deliveries.find(id)
  }

  async destinations(): Promise<readonly DestinationState[]> {
    const { deliveries, destinations } = this.#deps
    const tallies = await deliveries.tallies()
    const empty = (destination: string): DestinationTally => ({
      destination,
      pending: 0,
      dead: 0,
      oldestPendingAt: null,
    })
    const idle = destinations.filter(name => !tallies.some(({ destination }) => destination === name)).map(empty)
    return [...tallies, ...idle]
      .map(tally => ({ ...tally, configured: destinations.includes(tally.destination) }))
      .sort((one, other) => (one.destination < other.destination ? -1 : 1))
  }

  async redrive(which: { readonly id: string } | { readonly destination: string }, actor: Actor): Promise<number> {
    const { deliveries, clock, log } = this.#deps
    const count = await deliveries.redrive(which, clock.now() + GIVE_UP_AFTER_MS)
    log.info({ actor: actor.name, ...which, count }, 'dead letters driven again')
    return count
  }

  async dismiss(id: string, actor: Actor): Promise<void> {
    await this.#deps.deliveries.dismiss(id)
    this.#deps.log.info({ actor: actor.name, delivery: id }, 'dead letter dismissed')
  }

  /** Never throws: while the database is away, its own component says so. */
  async health(): Promise<readonly ComponentHealth[]> {
    const tallies = await this.#deps.deliveries.tallies().catch(() => [])
    const dead = tallies.filter(tally => tally.dead > 0)
    const missing = this.#deps.missing()
    const names = dead.map(({ destination }) => destination).join(', ')
    const count = dead.reduce((sum, tally) => sum + tally.dead, 0)
    return [
      component('deliveries', count > 0 && new JiemuError('dead-letters', { count, destinations: names })),
      component('canary', missing.length > 0 && new JiemuError('canary-missing', { destinations: missing.join(', ') })),
    ]
  }
}

function component(name: string, error: JiemuError | false): ComponentHealth {
  if (!error) return { name, state: 'ok', problem: null }
  const { code, message, hint } = error
  return { name, state: 'degraded', problem: { code, message, hint } }
}
