// The main job on real footage: what is asserted here is what benchmarks/results/main-job.json says in full.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Sampling } from '../core/camera.ts'
import { type Case, jamcamDay, kerbClips, kerbParking, mall, present } from './main-job-cases.ts'

const FOOTAGE = join(import.meta.dirname, '../../shared/footage')
const KERB = ['clips/kerb-parking.mp4', 'truth/kerb-parking.json']
const folder = mkdtempSync(join(tmpdir(), 'jiemu-main-job-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const outcome = ({ score: { hits, misses, falseAlarms, duplicates } }: Case) => ({
  found: hits.length,
  missed: misses.length,
  false: falseAlarms.length,
  duplicates: duplicates.length,
})

describe.skipIf(!present(FOOTAGE, ...KERB))('cars parked at two kerbs (needs ../shared/footage kerb-parking)', () => {
  test.each<[string, Sampling]>([
    ['key frames', 'keyframes'],
    ['five pictures a second', { every: 5 }],
  ])('%s: six incidents in time and two jobs, or six where no window joins them', async (_, sampling) => {
    const joined = await kerbParking(FOOTAGE, sampling)
    expect(outcome(joined)).toEqual({ found: 6, missed: 0, false: 0, duplicates: 0 })
    expect(joined.replay.jobs).toHaveLength(2)
    const apart = await kerbParking(FOOTAGE, sampling, { joinWindowMs: 0 })
    expect(apart.replay.jobs).toHaveLength(6)
  })

  test('seen for ten seconds each quarter of an hour, with default options, they are the same six', async () => {
    const clips = await kerbClips(FOOTAGE, join(folder, 'clips'))
    expect(outcome(clips)).toEqual({ found: 6, missed: 0, false: 0, duplicates: 0 })
  })
})

test.skipIf(!present(FOOTAGE, 'jamcam-2017/09747', 'truth/jamcam-09747.json'))(
  'a whole day of queues gives no alarm with the same options (needs ../shared/footage jamcam-09747)',
  async () => {
    const day = await jamcamDay(FOOTAGE, 'jamcam-09747')
    expect(outcome(day)).toEqual({ found: 0, missed: 0, false: 0, duplicates: 0 })
    expect(day.replay.scenes.length).toBeGreaterThan(96)
  },
)

test.skipIf(!present(FOOTAGE, 'mall/frames', 'mall/counts.json', 'truth/mall.json'))(
  'a count scale fitted on the later pictures finds the crowd in the first hundred, and invents none (needs ../shared/footage mall)',
  async () => {
    const { scale, scaledCounts, first } = await mall(FOOTAGE)
    expect(outcome(first)).toEqual({ found: 1, missed: 0, false: 0, duplicates: 0 })
    expect(scale.margin).toBeLessThan(0.1)
    expect(Math.abs(scaledCounts.bias)).toBeLessThan(3)
  },
)
