// The search for the sustained rate, on trials whose limit is known.
import { describe, expect, test } from 'vitest'
import type { Verdict } from './reckon.ts'
import { isAssignedWithin, isSustained, type Search, sustainedRate } from './sustained.ts'

const SEARCH: Search = { firstPerS: 1, growth: 4, refinements: 2, leastPerS: 0.1, mostPerS: 1_000 }

/** Holds up to a limit, and notes what it was asked. */
function limitedTo(limitPerS: number) {
  const tried: number[] = []
  const trial = async (ratePerS: number) => {
    tried.push(Math.round(ratePerS * 100) / 100)
    return ratePerS <= limitPerS
  }
  return { tried, trial }
}

test('goes up in steps, tries what failed once more, and then halves the distance', async () => {
  const { tried, trial } = limitedTo(10)
  expect(await sustainedRate(trial, SEARCH)).toBe(8)
  expect(tried).toEqual([1, 4, 16, 16, 8, 11.31, 11.31])
})

test('one hiccup is not the limit', async () => {
  let calls = 0
  const { trial } = limitedTo(10)
  const hiccup = async (ratePerS: number) => ++calls !== 2 && trial(ratePerS)
  expect(await sustainedRate(hiccup, SEARCH)).toBe(8)
})

test('goes down where not even the first rate holds', async () => {
  const { tried, trial } = limitedTo(0.3)
  expect(await sustainedRate(trial, SEARCH)).toBe(0.25)
  expect(tried).toEqual([1, 1, 0.25, 0.5, 0.5, 0.35, 0.35])
})

test('is 0 where no rate holds that is worth a name', async () => {
  const { tried, trial } = limitedTo(0.05)
  expect(await sustainedRate(trial, SEARCH)).toBe(0)
  expect(tried).toEqual([1, 1, 0.25, 0.25])
})

test('stops at the highest rate that it may ask for', async () => {
  const { trial } = limitedTo(Number.POSITIVE_INFINITY)
  expect(await sustainedRate(trial, SEARCH)).toBe(256)
})

describe('whether a rate is sustained', () => {
  const right: Verdict = { offered: 100, lost: [], doubled: [], invented: [] }
  const told = (p99Ms: number | null) => ({ n: 100, p50Ms: 50, p95Ms: 90, p99Ms, maxMs: 2_000 })
  const good = { ratePerS: 20, verdict: right, settled: true, backlog: 20, offeredToNotified: told(1_000) }
  test.each<[string, Partial<typeof good>, boolean]>([
    ['holds at the limit, with a second’s worth under way', {}, true],
    ['fails where p99 is above the limit', { offeredToNotified: told(1_001) }, false],
    ['fails where the backlog is more than comes within the limit', { backlog: 21 }, false],
    ['holds with one under way, however low the rate', { ratePerS: 0.2, backlog: 1 }, true],
    ['fails where one was lost', { verdict: { ...right, lost: ['incident a'] } }, false],
    ['fails where one was doubled', { verdict: { ...right, doubled: ['job of a'] } }, false],
    ['fails where one was invented', { verdict: { ...right, invented: ['job b'] } }, false],
    ['fails where work was left', { settled: false }, false],
    ['fails where nothing arrived', { offeredToNotified: told(null) }, false],
  ])('%s', (_, change, expected) => {
    expect(isSustained({ ...good, ...change })).toBe(expected)
  })
})

test('a rate is kept up where people are found within the limit, and what comes after keeps pace', () => {
  const told = { n: 100, p50Ms: 20, p95Ms: 90, p99Ms: 500, maxMs: 2_000 }
  const verdict: Verdict = { offered: 100, lost: [], doubled: [], invented: [] }
  const run = { ratePerS: 100, verdict, settled: true, backlog: 200, committedToAssigned: told }
  expect(isAssignedWithin(run, 500)).toBe(true)
  expect(isAssignedWithin(run, 499)).toBe(false)
  expect(isAssignedWithin({ ...run, backlog: 201 }, 500)).toBe(false)
  expect(isAssignedWithin({ ...run, settled: false }, 500)).toBe(false)
  expect(isAssignedWithin({ ...run, verdict: { ...verdict, doubled: ['job of a'] } }, 500)).toBe(false)
})
