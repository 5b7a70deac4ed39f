// The synthetic district: the same for the same seed, of every kind, and never two incidents that could be taken for one.
import { expect, test } from 'vitest'
import { ZONE_RULES } from '../../core/observation.ts'
import { fingerprintOfPlanned, observationsOf, planIncidents } from './street.ts'

const plan = planIncidents(7, 50, 60_000)

test('one seed is one plan, another seed another', () => {
  expect(planIncidents(7, 50, 60_000)).toEqual(plan)
  expect(planIncidents(8, 50, 60_000)).not.toEqual(plan)
})

test('as many incidents come as the rate says, give or take what chance gives and takes', () => {
  // A Poisson count of mean 3,000 has a standard deviation of 55; this seed's is within four of them.
  expect(Math.abs(plan.length - 3_000)).toBeLessThan(220)
  expect(plan.every(({ opensMs }) => opensMs > 0 && opensMs < 60_000)).toBe(true)
})

test('every kind is there, on many cameras', () => {
  expect(new Set(plan.map(({ kind }) => kind))).toEqual(new Set(ZONE_RULES))
  expect(new Set(plan.map(({ cameraId }) => cameraId)).size).toBe(48)
})

test('incidents of one fingerprint never overlap', () => {
  const endOf = new Map<string, number>()
  const overlapping = plan.filter(incident => {
    const fingerprint = fingerprintOfPlanned(incident)
    const before = endOf.get(fingerprint) ?? Number.NEGATIVE_INFINITY
    endOf.set(fingerprint, incident.endsMs)
    return incident.opensMs <= before
  })
  expect(overlapping).toEqual([])
  expect(endOf.size).toBeLessThan(plan.length)
})

test('each incident is seen three times, in order, the last time as its end', () => {
  const observations = observationsOf(plan, 1_000_000)
  expect(observations).toHaveLength(3 * plan.length)
  expect(observations.every(({ dueMs }, index) => dueMs >= (observations[index - 1]?.dueMs ?? 0))).toBe(true)
  const [first] = plan
  const ofFirst = observations
    .map(({ observation }) => observation)
    .filter(({ fingerprint }) => first && fingerprint === fingerprintOfPlanned(first))
    .slice(0, 3)
  expect(ofFirst.map(({ phase, at }) => [phase, at])).toEqual([
    ['holds', Math.round(1_000_000 + (first?.opensMs ?? 0))],
    ['holds', Math.round(1_000_000 + ((first?.opensMs ?? 0) + (first?.endsMs ?? 0)) / 2)],
    ['ended', Math.round(1_000_000 + (first?.endsMs ?? 0))],
  ])
})
