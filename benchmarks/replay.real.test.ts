// Replay over a real queue server, and of a camera's real day.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { goldenLines, replayGolden } from '../tests/support/golden.ts'
import { absent, FOOTAGE, jiemu, temporaryFolder } from '../tests/support/jiemu.ts'
import { redisAbsent, startRedis } from '../tests/support/redis.ts'
import { incidentLog } from './incident-log.ts'

describe.skipIf(redisAbsent)(`with Redis ${redisAbsent && '(absent)'}`, () => {
  test('the queue does the same work to the same log', async () => {
    const redis = await startRedis()
    try {
      const queued = await replayGolden({ queue: { redisUrl: redis.url } })
      expect(incidentLog(queued)).toEqual(await goldenLines())
    } finally {
      await redis.stop()
    }
  })
})

describe.skipIf(absent(FOOTAGE))('with ../shared/footage', () => {
  const folder = temporaryFolder('day')
  afterAll(folder.remove)

  test('a whole day of 96 clips replays in one command, to a log that is complete', async () => {
    const log = join(folder.path, 'day.jsonl')
    const { code, stderr } = await jiemu(['replay', join(FOOTAGE, 'truth/jamcam-09747.json'), '--log', log])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const [header, camera] = readFileSync(log, 'utf8')
      .split('\n', 2)
      .map(line => JSON.parse(line))
    expect(header).toMatchObject({ complete: true, cameras: ['jamcam-09747'] })
    expect(camera.lastAt - camera.firstAt).toBeGreaterThan(95 * 900_000)
    // A key frame of every clip at the least.
    expect(camera.pictures).toBeGreaterThanOrEqual(96)
  })
})
