// The poor link: what is lost and what is late follows from the seed, and nothing overtakes.
import { expect, test } from 'vitest'
import { type LinkOptions, openLink } from './link.ts'

const FRAMES = Array.from({ length: 1_000 }, (_, frame) => frame * 40)

async function arrivals(options: LinkOptions) {
  const link = openLink(options)
  const all: (number | 'lost')[] = []
  for (const at of FRAMES) all.push(await link(at))
  return all
}

test('without options every frame arrives when it was taken', async () => {
  expect(await arrivals({})).toEqual(FRAMES)
})

test('the same seed loses and delays the same frames, another seed others', async () => {
  const poor = { jitterMs: 200, loss: 0.1 }
  expect(await arrivals({ ...poor, seed: 7 })).toEqual(await arrivals({ ...poor, seed: 7 }))
  expect(await arrivals({ ...poor, seed: 7 })).not.toEqual(await arrivals({ ...poor, seed: 8 }))
})

test('as many are lost as it says, all of them or none at the ends', async () => {
  const lost = async (loss: number) => (await arrivals({ loss })).filter(at => at === 'lost').length
  expect(await lost(0)).toBe(0)
  expect(await lost(1)).toBe(1_000)
  // Five standard deviations of a binomial count of 1,000 at 0.1: 47.
  expect(Math.abs((await lost(0.1)) - 100)).toBeLessThan(47)
})

test('frames come late by up to the jitter, and none before the one that was taken before it', async () => {
  const came = (await arrivals({ jitterMs: 200 })).map(Number)
  const lateMs = came.map((at, frame) => at - (FRAMES[frame] ?? 0))
  expect([Math.min(...lateMs) >= 0, Math.max(...lateMs) <= 200, Math.max(...lateMs) > 150]).toEqual([true, true, true])
  expect(came).toEqual(came.toSorted((one, other) => one - other))
})

test('at real pace it waits for each frame until its time has come', async () => {
  const waits: number[] = []
  const link = openLink({ pace: 'real' }, async durationMs => waits.push(durationMs))
  await link(10_000)
  await link(3_610_000)
  // An hour lies between them, less what this test has taken by then.
  expect(waits.map(ms => Math.ceil(ms / 60_000))).toEqual([60])
})
