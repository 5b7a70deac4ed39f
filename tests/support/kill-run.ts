// A kill run: victims at seeded random times, each started again, and at the end the comparison with the recording.
import { setTimeout as delay } from 'node:timers/promises'
import { seededRandom } from '../../fixtures/random.ts'
import { waitFor } from './jiemu.ts'
import { Stage, type StageOptions, type VictimName } from './kill-stage.ts'
import { compareWithTruth, couldBeNoticed, inFlight, type Verdict } from './kill-truth.ts'

export interface KillRunOptions extends StageOptions {
  readonly seed: number
  readonly kills: number
  readonly victims: readonly VictimName[]
}

export interface Kill {
  readonly victim: VictimName
  /** After the recording's start. */
  readonly atMs: number
  readonly inFlight: number
  /** How long the harness left a server dead. */
  readonly awayMs: number
  /**
   * Until all was well again: for main and a shard from the kill until its cameras deliver, for a server from the
   * moment it took connections again until main says that it is well.
   */
  readonly recoveryMs: number
  /** Redis came back without its data. */
  readonly flushed: boolean
  /** A shard was killed as well while the server was away. */
  readonly shardToo: boolean
}

export interface KillRun {
  readonly seed: number
  readonly incidents: number
  /** Of these, how many stood mostly while nobody could watch them: only a machine that starts very slowly has any. */
  readonly unwatched: number
  readonly kills: readonly Kill[]
  readonly verdict: Verdict
  /** How long after its due time the last incident opened. */
  readonly latestOpeningMs: number
  readonly reopened: number
  readonly output: string
}

/** Incidents in flight at every kill, at least. */
export const LEAST_IN_FLIGHT = 10
/** A server stays dead for up to this. */
const AWAY_MS = 2_000
/** How often a Redis that is started again has forgotten everything. */
const FLUSHED = 1 / 3
/** How often a shard dies while a server is away. */
const SHARD_TOO = 1 / 3

/** @throws Error where something does not come back at all */
export async function killRun(options: KillRunOptions): Promise<KillRun> {
  const stage = await Stage.open(options)
  try {
    const kills: Kill[] = []
    // The cars are watched for at least as long as they were not: a machine that starts slowly dies less often, and not in one go.
    let breathesUntil = 0
    for (const planned of planKills(options, stage.expected)) {
      const notBefore = Math.max(stage.startAt + planned.atMs, breathesUntil)
      await waitFor('the next kill', async () => Date.now() >= notBefore, 600_000)
      // On a machine that starts slowly the last one would come when hardly anything is left to be lost.
      if (inFlight(stage.expected, Date.now() - stage.startAt) < LEAST_IN_FLIGHT) break
      const killed = await kill(stage, planned)
      kills.push(killed)
      breathesUntil = Date.now() + killed.recoveryMs
    }
    await stage.drained()
    const { incidents, jobs } = await stage.records()
    const { expected, blackouts } = stage
    return {
      seed: options.seed,
      incidents: expected.length,
      unwatched: expected.filter(entry => !couldBeNoticed(entry, blackouts)).length,
      kills,
      verdict: compareWithTruth(expected, stage, incidents, jobs),
      latestOpeningMs: Math.max(...incidents.map(({ openedAt, dueAt }) => openedAt - dueAt)),
      reopened: incidents.filter(({ reopened }) => reopened > 0).length,
      output: stage.account(incidents),
    }
  } catch (error) {
    console.error(stage.output())
    throw error
  } finally {
    await stage.close()
  }
}

interface PlannedKill {
  readonly victim: VictimName
  readonly atMs: number
  readonly awayMs: number
  readonly flushed: boolean
  readonly shardToo: boolean
  /** 0…1: which of the shards. */
  readonly which: number
}

/** One kill at a random time in each of equal parts of the time in which enough is in flight; victims are dealt like cards. */
function planKills(
  { seed, kills, victims, recording }: Pick<KillRunOptions, 'seed' | 'kills' | 'victims' | 'recording'>,
  expected: Stage['expected'],
): readonly PlannedKill[] {
  const random = seededRandom(seed)
  const seconds = Array.from({ length: Math.floor(recording.durationMs / 1_000) }, (_, i) => i * 1_000)
  const busy = seconds.filter(atMs => inFlight(expected, atMs) >= LEAST_IN_FLIGHT)
  const [fromMs = 0, toMs = 0] = [busy[0], busy.at(-1)]
  const partMs = (toMs - fromMs) / kills
  let deck: VictimName[] = []
  return Array.from({ length: kills }, (_, part) => {
    if (deck.length === 0) deck = shuffled(victims, random)
    const victim = deck.pop() ?? 'main'
    const isServer = victim === 'postgres' || victim === 'redis'
    return {
      victim,
      // The rest of each part is left for getting well again.
      atMs: Math.round(fromMs + (part + random() * 0.5) * partMs),
      awayMs: isServer ? Math.round(random() * AWAY_MS) : 0,
      flushed: victim === 'redis' && random() < FLUSHED,
      shardToo: isServer && random() < SHARD_TOO,
      which: random(),
    }
  })
}

async function kill(stage: Stage, planned: PlannedKill): Promise<Kill> {
  const { victim, awayMs, flushed, shardToo, which } = planned
  const killedAt = Date.now()
  const atMs = killedAt - stage.startAt
  let beganAt = killedAt
  if (victim === 'main') {
    await stage.running.end('SIGKILL')
    await stage.restartMain()
    await stage.watchedAgain(killedAt, stage.cameras)
  } else if (victim === 'shard') {
    await stage.watchedAgain(killedAt, stage.killShard(which))
  } else {
    const server = stage.server(victim)
    await server.kill9()
    const cameras = shardToo ? stage.killShard(which) : 0
    await delay(awayMs)
    // A backend that has not noticed yet holds the port or the shared memory for a moment longer.
    const start = async () => {
      await server.start()
      return true
    }
    await waitFor(`${victim} to start`, () => start().catch(() => false))
    if (flushed) stage.redis?.flush()
    beganAt = Date.now()
    await stage.watchedAgain(killedAt, cameras, () => stage.isWell('database', 'queue'))
  }
  const recoveryMs = Date.now() - beganAt
  return { victim, atMs, inFlight: inFlight(stage.expected, atMs), awayMs, recoveryMs, flushed, shardToo }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items]
  return Array.from({ length: left.length }, () => left.splice(Math.floor(random() * left.length), 1)[0] as T)
}
