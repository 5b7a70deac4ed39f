// Keeping house: retention by the hour, the disk by the minute, the tables in between, and what is told of it.
import { Counter, Gauge, type Registry } from 'prom-client'
import type { ComponentHealth } from '../api/ports.ts'
import { type JiemuError, toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Disk, Retention } from '../store/retention/retention.ts'

/** The law asks for once a day; by the hour nothing is kept for much longer than it may be. */
const SWEEP_MS = 3_600_000
const LOOK_MS = 60_000
const TIDY_MS = 300_000

export interface KeepingDeps {
  readonly retention: Pick<Retention, 'sweep' | 'relieve' | 'admit' | 'disk' | 'problem' | 'deleted'>
  /** Keeps the database quick. */
  tidy(): Promise<void>
  readonly registry: Registry
  readonly log: Log
}

export class Keeping {
  readonly #deps: KeepingDeps
  readonly #refused: Counter<'what'>
  #timers: readonly NodeJS.Timeout[] = []
  /** Why the disk could not be looked at. */
  #blind: JiemuError | null = null
  #running: Promise<unknown> = Promise.resolve()

  constructor(deps: KeepingDeps) {
    this.#deps = deps
    this.#refused = new Counter({
      name: 'jiemu_refused_for_disk_total',
      help: 'Pictures and log lines that were not kept because the disk was full',
      labelNames: ['what'],
      registers: [deps.registry],
    })
    diskMetrics(deps)
  }

  /** Looks at the disk before anything is kept, sweeps, and goes on by itself. */
  async start(): Promise<void> {
    await this.#look()
    this.#running = this.#deps.retention.sweep()
    this.#timers = [
      setInterval(() => this.#then(() => this.#look()), LOOK_MS),
      setInterval(() => this.#then(() => this.#deps.retention.sweep()), SWEEP_MS),
      setInterval(() => this.#then(() => this.#tidy()), TIDY_MS),
    ]
  }

  /** Waits for what is being deleted. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#running
  }

  /** Keeps something that takes room, unless there is none: then it is counted, and the incident goes on without. */
  async keep(what: 'pictures' | 'detections', work: () => Promise<unknown>): Promise<void> {
    try {
      this.#deps.retention.admit()
    } catch {
      this.#refused.inc({ what })
      return
    }
    await work()
  }

  health(): ComponentHealth {
    const { retention } = this.#deps
    const full = retention.disk.state === 'full' ? thrownBy(() => retention.admit()) : null
    const problem = full ?? this.#blind ?? retention.problem
    const plain = problem && { code: problem.code, message: problem.message, hint: problem.hint }
    return { name: 'disk', state: problem ? 'degraded' : 'ok', problem: plain }
  }

  #then(work: () => Promise<unknown>): void {
    this.#running = this.#running.then(work)
  }

  async #tidy(): Promise<void> {
    try {
      await this.#deps.tidy()
    } catch (thrown) {
      const error = toJiemuError(thrown)
      this.#deps.log.warn({ code: error.code }, `the tables could not be tidied: ${error.message}`)
    }
  }

  async #look(): Promise<Disk | undefined> {
    try {
      const disk = await this.#deps.retention.relieve()
      this.#blind = null
      return disk
    } catch (thrown) {
      this.#blind = toJiemuError(thrown)
      this.#deps.log.warn({ code: this.#blind.code }, `the disk could not be looked at: ${this.#blind.message}`)
      return undefined
    }
  }
}

function thrownBy(work: () => void): JiemuError | null {
  try {
    work()
    return null
  } catch (thrown) {
    return toJiemuError(thrown)
  }
}

function diskMetrics({ registry, retention }: KeepingDeps): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  gauge('jiemu_disk_free_bytes', 'Free on the disk with the pictures', () => retention.disk.freeBytes)
  gauge('jiemu_disk_wanted_bytes', 'What shall stay free of it', () => retention.disk.wantedBytes)
  gauge('jiemu_disk_full', '1 while no new pictures are kept for want of room', () =>
    retention.disk.state === 'full' ? 1 : 0,
  )
  new Counter({
    name: 'jiemu_deleted_total',
    help: 'Records that retention deleted, by kind and reason',
    labelNames: ['record', 'why'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { record, why, count } of retention.deleted()) this.inc({ record, why }, count)
    },
  })
}
