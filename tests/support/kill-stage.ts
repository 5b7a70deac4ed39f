// The stage of a kill run: the built program on a recording, the servers under it, and what can be killed there.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamHealth, StreamState } from '../../core/health.ts'
import type { Incident } from '../../core/incident.ts'
import type { Job } from '../../core/job.ts'
import type { EpochMs } from '../../core/time.ts'
import { type ExpectedIncident, type RecordingOptions, writeRecording } from '../../fixtures/recorded.ts'
import { preparedDirectory } from './embedded.ts'
import { jiemu, type Running, startJiemu, temporaryFolder, waitFor } from './jiemu.ts'
import type { Blackout, JobRecord } from './kill-truth.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { type RedisServer, startRedis } from './redis.ts'

export type VictimName = 'main' | 'shard' | 'postgres' | 'redis'

/** Time to take the cameras in and to begin with them before the first car comes, on a busy machine too. */
const HEAD_START_MS = 10_000
/** Longer than whatever the queue leaves lying takes to be handed over anew. */
const DRAIN_MS = 60_000

export interface StageOptions {
  readonly recording: RecordingOptions & { readonly durationMs: number }
  /** PostgreSQL and Redis, or the embedded default. */
  readonly servers: boolean
  /** From when the program listens until the recording begins: more, where several programs start at once. */
  readonly headStartMs?: number
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** What is to be closed along with it. */
  readonly closers?: readonly (() => unknown)[]
}

/** Everything that was opened is closed by `close`, whatever state it is in. */
export class Stage {
  readonly startAt: EpochMs
  readonly endsAt: EpochMs
  readonly expected: readonly ExpectedIncident[]
  readonly cameras: number
  running: Running
  readonly postgres: PostgresServer | undefined
  readonly redis: RedisServer | undefined
  readonly #dataDir: string
  readonly #start: Pick<StageOptions, 'args' | 'env'>
  readonly #lives: string[] = []
  readonly #blackouts: Blackout[] = []
  readonly #close: () => Promise<void>

  private constructor(
    parts: Pick<Stage, 'startAt' | 'endsAt' | 'expected' | 'cameras' | 'running' | 'postgres' | 'redis'>,
    dataDir: string,
    start: Pick<StageOptions, 'args' | 'env'>,
    close: () => Promise<void>,
  ) {
    this.startAt = parts.startAt
    this.endsAt = parts.endsAt
    this.expected = parts.expected
    this.cameras = parts.cameras
    this.running = parts.running
    this.postgres = parts.postgres
    this.redis = parts.redis
    this.#dataDir = dataDir
    this.#start = start
    this.#close = close
  }

  /**
   * Starts the servers and `jiemu serve`, writes the recording, and imports its cameras: however long a start takes, somebody
   * watches when the first car comes.
   */
  static async open({
    recording,
    servers,
    headStartMs = HEAD_START_MS,
    args = [],
    env = {},
    ...rest
  }: StageOptions): Promise<Stage> {
    const closers = [...(rest.closers ?? [])]
    const close = async () => {
      for (const closer of closers.splice(0).reverse()) await closer()
    }
    try {
      const folder = temporaryFolder('kill')
      closers.push(folder.remove)
      const postgres = servers ? await startPostgres() : undefined
      closers.push(() => postgres?.stop())
      const redis = servers ? await startRedis() : undefined
      closers.push(() => redis?.stop())
      const dataDir = servers ? join(folder.path, 'data') : await preparedDirectory()
      closers.push(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }))
      const reach = { DATABASE_URL: postgres?.url ?? '', REDIS_URL: redis?.url ?? '' }
      const start = { args, env: { ...reach, ...env } }
      const running = await startJiemu({ ...start, dataDir })
      const startAt = Date.now() + headStartMs
      const written = await writeRecording(join(folder.path, 'recording'), startAt, recording)
      const imported = await jiemu(['cameras', 'import', written.yamlPath, '--data-dir', dataDir], reach)
      if (imported.code !== 0) throw new Error(`the cameras were not imported: ${imported.stderr}`)
      const stage = new Stage(
        {
          startAt,
          endsAt: startAt + recording.durationMs,
          expected: written.expected,
          cameras: new Set(written.expected.map(({ camera }) => camera)).size,
          ...{ running, postgres, redis },
        },
        dataDir,
        start,
        close,
      )
      closers.push(() => stage.running.end('SIGKILL'))
      // However late it begins to watch, the cars of before are nobody's loss; and it may have died while cameras were imported.
      const { exitCode, signalCode } = running.process
      if (exitCode === null && signalCode === null) {
        await Promise.race([stage.watchedAgain(startAt - 1_000, stage.cameras), once(running.process, 'exit')])
      }
      return stage
    } catch (error) {
      await close()
      throw error
    }
  }

  /** Where nobody watched, as far as `watchedAgain` has measured it. */
  get blackouts(): readonly Blackout[] {
    return this.#blackouts
  }

  /** Starts the main process again, on what the last one left. @param env over that of the first start */
  async restartMain(env: NodeJS.ProcessEnv = {}): Promise<void> {
    this.#lives.push(this.running.output())
    const { args = [] } = this.#start
    this.running = await startJiemu({ args, env: { ...this.#start.env, ...env }, dataDir: this.#dataDir })
  }

  /** Waits until main has ended by itself. @returns the signal that ended it, or null */
  async died(): Promise<NodeJS.Signals | null> {
    const { process } = this.running
    await waitFor('main to die', async () => process.exitCode !== null || process.signalCode !== null)
    return process.signalCode
  }

  /** The processes that main has forked. */
  shardPids(): readonly number[] {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
    return lines.flatMap(line => {
      const [pid, ppid] = line.trim().split(/\s+/)
      return Number(ppid) === this.running.process.pid && line.endsWith(' shard') ? [Number(pid)] : []
    })
  }

  /**
   * Kills one of the shards.
   * @param which 0…1
   * @returns how many cameras it had at least: they are dealt out evenly
   */
  killShard(which: number): number {
    const pids = this.shardPids()
    const pid = pids[Math.floor(which * pids.length)]
    if (pid === undefined) throw new Error('there is no shard to kill')
    process.kill(pid, 'SIGKILL')
    return Math.floor(this.cameras / pids.length)
  }

  /**
   * Waits until `cameras` of them deliver, and notes for how long nobody watched these.
   * @param killedAt the moment of the kill, or that of the recording's begin
   * @param isWell what else has to be true then
   */
  async watchedAgain(killedAt: EpochMs, cameras: number, isWell = async () => true): Promise<void> {
    let seen: unknown
    const delivering = await waitFor(`the cameras to deliver after ${killedAt - this.startAt} ms`, async () => {
      if (!(await isWell())) return false
      const all = (await this.#cameraHealth()) ?? []
      seen = all.map(({ id, health }) => [id, health?.state, health && health.since - this.startAt])
      const again = all.flatMap(({ id, health }) =>
        health && health.since >= killedAt && runs(health.state) ? [{ id, since: health.since }] : [],
      )
      return again.length >= cameras && again
    }).catch((error: Error) => {
      const { exitCode, signalCode } = this.running.process
      const ended = signalCode ?? exitCode
      throw new Error(`${error.message}: ${JSON.stringify({ seen, ended })}\n${this.running.output().slice(-2_000)}`)
    })
    for (const { id, since } of delivering) {
      this.#blackouts.push({ camera: id, fromMs: killedAt - this.startAt, toMs: since - this.startAt })
    }
  }

  server(name: 'postgres' | 'redis'): PostgresServer | RedisServer {
    const server = this[name]
    if (!server) throw new Error(`there is no ${name} on this stage`)
    return server
  }

  /** All health of cameras; undefined while main does not answer. */
  async health(): Promise<readonly (StreamHealth | null)[] | undefined> {
    return (await this.#cameraHealth())?.map(({ health }) => health)
  }

  /** Whether the named part is well; false while main does not answer. */
  async isWell(...names: readonly string[]): Promise<boolean> {
    const health = await this.#get<{ components: { name: string; state: string }[] }>('/api/health')
    return !!health?.components.filter(({ name }) => names.includes(name)).every(({ state }) => state === 'ok')
  }

  /** All incidents in detail, with their boxes, and all jobs with their logs. */
  async records(): Promise<{ incidents: readonly Incident[]; jobs: readonly JobRecord[] }> {
    const incidents = []
    for (const { id } of await this.#all<Incident>('/api/incidents')) {
      incidents.push((await this.running.get<{ incident: Incident }>(`/api/incidents/${id}`)).incident)
    }
    const jobs = []
    for (const { id } of await this.#all<Job>('/api/jobs'))
      jobs.push(await this.running.get<JobRecord>(`/api/jobs/${id}`))
    return { incidents, jobs }
  }

  /** Waits until the recording is over and nothing is left to do. @returns false where that never came */
  async drained(): Promise<boolean> {
    const over = async () => {
      const cameras = await this.health()
      return !!cameras && cameras.length === this.cameras && cameras.every(health => health?.state === 'ended')
    }
    await waitFor('the end of the recording', over, this.endsAt - Date.now() + DRAIN_MS)
    return this.settled()
  }

  /** Waits until every incident of the recording has a job, and every job a team. @returns false where that never came */
  settled(): Promise<boolean> {
    const recorded = new Set<string>(this.expected.map(({ camera }) => camera))
    const done = async () => {
      if (!(await this.isWell('database', 'queue'))) return false
      const all = await this.#all<Incident>('/api/incidents')
      const incidents = all.filter(({ cameraId }) => recorded.has(cameraId))
      const jobs = await this.#all<Job>('/api/jobs')
      const busy = new Set(jobs.flatMap(job => (job.state === 'queued' ? [] : job.incidentIds)))
      return incidents.length >= this.expected.length && incidents.every(({ id }) => busy.has(id))
    }
    return waitFor('all jobs', done, DRAIN_MS).then(
      () => true,
      () => false,
    )
  }

  /** What is needed to understand a verdict: who was seen since when, and where nobody watched. Seconds after the start. */
  account(incidents: readonly Incident[]): string {
    const seconds = (at: EpochMs) => (at - this.startAt) / 1_000
    const dark = this.#blackouts.map(({ camera, fromMs, toMs }) => `${camera} dark ${fromMs / 1_000}–${toMs / 1_000}`)
    const told = incidents.map(
      ({ cameraId, zoneId, since, dueAt, openedAt }) =>
        `${cameraId}/${zoneId} since ${seconds(since)}, due ${seconds(dueAt)}, opened ${seconds(openedAt)}`,
    )
    return [...dark, ...told, this.output()].join('\n')
  }

  /** What every main process of this run has said. */
  output(): string {
    return [...this.#lives, this.running.output()].join('\n===== killed and started again =====\n')
  }

  close(): Promise<void> {
    return this.#close()
  }

  async #cameraHealth(): Promise<readonly { readonly id: string; readonly health: StreamHealth | null }[] | undefined> {
    return (await this.#get<{ items: { id: string; health: StreamHealth | null }[] }>('/api/cameras'))?.items
  }

  async #get<T>(path: string): Promise<T | undefined> {
    try {
      return await this.running.get<T>(path)
    } catch {
      return undefined
    }
  }

  async #all<T>(path: string): Promise<readonly T[]> {
    const items: T[] = []
    for (let before = ''; ; ) {
      const page = await this.running.get<{ items: T[]; next: string | null }>(`${path}?limit=200${before}`)
      items.push(...page.items)
      if (!page.next) return items
      before = `&before=${page.next}`
    }
  }
}

const runs = (state: StreamState): boolean => state === 'online' || state === 'ended'
