// Fail-points: main dies at each commit, publish and acknowledge edge, and what it was doing is neither lost nor doubled.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FAILPOINTS, type Failpoint } from '../core/failpoint.ts'
import type { Job } from '../core/job.ts'
import { jiemu, temporaryFolder, waitFor } from './support/jiemu.ts'
import { Stage } from './support/kill-stage.ts'
import { compareWithTruth, SOUND } from './support/kill-truth.ts'
import { postgresAbsent } from './support/postgres.ts'
import { redisAbsent } from './support/redis.ts'

/** In the middle of the work: some of it is done, some of it is under way. What a start performs by itself comes before. */
const timesOf = (name: Failpoint) => (name.startsWith('perform:') ? 8 : 3)
/**
 * Each car stands for forty seconds: much longer than a start takes when five programs share two busy cores (11 s). None is
 * due, so that no program dies, before the cameras have been heard of, which takes up to five seconds and more.
 */
const RECORDING = { incidents: 8, durationMs: 60_000, openAtOnce: 16, graceMs: 12_000 }
/** Five programs with a database each take their cameras in at once, and the first car comes soon after. */
const HEAD_START_MS = 14_000
const absent = [postgresAbsent, redisAbsent].filter(Boolean).join(' and ')

/** Starts on a recording with one shard, armed. */
async function openArmed(failpoint: string): Promise<Stage> {
  const folder = temporaryFolder('failpoint')
  const config = join(folder.path, 'config.yaml')
  writeFileSync(config, 'shards: 1\n')
  return Stage.open({
    recording: RECORDING,
    servers: true,
    headStartMs: HEAD_START_MS,
    args: ['--allow-failpoints', '--config', config],
    env: { JIEMU_FAILPOINT: failpoint },
    closers: [folder.remove],
  })
}

/** Has died by itself, and is started again: armed with the next fail-point, or with none. */
async function comesBack(stage: Stage, next = ''): Promise<void> {
  expect(await stage.died()).toBe('SIGKILL')
  const diedAt = Date.now()
  await stage.restartMain({ JIEMU_FAILPOINT: next })
  await stage.watchedAgain(diedAt, stage.cameras)
}

async function expectSound(stage: Stage): Promise<void> {
  await stage.drained()
  const { incidents, jobs } = await stage.records()
  expect(compareWithTruth(stage.expected, stage, incidents, jobs), stage.account(incidents)).toEqual(SOUND)
}

const isOfCommands = (name: Failpoint) => name.startsWith('command:')

const what = `main dies, is started again, and has lost and doubled nothing${absent && ` (absent: ${absent})`}, when it dies at`

describe.skipIf(absent).concurrent(what, () => {
  test.each(FAILPOINTS.filter(name => !isOfCommands(name)))('%s', async name => {
    const stage = await openArmed(`${name}:${timesOf(name)}`)
    try {
      await comesBack(stage)
      await expectSound(stage)
    } finally {
      await stage.close()
    }
  })

  const [first = '', ...rest] = FAILPOINTS.filter(isOfCommands)
  test(`${[first, ...rest].join(', ')}: the same request again does what was asked, once`, async () => {
    const stage = await openArmed(first)
    try {
      const job = await waitFor('an assigned job', async () => {
        const { items: jobs } = await stage.running.get<{ items: Job[] }>('/api/jobs')
        return jobs.find(({ state }) => state === 'assigned')
      })
      const accept = () => stage.running.post(`/api/jobs/${job.id}/accept`, {}, { 'idempotency-key': 'once' })
      for (const next of [...rest, '']) {
        await expect(accept()).rejects.toThrow()
        await comesBack(stage, next)
      }
      expect(await accept()).toMatchObject({ status: 200, body: { job: { state: 'accepted' } } })
      const { events } = await stage.running.get<{ events: { event: string }[] }>(`/api/jobs/${job.id}`)
      expect(events.map(({ event }) => event)).toEqual(['created', 'assigned', 'accepted'])
      await expectSound(stage)
    } finally {
      await stage.close()
    }
  })
})

describe('the variable is refused', () => {
  test.each([
    ['without the flag', 'ack:before', [], 'failpoint-refused'],
    ['for an edge that does not exist', 'ack:beside', ['--allow-failpoints'], 'options-invalid'],
  ] as const)('%s', async (_why, failpoint, flags, refusal) => {
    const folder = temporaryFolder('failpoint')
    try {
      const args = ['serve', '--data-dir', folder.path, '--port', '0', ...flags]
      const { code, stderr } = await jiemu(args, { JIEMU_FAILPOINT: failpoint })
      expect(code).toBe(1)
      expect(stderr).toContain(`[${refusal}]`)
    } finally {
      folder.remove()
    }
  })
})
