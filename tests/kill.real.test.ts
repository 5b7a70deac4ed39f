// The kill test: whatever dies, and whenever, every incident of the recording is there once, with one job.
import { expect, test } from 'vitest'
import { median, rounded, writeResult } from '../benchmarks/provenance.ts'
import { type KillRun, killRun, LEAST_IN_FLIGHT } from './support/kill-run.ts'
import type { VictimName } from './support/kill-stage.ts'
import { SOUND } from './support/kill-truth.ts'
import { postgresAbsent } from './support/postgres.ts'
import { redisAbsent } from './support/redis.ts'

/** JIEMU_KILLS=50 makes the full run of about eleven minutes and writes its result; JIEMU_SEED repeats a run. */
const KILLS = Number(process.env.JIEMU_KILLS ?? 0)
const SEED = Number(process.env.JIEMU_SEED ?? Math.floor(Date.now() / 1_000) % 1_000_000)
const absent = [postgresAbsent, redisAbsent].filter(Boolean).join(' and ')
const missing = absent ? ` (absent: ${absent})` : ''

/** Each car stands for half a minute: much longer than a start beside two other test processes takes (measured: up to 17 s). */
const SHORT = { incidents: 90, durationMs: 115_000, openAtOnce: 28 }
const EMBEDDED = { incidents: 60, durationMs: 75_000, openAtOnce: 36 }
const FULL = { incidents: 220, durationMs: Math.max(600_000, KILLS * 12_000), openAtOnce: 13 }
const SERVERS: readonly VictimName[] = ['main', 'shard', 'postgres', 'redis']

function expectSound(run: KillRun, kills: number): void {
  console.log(`seed ${run.seed}: ${summary(run)}`)
  const wrong = Object.values(run.verdict).some(list => list.length > 0)
  if (wrong) console.error(run.output)
  expect(Math.min(...run.kills.map(kill => kill.inFlight))).toBeGreaterThanOrEqual(LEAST_IN_FLIGHT)
  expect(run.kills.length).toBeGreaterThan(kills / 2)
  expect(run.verdict).toEqual(SOUND)
  // A run in which hardly anybody watched has proved nothing.
  expect(run.unwatched).toBeLessThan(run.incidents / 2)
}

const summary = ({ incidents, unwatched, kills, verdict, latestOpeningMs, reopened }: KillRun): string =>
  [
    `${incidents} incidents (${unwatched} of them hardly watched), ${verdict.lost.length} lost, ${verdict.doubled.length} doubled`,
    `latest opening ${latestOpeningMs} ms after due, ${reopened} reopened`,
    ...kills.map(
      ({ victim, atMs, inFlight, awayMs, recoveryMs, flushed, shardToo }) =>
        `  ${victim}${flushed ? ', flushed' : ''}${shardToo ? ', and a shard,' : ''} at ${atMs} ms, ${inFlight} in flight, away ${awayMs} ms, well after ${recoveryMs} ms`,
    ),
  ].join('\n')

test.skipIf(absent || KILLS > 0)(
  `eight kills of main, shards, PostgreSQL and Redis lose and double nothing${missing}`,
  async () => {
    expectSound(await killRun({ seed: SEED, kills: 8, victims: SERVERS, recording: SHORT, servers: true }), 8)
  },
  300_000,
)

test.skipIf(KILLS > 0)(
  'four kills of main and shards lose and double nothing on the embedded database',
  async () => {
    expectSound(
      await killRun({ seed: SEED, kills: 4, victims: ['main', 'shard'], recording: EMBEDDED, servers: false }),
      4,
    )
  },
  300_000,
)

test.skipIf(absent || KILLS === 0)(
  `${KILLS || 'as many'} kills${KILLS ? '' : ' as JIEMU_KILLS asks for'} lose and double nothing${missing}`,
  async () => {
    const run = await killRun({ seed: SEED, kills: KILLS, victims: SERVERS, recording: FULL, servers: true })
    await writeResult('kill', {
      what: `${KILLS} kills (kill -9) of a random victim while a recording with ${run.incidents} known incidents goes on`,
      footage: [],
      figures: figuresOf(run),
    })
    expectSound(run, KILLS)
  },
  FULL.durationMs + 300_000,
)

function figuresOf({ seed, incidents, unwatched, kills, verdict, latestOpeningMs, reopened }: KillRun) {
  const perVictim = SERVERS.map(victim => {
    const recoveries = kills.filter(kill => kill.victim === victim).map(({ recoveryMs }) => recoveryMs)
    const recoveryMs = { p50: rounded(median(recoveries)), max: Math.max(...recoveries) }
    return [victim, { kills: recoveries.length, recoveryMs }] as const
  })
  const counts = Object.entries(verdict).map(([name, list]) => [name, list.length] as const)
  return {
    seed,
    incidents,
    unwatched,
    kills: kills.length,
    leastInFlightAtAKill: Math.min(...kills.map(({ inFlight }) => inFlight)),
    ...Object.fromEntries(counts),
    reopened,
    latestOpeningAfterDueMs: latestOpeningMs,
    recovery:
      'main and shard: from the kill until the cameras deliver again; servers: from taking connections again until main calls them well',
    victims: Object.fromEntries(perVictim),
    redisFlushes: kills.filter(({ flushed }) => flushed).length,
    shardsKilledWhileAServerWasAway: kills.filter(({ shardToo }) => shardToo).length,
  }
}
