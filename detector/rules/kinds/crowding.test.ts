// Crowds that gather, hover at the limit, disperse and cannot be seen, as tables of scenes.
import { describe, expect, test } from 'vitest'
import type { Scene, SceneObject } from '../../../core/scene.ts'
import {
  type MakeRule,
  observationsIn,
  person,
  play,
  ruleOf,
  START_AT,
  scenes,
  story,
  throughRestarts,
  told,
} from '../painted.ts'
import { crowding } from './crowding.ts'

const rule = (options: object = {}): MakeRule => ruleOf(crowding, options, { rule: 'crowding' })
const people = (count: number): readonly SceneObject[] =>
  Array.from({ length: count }, (_, n) => person(0.05 + (n % 10) * 0.09, 0.4 + Math.floor(n / 10) * 0.1))
const counts = (fromS: number, series: readonly number[], stepS: number): readonly Scene[] =>
  scenes(fromS, fromS + series.length * stepS, atS => people(series[Math.round((atS - fromS) / stepS)] ?? 0), { stepS })
const crowd = (fromS: number, toS: number, count: number) => scenes(fromS, toS, people(count))

describe('a crowd from its beginning to its end', () => {
  test('opens after the hold, repeats, and clears once it has been over for long enough', () => {
    const findings = play(rule()(), crowd(0, 10, 3), crowd(10, 42, 20), crowd(42, 130, 5))
    expect(told(findings)).toEqual([
      ...[
        '30 fired A',
        '30 holds A',
        '40 holds A',
        '50 holds A',
        '60 holds A',
        '70 holds A',
        '80 holds A',
        '90 holds A',
      ],
      ...['100 holds A', '102 cleared A', '102 ended A', '112 ended A', '122 ended A'],
    ])
  })

  test('says how many, since when, and of which place', () => {
    const [first] = observationsIn(play(rule()(), crowd(0, 30, 20)))
    expect(first).toMatchObject({
      fingerprint: 'crowding|gate/kerb|',
      subject: '',
      since: START_AT,
      dueAt: START_AT + 20_000,
      measure: { name: 'people', value: 20, limit: 15, unit: 'people' },
      score: 0.7,
    })
    expect(first?.boxes.length).toBe(20)
  })

  const outside = Array.from({ length: 20 }, () => person(0.5, 0.1))
  const unsure = people(20).map(someone => ({ ...someone, score: 0.2 }))
  test.each<[string, readonly Scene[], number]>([
    ['one less than the threshold is no crowd', crowd(0, 120, 14), 0],
    ['the threshold is a crowd', crowd(0, 120, 15), 1],
    ['shorter than the hold is no crowd', [...crowd(0, 18, 20), ...crowd(18, 120, 5)], 0],
    ['people outside the zone do not count', scenes(0, 120, outside), 0],
    ['unsure detections do not count', scenes(0, 120, unsure), 0],
    [
      'vehicles do not count',
      scenes(
        0,
        120,
        people(20).map(someone => ({ ...someone, label: 'car' })),
      ),
      0,
    ],
    ['two pictures are no series', scenes(0, 80, people(20), { stepS: 40 }), 0],
  ])('%s', (_, street, incidents) => {
    expect(story(play(rule()(), street)).filter(line => line.includes('fired')).length).toBe(incidents)
  })
})

describe('hysteresis', () => {
  test('a count that hovers at the limit gives one incident, not twenty-one', () => {
    const hover = Array.from({ length: 420 }, (_, n) => (n % 20 < 13 ? 16 : 12))
    expect(story(play(rule()(), counts(0, hover, 2))).filter(line => line.includes('fired'))).toHaveLength(1)
  })

  test('forgives one missed count in five, not two', () => {
    const pattern = (missed: number) => Array.from({ length: 60 }, (_, n) => (n % 5 < missed ? 11 : 18))
    expect(observationsIn(play(rule()(), counts(0, pattern(1), 2))).length).toBeGreaterThan(0)
    expect(observationsIn(play(rule()(), counts(0, pattern(2), 2)))).toEqual([])
  })

  test('a lull shorter than clearAfter does not clear', () => {
    const findings = play(rule()(), crowd(0, 30, 20), crowd(30, 80, 3), crowd(80, 120, 20))
    expect(story(findings)).toEqual(['20 fired A', '20 holds A'])
  })

  test('with half-second pictures it opens and clears on what lasts 3 s', () => {
    const make = rule({ threshold: 32, clearBelow: 28, hold: '3s', clearAfter: '3s' })
    const series = [...Array(10).fill(30), ...Array(8).fill(33), ...Array(6).fill(30), ...Array(8).fill(27)]
    expect(story(play(make(), counts(0, series, 0.5)))).toEqual([
      ...['8 fired A', '8 holds A', '15 cleared A', '15 ended A'],
    ])
  })

  test('wants every picture where key frames are too few for its hold, and only while people are there', () => {
    const make = rule({ threshold: 32, clearBelow: 28, hold: '3s', clearAfter: '3s' })
    const wishes = [27, 30, 40].map(count => {
      const some = make()
      play(some, counts(0, Array(count === 40 ? 10 : 1).fill(count), 0.5))
      return some.wish
    })
    const wanted = { reason: 'short-hold', severity: 'yellow', unlessEveryMs: 750 }
    expect(wishes).toEqual([undefined, wanted, undefined])
  })

  test('needs few pictures while few people are there, and each one as soon as more are', () => {
    const needs = (options: object, people: readonly number[]) => {
      const some = rule(options)()
      play(some, counts(0, people, 2))
      return some.needsEveryMs
    }
    const usual = { threshold: 20, clearBelow: 10, hold: '20s', clearAfter: '60s' }
    expect([needs(usual, []), needs(usual, [10]), needs(usual, [11]), needs(usual, [25])]).toEqual([
      ...[6_000, 6_000, 2_000, 2_000],
    ])
    // Once it is one, its end is told from ten pictures of the minute that must pass.
    expect(needs(usual, Array(15).fill(25))).toBe(6_000)
    expect([needs({ ...usual, hold: '4s' }, [25]), needs({ ...usual, hold: '4s' }, [0])]).toEqual([1_000, 2_000])
    // The middle of three pictures is counted, and the first of more people is not overlooked for it.
    const scaled = { ...usual, countScale: { factor: 2, error: 1 } }
    expect(needs(scaled, [0, 0, 6])).toBe(2_000)
  })

  test('opens again under the same fingerprint, for the ledger to decide', () => {
    const again = play(rule()(), crowd(0, 30, 20), crowd(30, 110, 3), crowd(110, 140, 20))
    expect(new Set(observationsIn(again).map(({ fingerprint }) => fingerprint)).size).toBe(1)
    expect(story(again).filter(line => line.includes('fired'))).toHaveLength(2)
  })
})

describe('blind time', () => {
  const blind = (fromS: number, toS: number) => scenes(fromS, toS, [], { view: 'covered' })

  test('does not count towards the hold, and is reported', () => {
    const findings = play(rule()(), crowd(0, 12, 20), blind(12, 60), crowd(60, 80, 20))
    expect(story(findings)[0]).toBe('70 fired A')
    expect(observationsIn(findings)[0]).toMatchObject({ blindMs: 50_000, dueAt: START_AT + 70_000 })
  })

  test('does not clear', () => {
    expect(story(play(rule()(), crowd(0, 30, 20), blind(30, 300), crowd(300, 310, 20)))).toEqual([
      ...['20 fired A', '20 holds A'],
    ])
  })

  test('nor does a gap in the stream', () => {
    expect(story(play(rule()(), crowd(0, 30, 20), crowd(900, 910, 3)))).toEqual(['20 fired A', '20 holds A'])
  })
})

describe('measures', () => {
  test('levels raise the severity at once, and it does not fall within the incident', () => {
    const levels = [
      { atLeast: 30, severity: 'orange' },
      { atLeast: 50, severity: 'red' },
    ]
    const findings = play(rule({ levels })(), crowd(0, 30, 20), crowd(30, 60, 35), crowd(60, 90, 20))
    const severities = observationsIn(findings).map(({ at, severity }) => [(at - START_AT) / 1_000, severity])
    expect(severities.slice(0, 3)).toEqual([
      [20, 'yellow'],
      [30, 'yellow'],
      [40, 'orange'],
    ])
    expect(severities.at(-1)?.[1]).toBe('orange')
  })

  test('countScale corrects the count and shows its error', () => {
    const [first] = observationsIn(play(rule({ countScale: { factor: 1.5, error: 2.4 } })(), crowd(0, 30, 10)))
    expect(first?.measure.value).toBe(15)
    expect(first?.reason.thresholds).toMatchObject({ countScale: 1.5, countError: 2.4 })
  })

  test('of scaled counts the middle of three is judged: one picture alone neither begins a hold nor breaks it', () => {
    const make = rule({ threshold: 32, clearBelow: 28, hold: '3s', countScale: { factor: 1.15, error: 2.4 } })
    const series = [27, 23, 30, 31, 39, 32, 44, 20, 38, 37, 39, 36]
    // 30 × 1.15 is above the threshold at 1 s; the middle of three is so from 1.5 s on, also at 3.5 s.
    expect(story(play(make(), counts(0, series, 0.5)))).toEqual(['4.5 fired A', '4.5 holds A'])
  })

  test('with the ground area it says people per m²', () => {
    const [first] = observationsIn(play(rule({ areaM2: 8 })(), crowd(0, 30, 20)))
    expect(first?.reason.thresholds).toMatchObject({ areaM2: 8, peoplePerM2: 2.5 })
  })
})

test('outside its calendar nothing opens, and what was open ends', () => {
  const calendar = { from: '07:00', to: '08:01' }
  expect(story(play(rule({ calendar })(), crowd(0, 120, 20)))).toEqual(['20 fired A', '20 holds A', '60 ended A'])
})

test('a restart at any point changes nothing', () => {
  const street = [
    ...crowd(0, 14, 20),
    ...scenes(14, 20, [], { view: 'dark' }),
    ...crowd(20, 60, 18),
    ...crowd(60, 140, 4),
    ...crowd(400, 440, 22),
  ]
  const make = rule({ levels: [{ atLeast: 17, severity: 'red' }] })
  const { on, anew, revision } = throughRestarts(make, street, (each, scene) => play(each, [scene]))
  expect(anew).toEqual(on)
  expect(revision).toBeGreaterThan(0)
})

test('at 25 pictures a second the snapshot stays small', () => {
  const crowded = rule()()
  play(crowded, scenes(0, 90, people(20), { stepS: 0.04, density: 'dense' }))
  expect(JSON.stringify(crowded.snapshot()).length).toBeLessThan(16_384)
})

test('a threshold that is not above clearBelow is refused', () => {
  expect(() => rule({ threshold: 10, clearBelow: 10 })).toThrow(/clearBelow must be less than threshold/)
})

test('the defaults are those of the domain', () => {
  expect(crowding.options.parse({})).toMatchObject({
    threshold: 15,
    clearBelow: 10,
    hold: 20_000,
    clearAfter: 60_000,
    k: 0.8,
  })
})
