// Replay over a real queue server: the log is that of the replay which needs none.
import { describe, expect, test } from 'vitest'
import { goldenLines, replayGolden } from '../tests/support/golden.ts'
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
