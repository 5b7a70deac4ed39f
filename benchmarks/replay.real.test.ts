// Replay over a real queue server, and of a camera's real morning.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { goldenLines, replayGolden } from '../tests/support/golden.ts'
import { absent, FOOTAGE, jiemu, temporaryFolder } from '../tests/support/jiemu.ts'
import { redisAbsent, startRedis } from '../tests/support/redis.ts'
import { incidentLog } from './incident-log.ts'

const CLIPS = 24

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

  test('a quarter of a day of clips replays in one command, to a log that is complete', async () => {
    // The whole day of this camera is replayed by main-job.real.test.ts.
    const truth = JSON.parse(readFileSync(join(FOOTAGE, 'truth/jamcam-09747.json'), 'utf8'))
    const clips = join(FOOTAGE, 'jamcam-2017/09747')
    const timeIn = (name: string) => Number(/_(\d+)/.exec(name)?.[1])
    const morning = readdirSync(clips)
      .toSorted((a, b) => timeIn(a) - timeIn(b))
      .slice(24, 24 + CLIPS)
    const morningFolder = join(folder.path, 'morning')
    mkdirSync(morningFolder)
    for (const name of morning) symlinkSync(join(clips, name), join(morningFolder, name))
    const file = join(folder.path, 'jamcam-09747.json')
    writeFileSync(file, JSON.stringify({ ...truth, source: { ...truth.source, path: morningFolder } }))
    const log = join(folder.path, 'morning.jsonl')
    const { code, stderr } = await jiemu(['replay', file, '--log', log])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const [header, camera] = readFileSync(log, 'utf8')
      .split('\n', 2)
      .map(line => JSON.parse(line))
    expect(header).toMatchObject({ complete: true, cameras: ['jamcam-09747'] })
    expect(camera.lastAt - camera.firstAt).toBeGreaterThan((CLIPS - 1) * 900_000)
    // A key frame of every clip at the least.
    expect(camera.pictures).toBeGreaterThanOrEqual(CLIPS)
  })
})
