// Stays as tables of scenes: grace, gaps, occlusion, queues, calendars, restarts at every point.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../../core/observation.ts'
import {
  carAt,
  type MakeRule,
  observationsIn,
  play,
  ruleOf,
  START_AT,
  scenes,
  story,
  told,
  vehicle,
} from '../painted.ts'
import { contest } from '../places.ts'
import { illegalParking } from './illegal-parking.ts'

const SPOT = carAt(0.5, 0.7)
const PARKED = vehicle(1, SPOT)
const OTHER = vehicle(2, SPOT)
const BUS = vehicle(9, { x1: 0.2, y1: 0.3, x2: 0.9, y2: 0.95 }, { label: 'bus' })
const MINUTE = 60

const rule = (options: object = {}): MakeRule => ruleOf(illegalParking, { grace: '30s', ...options })
const subjects = (findings: readonly Finding[]) => new Set(observationsIn(findings).map(({ subject }) => subject))

describe('one stay from its beginning to its end', () => {
  test('tells of it in order: pictures first, then the observation, repeated, then its end three times', () => {
    const findings = play(rule()(), scenes(0, 50, [PARKED]), scenes(50, 110, []))
    expect(told(findings)).toEqual([
      '2 first A',
      '16 half A',
      '30 fired A',
      ...['30 holds A', '40 holds A', '50 holds A', '60 holds A', '70 holds A'],
      ...['80 cleared A', '80 ended A', '90 ended A', '100 ended A'],
    ])
  })

  test('says since when, until when it was allowed, how long it has stood, and how sure it is', () => {
    const [first] = observationsIn(play(rule()(), scenes(0, 40, [PARKED])))
    expect(first).toMatchObject({
      sequence: START_AT + 30_000,
      since: START_AT,
      dueAt: START_AT + 30_000,
      score: 0.8,
      severity: 'yellow',
      measure: { name: 'dwell', value: 30_000, limit: 30_000, unit: 'ms' },
      placeId: 'gate/kerb',
      blindMs: 0,
    })
    expect(first?.fingerprint).toBe(`illegal-parking|gate/kerb|${first?.subject}`)
    expect(first?.boxes[0]?.y2).toBeCloseTo(0.7)
  })

  const passing = (atS: number) => [vehicle(3, carAt(0.1 + 0.02 * atS, 0.6))]
  test.each([
    [
      'a vehicle that leaves within the grace is dropped',
      scenes(0, 20, [PARKED]),
      ['2 first A', '16 half A', 'dropped A'],
    ],
    ['a vehicle that drives through costs no picture', scenes(0, 40, passing), []],
    ['a vehicle seen once costs no picture', scenes(0, 2, [PARKED]), []],
    ['a vehicle outside the zone is none of ours', scenes(0, 60, [vehicle(1, carAt(0.5, 0.15, 0.08))]), []],
    ['a person is no vehicle', scenes(0, 60, [{ ...PARKED, label: 'person' }]), []],
    ['an unsure detection starts nothing', scenes(0, 60, [{ ...PARKED, score: 0.45 }]), []],
    [
      'what is sure once and unsure ever after does not fire',
      scenes(0, 60, atS => [{ ...PARKED, score: atS === 0 ? 0.6 : 0.38 }]),
      ['2 first A', '16 half A', 'dropped A'],
    ],
  ])('%s', (_, street, expected) => {
    expect(story(play(rule()(), street, scenes(60, 120, [])))).toEqual(expected)
  })

  test('a van found as a car and as a truck is one stay', () => {
    const twice = [PARKED, { ...PARKED, label: 'truck', score: 0.6 }]
    expect(subjects(play(rule()(), scenes(0, 60, twice))).size).toBe(1)
  })

  test('three vehicles are three stays', () => {
    const row = [vehicle(1, carAt(0.2, 0.7)), vehicle(2, carAt(0.5, 0.7)), vehicle(3, carAt(0.8, 0.7))]
    expect(subjects(play(rule()(), scenes(0, 60, row))).size).toBe(3)
  })
})

describe('what must not reset the clock', () => {
  const covered = scenes(20, 50, [BUS])
  test('a 30 s occlusion', () => {
    expect(story(play(rule()(), scenes(0, 20, [PARKED]), covered, scenes(50, 60, [PARKED])))).toEqual([
      '2 first A',
      '16 half A',
      '50 fired A',
      '50 holds A',
    ])
  })

  test('an occlusion at the moment it is due: it fires when it is seen again, and the picture shows it', () => {
    const hidden = scenes(26, 40, [BUS])
    expect(story(play(rule()(), scenes(0, 26, [PARKED]), hidden, scenes(40, 50, [PARKED])))).toContain('40 fired A')
  })

  test('an identity switch of the tracker', () => {
    const tracked = (atS: number) => [{ ...PARKED, trackId: atS < 15 ? 7 : 8 }]
    expect(story(play(rule()(), scenes(0, 40, tracked, { stepS: 0.2, density: 'dense' })))).toContain('30 holds A')
  })

  test('a few missed detections', () => {
    const flicker = (atS: number) => (atS % 10 < 4 ? [PARKED] : [])
    expect(story(play(rule()(), scenes(0, 40, flicker)))).toContain('30 holds A')
  })

  test('overlooked before and after a stall in which nobody looked for longer than clearAfter', () => {
    const stalled = [...scenes(0, 20, [PARKED]), ...scenes(20, 22, []), ...scenes(60, 62, [])]
    expect(subjects(play(rule({ grace: '10s', cooldown: '0s' })(), stalled, scenes(62, 90, [PARKED]))).size).toBe(1)
  })

  test('a box that jitters', () => {
    const jitter = (atS: number) => [{ ...PARKED, box: { ...SPOT, x1: SPOT.x1 - 0.008 * (atS % 3) } }]
    expect(story(play(rule()(), scenes(0, 40, jitter)))).toContain('30 holds A')
  })

  test('other vehicles that drive past all the time', () => {
    const traffic = (atS: number) => [PARKED, vehicle(4, carAt((atS * 0.13) % 1, 0.8))]
    expect(subjects(play(rule()(), scenes(0, 120, traffic))).size).toBe(1)
  })
})

describe('what must reset it', () => {
  test('another vehicle on the same spot, also where the place was never seen empty', () => {
    const findings = play(rule()(), scenes(0, 20, [PARKED]), scenes(20, 80, [OTHER]))
    expect(story(findings)).toEqual(['2 first A', '16 half A', 'dropped A', '50 first B', '50 fired B', '50 holds B'])
    expect(observationsIn(findings)[0]?.since).toBe(START_AT + 20_000)
  })

  test('a place seen empty for clearAfter', () => {
    const findings = play(rule()(), scenes(0, 20, [PARKED]), scenes(20, 60, []), scenes(60, 100, [OTHER]))
    expect(observationsIn(findings)[0]?.since).toBe(START_AT + 60_000)
  })
})

describe('gaps, with the default options', () => {
  const clip = (minute: number, what: Parameters<typeof scenes>[2]) =>
    scenes(minute * MINUTE, minute * MINUTE + 10, what)
  const park = ruleOf(illegalParking, {})

  test.each([
    ['the same vehicle on both sides: the gap is dwell, and blind', 15, PARKED, 1],
    ['another vehicle on the same spot: no alarm', 15, OTHER, 0],
    ['the same vehicle beyond maxGap: no alarm', 21, PARKED, 0],
    ['the same vehicle on another spot: no alarm', 15, vehicle(1, carAt(0.55, 0.7)), 0],
    ['nothing known of its looks: no alarm', 15, vehicle(undefined, SPOT), 0],
    ['a place that was left: no alarm', 15, BUS, 0],
  ])('%s', (_, minutes, after, alarms) => {
    const found = observationsIn(play(park(), clip(0, [PARKED]), clip(minutes, [after])))
    expect(found.length).toBe(alarms)
    for (const { since, blindMs } of found) {
      expect(since).toBe(START_AT)
      expect(blindMs).toBe(15 * 60_000 - 8_000)
    }
  })

  test('a vehicle too small to be recognised is not carried over', () => {
    const tiny = vehicle(1, carAt(0.5, 0.7, 0.025))
    expect(observationsIn(play(park(), clip(0, [tiny]), clip(15, [tiny])))).toEqual([])
  })

  test('a vehicle recognised in the very scene in which its gap becomes too long has not ended', () => {
    const findings = play(rule({ maxGap: '70s' })(), scenes(0, 40, [PARKED]), scenes(107, 120, [PARKED]))
    expect(told(findings)).toEqual(['2 first A', '16 half A', '30 fired A', '30 holds A', '109 holds A', '119 holds A'])
  })

  test('a vehicle behind a passing one after the gap is recognised a moment later', () => {
    const passing = (atS: number) => (atS < 15 * MINUTE + 4 ? [BUS] : [PARKED])
    expect(subjects(play(park(), clip(0, [PARKED]), clip(15, passing))).size).toBe(1)
  })
})

describe('blind time', () => {
  const blind = (fromS: number, toS: number) => scenes(fromS, toS, [], { view: 'dark' })

  test('does not clear', () => {
    const findings = play(rule()(), scenes(0, 40, [PARKED]), blind(40, 100), scenes(100, 120, [PARKED]))
    expect(subjects(findings).size).toBe(1)
    expect(told(findings).some(line => line.includes('ended'))).toBe(false)
    expect(observationsIn(findings).at(-1)?.blindMs).toBe(62_000)
  })

  test.each([
    ['whose looks are not known', vehicle(undefined, SPOT)],
    ['too small to be recognised', vehicle(1, carAt(0.5, 0.7, 0.025))],
  ])('of a moment does not make two of a vehicle %s', (_, parked) => {
    const findings = play(rule()(), scenes(0, 40, [parked]), blind(40, 42), scenes(42, 140, [parked]))
    expect(subjects(findings).size).toBe(1)
    expect(told(findings).some(line => line.includes('ended'))).toBe(false)
  })

  test('does not start, and does not fire', () => {
    expect(play(rule()(), scenes(0, 120, [PARKED], { view: 'covered' }))).toEqual([])
  })

  test('is not time seen empty', () => {
    const findings = play(rule()(), scenes(0, 40, [PARKED]), scenes(40, 60, []), blind(60, 120), scenes(120, 128, []))
    expect(told(findings).some(line => line.includes('ended'))).toBe(false)
  })
})

describe('coming back within the cooldown', () => {
  test('opens one incident for a car that stops twice', () => {
    const findings = play(rule()(), scenes(0, 40, [PARKED]), scenes(40, 120, []), scenes(120, 200, [PARKED]))
    expect(subjects(findings).size).toBe(1)
    expect(story(findings).slice(-3)).toEqual(['70 cleared A', '70 ended A', '122 holds A'])
    expect(observationsIn(findings).at(-1)?.measure.value).toBe(192_000 - (120_000 - 38_000))
  })

  test('beyond it, it is another stay', () => {
    const empty = scenes(40, 700, [])
    expect(subjects(play(rule()(), scenes(0, 40, [PARKED]), empty, scenes(700, 760, [PARKED]))).size).toBe(2)
  })

  test('beyond a short one too, though the end of the first is still being said', () => {
    const street = [...scenes(0, 40, [PARKED]), ...scenes(40, 86, []), ...scenes(86, 120, [PARKED])]
    const findings = play(rule({ clearAfter: '8s', cooldown: '20s' })(), street)
    expect(story(findings).slice(-4)).toEqual(['88 first B', '102 half B', '116 fired B', '116 holds B'])
  })

  test('what had not fired starts its clock anew, under its own name', () => {
    const findings = play(rule()(), scenes(0, 20, [PARKED]), scenes(20, 60, []), scenes(60, 100, [PARKED]))
    expect(story(findings)).toEqual([
      '2 first A',
      '16 half A',
      'dropped A',
      '62 first A',
      '76 half A',
      '90 fired A',
      '90 holds A',
    ])
  })

  test('another vehicle on the spot is another stay', () => {
    const empty = scenes(40, 120, [])
    expect(subjects(play(rule()(), scenes(0, 40, [PARKED]), empty, scenes(120, 200, [OTHER]))).size).toBe(2)
  })
})

describe('a queue of traffic', () => {
  const queue = [1, 2, 3, 4].map(n => vehicle(10 + n, carAt(0.2 * n, 0.6)))
  const arriving = scenes(0, 10, [])

  test('at the light is not parking', () => {
    expect(observationsIn(play(rule()(), arriving, scenes(10, 55, queue), scenes(55, 120, [])))).toEqual([])
  })

  test('moves on, and who stays is parking', () => {
    const findings = play(rule()(), arriving, scenes(10, 55, queue), scenes(55, 80, queue.slice(0, 1)))
    expect(subjects(findings).size).toBe(1)
    expect(observationsIn(findings)[0]?.since).toBe(START_AT + 10_000)
  })

  test('is no excuse where the street was full when the camera first looked', () => {
    expect(subjects(play(rule()(), scenes(0, 40, queue))).size).toBe(4)
  })

  test('is no excuse where queues are not ignored, nor for longer than twice the grace', () => {
    expect(subjects(play(rule({ ignoreQueues: false })(), arriving, scenes(10, 50, queue))).size).toBe(4)
    expect(subjects(play(rule()(), arriving, scenes(10, 80, queue))).size).toBe(4)
  })
})

describe('the calendar', () => {
  const until = { calendar: { from: '07:00', to: '08:01' } }
  const from = { calendar: { from: '08:01', to: '20:00' } }

  test('outside it nothing fires, and the clock starts with it', () => {
    const [first] = observationsIn(play(rule(from)(), scenes(0, 120, [PARKED])))
    expect((first?.at ?? 0) - START_AT).toBe(88_000)
    expect((first?.since ?? 0) - START_AT).toBe(58_000)
  })

  test('what holds ends with it', () => {
    expect(story(play(rule(until)(), scenes(0, 80, [PARKED]))).slice(-2)).toEqual(['30 holds A', '60 ended A'])
  })
})

test('wishes for dense frames when a candidate starts and before it fires, and for key frames otherwise', () => {
  const parked = rule()()
  const wishes = [0, 4, 16, 24, 36].map(atS => {
    play(parked, scenes(atS, atS + 4, [PARKED]))
    return parked.wish?.reason ?? 'none'
  })
  expect(wishes).toEqual(['candidate-started', 'candidate-started', 'none', 'about-to-fire', 'none'])
})

test('needs few pictures of what stands for minutes, and each one when its time is nearly up', () => {
  const parked = rule({ grace: '7m', clearAfter: '30s' })()
  const needs = [0, 300, 402, 406, 418, 430].map((untilS, step, all) => {
    play(parked, scenes(all[step - 1] ?? 0, untilS, [PARKED]))
    return parked.needsEveryMs
  })
  expect(needs).toEqual([6_000, 6_000, 6_000, 2_000, 2_000, 6_000])
  expect([rule({ grace: '60s' })().needsEveryMs, rule({ grace: '7m', clearAfter: '20s' })().needsEveryMs]).toEqual([
    2_000, 4_000,
  ])
})

test('the defaults are those of the domain', () => {
  expect(illegalParking.options.parse({})).toMatchObject({
    grace: 420_000,
    clearAfter: 30_000,
    maxGap: 1_200_000,
    cooldown: 600_000,
    ignoreQueues: true,
  })
})

test('whatever the street does, no two open stays share a place, and the snapshot stays small', () => {
  const spot = fc.record({
    seed: fc.integer({ min: 1, max: 5 }),
    x: fc.integer({ min: 1, max: 9 }),
    y: fc.integer({ min: 4, max: 9 }),
  })
  const moment = fc.record({
    stepS: fc.constantFrom(2, 2, 2, 10, 300),
    cars: fc.array(spot, { maxLength: 6 }),
    stay: fc.integer({ min: 1, max: 16 }),
  })
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1, maxLength: 8 }), moments => {
      const parked = rule({ grace: '4s' })()
      const open = new Map<string, Parameters<typeof contest>[0]>()
      let atS = 0
      for (const { stepS, cars, stay } of moments) {
        const objects = cars.map(({ seed, x, y }) => vehicle(seed, carAt(x / 10, y / 10)))
        for (const scene of scenes(atS, atS + stay * 2, objects)) {
          for (const { subject, phase, boxes } of observationsIn(parked.observe(scene, scene.at))) {
            if (phase === 'ended') open.delete(subject)
            else if (boxes[0]) open.set(subject, boxes[0])
          }
          const all = [...open.values()]
          expect(all.some((a, i) => all.some((b, j) => j > i && contest(a, b)))).toBe(false)
        }
        atS += stay * 2 + stepS
        expect(JSON.stringify(parked.snapshot()).length).toBeLessThan(65_536)
      }
    }),
    { numRuns: 12, seed: 20260105 },
  )
})
