// A kill run: victims at seeded random times, each started again, and at the end the comparison with the recording.
import { setTimeout as delay } from 'node:timers/promises'
import { seededRandom } from '../../fixtures/random.ts'
import { waitFor } from './jiemu.ts'
import { Stage, type StageOptions, type VictimName } from './kill-stage.ts'
import { compareWithTruth, inFlight, type Verdict } from './kill-truth.ts'

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
  readonly flushed?: boolean
}

export interface KillRun {
  readonly seed: number
  readonly incidents: number
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

/** @throws Error where something does not come back at all */
export async function killRun(options: KillRunOptions): Promise<KillRun> {
  const stage = await Stage.open(options)
  try {
    const kills: Kill[] = []
    for (const planned of planKills(options, stage.expected)) {
      await waitFor('the next kill', async () => Date.now() >= stage.startAt + planned.atMs, 600_000)
      kills.push(await kill(stage, planned))
    }
    await stage.drained()
    const { incidents, jobs } = await stage.records()
    const { startAt, endsAt, expected } = stage
    return {
      seed: options.seed,
      incidents: expected.length,
      kills,
      verdict: compareWithTruth(expected, { startAt, endedMs: endsAt - startAt }, incidents, jobs),
      latestOpeningMs: Math.max(...incidents.map(({ openedAt, dueAt }) => openedAt - dueAt)),
      reopened: incidents.filter(({ reopened }) => reopened > 0).length,
      output: stage.output(),
    }
  } finally {
    await stage.close()
  }
}

interface PlannedKill {
  readonly victim: VictimName
  readonly atMs: number
  readonly awayMs: number
  readonly flushed: boolean
  /** 0…1: which of the shards. */
  readonly which: number
}

/** One kill at a random time in each of equal parts of the time in which enough is in flight; victims are dealt like cards. */
export function planKills(
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
    return {
      victim: deck.pop() ?? 'main',
      // The rest of each part is left for getting well again.
      atMs: Math.round(fromMs + (part + random() * 0.5) * partMs),
      awayMs: Math.round(random() * AWAY_MS),
      flushed: random() < FLUSHED,
      which: random(),
    }
  })
}

async function kill(stage: Stage, { victim, awayMs, flushed, which }: PlannedKill): Promise<Kill> {
  const killedAt = Date.now()
  const atMs = killedAt - stage.startAt
  const known = { victim, atMs, inFlight: inFlight(stage.expected, atMs) }
  const since = async (beganAt: number, well: () => Promise<boolean>) => {
    await waitFor(`${victim} to be well again after the kill at ${atMs} ms`, well)
    return Math.max(0, Date.now() - beganAt)
  }
  const delivering = (least: number) => async () => {
    const cameras = await stage.health()
    return (
      (cameras?.filter(health => health && health.since >= killedAt && isRunning(health.state)).length ?? 0) >= least
    )
  }
  if (victim === 'main') {
    await stage.running.end('SIGKILL')
    await stage.restartMain()
    return { ...known, awayMs: 0, recoveryMs: await since(killedAt, delivering(stage.cameras)) }
  }
  if (victim === 'shard') {
    const pids = stage.shardPids()
    process.kill(pids[Math.floor(which * pids.length)] ?? Number.NaN, 'SIGKILL')
    // Cameras are dealt out evenly: so many had the dead one at least, and the new one starts them together.
    const share = Math.floor(stage.cameras / pids.length)
    return { ...known, awayMs: 0, recoveryMs: await since(killedAt, delivering(share)) }
  }
  const server = victim === 'postgres' ? stage.postgres : stage.redis
  if (!server) throw new Error(`there is no ${victim} to kill`)
  await server.kill9()
  await delay(awayMs)
  // A backend that has not noticed yet holds the port or the shared memory for a moment longer.
  await waitFor(`${victim} to start`, () =>
    server.start().then(
      () => true,
      () => false,
    ),
  )
  if (victim === 'redis' && flushed) stage.redis?.flush()
  const recoveryMs = await since(Date.now(), () => stage.isWell('database', 'queue'))
  return { ...known, awayMs, recoveryMs, ...(victim === 'redis' ? { flushed } : {}) }
}

const isRunning = (state: string): boolean => state === 'online' || state === 'ended'

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items]
  return Array.from({ length: left.length }, () => left.splice(Math.floor(random() * left.length), 1)[0] as T)
}
