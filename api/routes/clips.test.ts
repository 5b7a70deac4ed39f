// Clips as players ask for them: whole, in ranges, and each link one look.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ManualClock } from '../../core/time.ts'
import { fakeHouse } from '../../tests/support/api-ports.ts'
import { samplePicture } from '../../tests/support/api-samples.ts'
import { buildApi } from '../build.ts'

const CLIP = '/api/evidence/ev-tianshui?expires=1&signature=good'

test('a clip comes as it is or in the ranges that a player asks for, and is one look a link', async () => {
  const path = join(import.meta.dirname, '../../fixtures/golden/street.yaml')
  const bytes = readFileSync(path)
  const { row } = samplePicture('tianshui')
  const clip = { path, row: { ...row, bytes: bytes.length, mediaType: 'video/mp4' as const } }
  const clock = new ManualClock(0)
  const house = fakeHouse({ clock, evidence: { ...fakeHouse().deps.evidence, open: async () => clip } })
  const app = await buildApi(house.deps)
  const ask = async (range?: string) => {
    const headers = { host: 'localhost', ...(range && { range }) }
    const answer = await app.inject({ url: CLIP, headers })
    const { statusCode, rawPayload } = answer
    return { statusCode, rawPayload, headers: answer.headers, range: answer.headers['content-range'] }
  }
  const whole = await ask()
  expect(whole.headers).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': String(bytes.length),
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    'jiemu-sha256': 'cd'.repeat(32),
  })
  expect(whole.rawPayload).toEqual(bytes)
  const total = bytes.length
  expect(await ask('bytes=0-1')).toMatchObject({ statusCode: 206, range: `bytes 0-1/${total}` })
  const tail = await ask('bytes=-5')
  expect(tail).toMatchObject({ statusCode: 206, range: `bytes ${total - 5}-${total - 1}/${total}` })
  expect(tail.rawPayload).toEqual(bytes.subarray(-5))
  expect(await ask(`bytes=${total}-`)).toMatchObject({ statusCode: 416, range: `bytes */${total}` })
  expect(house.looks).toMatchObject([{ evidenceId: 'ev-tianshui', purpose: 'view' }])
  clock.advanceTo(2_000)
  await ask('bytes=0-')
  expect(house.looks).toHaveLength(2)
  await app.close()
})
