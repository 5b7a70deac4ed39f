// The queue: sole owner of BullMQ and ioredis. It says when a row of the outbox is done next, and holds no truth.
import {
  createPostgresBackend,
  type JobsOptions,
  type JobType,
  type PostgresPoolConfig,
  type Processor,
  Queue,
  UnrecoverableError,
  Worker,
  withBackend,
} from 'bullmq'
import { Redis } from 'ioredis'
import { toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { Scope } from '../core/scope.ts'
import type { EpochMs } from '../core/time.ts'
import type { OutboxRow } from './store-port.ts'

/** What pg needs to reach the database. */
export interface PostgresReach {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly database?: string | undefined
  readonly max?: number | undefined
}

export interface QueueOptions {
  /** Moves the queue to Redis; without it, it lives in the schema "bullmq" of the database. */
  readonly redisUrl?: string
  readonly postgres: PostgresReach
  /** Tells the queues of one server apart. */
  readonly name?: string
  /** Does a row's work; a `JiemuError` that is not retryable is not tried again by the queue. */
  readonly perform: (outboxId: string) => Promise<void>
  readonly log: Log
}

export interface JobQueue {
  /**
   * Hands rows over, to be done at once. A row that the queue holds already is left as it is.
   * @throws JiemuError queue-unavailable
   */
  publish(rows: readonly OutboxRow[]): Promise<void>
  /**
   * Hands over rows that are due later, to be done then by the queue's own clock. They are handed over anew when they are
   * due by ours, so that nothing is lost with them. @throws JiemuError queue-unavailable
   */
  publishAhead(rows: readonly OutboxRow[], now: EpochMs): Promise<void>
  /** How many rows it holds. @throws JiemuError queue-unavailable */
  depth(): Promise<number>
  /** Waits for the work in hand, then closes what was opened. */
  close(): Promise<void>
}

/** Transactions queue up behind each other anyway. */
const CONCURRENCY = 8
/** A dead process's work is taken up again after this, plus at most one check. */
const LOCK_MS = 10_000
const STALLED_CHECK_MS = 5_000
/** Only a safety net, since new work wakes the worker. An idle process on PGlite: 10 % of a core at 0.05 s, 1 % at 5 s. */
const IDLE_POLL_S = 5
const ANSWER_MS = 5_000
/** The first start makes BullMQ's tables; with five starting at once on two cores, 5 s was too short for PGlite. */
const OPEN_MS = 30_000
/** Room for the last transactions. */
const LAST_WORK_MS = 7_000

/**
 * A row that is due later goes under a name of its own: the queue ignores what it holds already, and one that waits there
 * by a wrong clock must not stand in the way of the same row, handed over when it is due.
 */
const AHEAD = 'ahead.'

/** 0.5 s, 1 s, 2 s, … with half of it random, 17 min at the most; after the last, the outbox hands it over anew. */
const RETRY = { attempts: 12, backoff: { type: 'exponential', delay: 500, jitter: 0.5 } } as const

const WORKER_OPTIONS = {
  concurrency: CONCURRENCY,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  // A kill is nobody's fault: however often the process died over a row, the row is tried again.
  maxStalledCount: 1_000_000,
  drainDelay: IDLE_POLL_S,
  runRetryDelay: 1_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const

/** What both backends' classes have in common, as far as it is used: their full types differ. */
interface End {
  waitUntilReady(): Promise<unknown>
  close(): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
}

interface QueueEnd extends End {
  addBulk(jobs: { name: string; data: object; opts: JobsOptions }[]): Promise<unknown>
  getJobCounts(...states: JobType[]): Promise<Record<string, number>>
}

interface Ends {
  readonly queue: QueueEnd
  readonly worker: End
  readonly wake: () => void
}

/**
 * Opens both ends of the queue. With Redis it opens even if the server is away, and connects when it is back.
 * @throws JiemuError queue-unavailable where the database cannot hold it
 */
export async function openQueue(options: QueueOptions): Promise<JobQueue> {
  const scope = new Scope()
  const name = options.name ?? 'jiemu'
  const perform = (jobId: string) => {
    const id = jobId.startsWith(AHEAD) ? jobId.slice(AHEAD.length) : jobId
    return options.perform(id).catch((thrown: unknown) => rethrowForQueue(thrown, id, options.log))
  }
  const processor: Processor = async job => {
    const { id } = job
    if (id) await perform(id)
  }
  const ends = options.redisUrl
    ? overRedis(options.redisUrl, name, processor, scope)
    : overPostgres(options.postgres, name, processor)
  scope.use(ends.queue, queue => closeWithin(1_000, queue))
  scope.use(ends.worker, end => closeWithin(LAST_WORK_MS, end))
  const complain = rarely(options.log)
  ends.queue.on('error', complain)
  ends.worker.on('error', complain)

  const ready = Promise.all([ends.queue.waitUntilReady(), ends.worker.waitUntilReady()])
  try {
    await answered(ready, options.redisUrl ? ANSWER_MS : OPEN_MS)
  } catch (thrown) {
    const error = toJiemuError(thrown, 'queue-unavailable')
    if (!options.redisUrl) {
      await scope.close().catch(() => undefined)
      throw error
    }
    options.log.warn({ code: error.code }, error.message)
  }

  return {
    async publish(rows) {
      if (rows.length === 0) return
      await answered(ends.queue.addBulk(rows.map(row => ({ name: row.topic, data: {}, opts: optionsOf(row) }))))
      ends.wake()
    },
    async publishAhead(rows, now) {
      if (rows.length === 0) return
      const jobs = rows.map(row => {
        const delayed = { ...optionsOf(row), jobId: `${AHEAD}${row.id}`, delay: row.dueAt - now }
        return { name: row.topic, data: {}, opts: delayed }
      })
      await answered(ends.queue.addBulk(jobs))
      ends.wake()
    },
    async depth() {
      const counts = await answered(ends.queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed'))
      return Object.values(counts).reduce((sum, count) => sum + count, 0)
    },
    close: () => scope.close(),
  }
}

function optionsOf({ id, topic }: OutboxRow): JobsOptions {
  // What has no priority goes first: telling people must not keep a job from its team.
  const priority = topic === 'notify' ? { priority: 10 } : {}
  return { ...RETRY, ...priority, jobId: id, removeOnComplete: true, removeOnFail: true }
}

/**
 * BullMQ waits for PostgreSQL's NOTIFY, which PGlite's socket server does not forward. But whoever publishes sits in
 * this process: interrupting the wait has the worker look again, at once.
 */
function overPostgres(postgres: PostgresReach, name: string, processor: Processor): Ends {
  const { Queue, Worker } = withBackend(createPostgresBackend)
  // pg takes an option that is undefined for one that is left out; BullMQ's types do not say so.
  const connection = { max: 4, ...postgres, schema: 'bullmq', migrate: true } as PostgresPoolConfig
  const queue = new Queue(name, { connection })
  const end = new Worker(name, processor, { ...WORKER_OPTIONS, connection })
  const wake = () => {
    void end.getBackend().disconnectBlocking()
    void end.getBackend().reconnectBlocking()
  }
  return { queue, worker: end, wake }
}

function overRedis(url: string, name: string, processor: Processor, scope: Scope): Ends {
  const ending = (redis: Redis) => scope.use(redis, it => it.disconnect())
  const open = () => {
    const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: tries => Math.min(100 * tries, 2_000) })
    // BullMQ forwards these; without a listener of its own a lost connection would end the process.
    redis.on('error', () => undefined)
    // The worker waits on a copy of its connection, which nobody else would end while the server is away.
    const copy = redis.duplicate.bind(redis)
    redis.duplicate = options => ending(copy(options))
    return ending(redis)
  }
  return {
    queue: new Queue(name, { connection: open() }),
    worker: new Worker(name, processor, { ...WORKER_OPTIONS, connection: open() }),
    wake: () => undefined,
  }
}

/** @throws UnrecoverableError, which BullMQ does not retry, or the error itself, which it does */
function rethrowForQueue(thrown: unknown, outbox: string, log: Log): never {
  const error = toJiemuError(thrown)
  // What a retry mends is told where it happens: the database is away, a receiver does not answer. This is told here only.
  if (!error.retryable) log.error({ err: thrown, code: error.code, outbox }, error.message)
  throw error.retryable ? error : new UnrecoverableError(error.message)
}

/** A queue that does not answer must not hold up those who can go on without. @throws JiemuError queue-unavailable */
async function answered<T>(work: Promise<T>, limitMs = ANSWER_MS): Promise<T> {
  try {
    return await within(limitMs, work)
  } catch (thrown) {
    throw toJiemuError(thrown, 'queue-unavailable')
  }
}

/** BullMQ closes by asking the server, and would wait for ever for one that is away. */
async function closeWithin(limitMs: number, end: End): Promise<void> {
  await within(limitMs, end.close()).catch(() => undefined)
}

/** @throws Error where `work` takes longer; what it does later is ignored */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1000} s`)), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    work.catch(() => undefined)
  }
}

/** A server that is away raises the same error again and again: each is told once a minute. */
function rarely(log: Log): (error: Error) => void {
  const told = new Map<string, number>()
  return thrown => {
    const error = toJiemuError(thrown, 'queue-unavailable')
    const now = performance.now()
    if (now - (told.get(error.message) ?? Number.NEGATIVE_INFINITY) < 60_000) return
    told.set(error.message, now)
    log.warn({ code: error.code }, error.message)
  }
}
