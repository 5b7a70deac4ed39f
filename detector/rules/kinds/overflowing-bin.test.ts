// Bins that fill, are emptied, hidden, taken away and stand side by side, as strings of samples.
import { describe, expect, test } from 'vitest'
import type { Box } from '../../../core/geometry.ts'
import type { Finding } from '../../../core/observation.ts'
import type { Detection, Scene, SceneObject } from '../../../core/scene.ts'
import {
  boxAt,
  type MakeRule,
  observationsIn,
  person,
  play,
  ruleOf,
  START_AT,
  sampleAt,
  sceneAt,
  sight,
  story,
  told,
} from '../painted.ts'
import { BEFORE_IT, BIN, bin, HEAPED, withDetections } from '../painted-samples.ts'
import { overflowingBin } from './overflowing-bin.ts'

const NEIGHBOUR: Box = { x1: 0.47, y1: 0.5, x2: 0.53, y2: 0.62 }
const VAN_BEHIND: SceneObject = { label: 'car', score: 0.8, box: { x1: 0.2, y1: 0.2, x2: 0.7, y2: 0.6 } }

const rule = (options: object = {}): MakeRule => ruleOf(overflowingBin, options, { rule: 'overflowing-bin' })

const lines = (series: string, options: object = {}) => story(play(rule(options)(), bin(series)))
const subjects = (findings: readonly Finding[]) => new Set(observationsIn(findings).map(({ subject }) => subject))

describe('one bin from full to emptied', () => {
  test('tells of it in order: pictures first, then the observation, repeated, then its end three times', () => {
    const between = Array.from({ length: 33 }, (_, n) => sceneAt(n * 10, []))
    const street = [...bin('kOOOOOkkkkk'), ...between.filter((_, n) => n % 3 > 0)].sort((a, b) => a.at - b.at)
    expect(told(play(rule()(), street))).toEqual([
      ...['30 first A', '120 fired A', '120 holds A', '130 holds A', '140 holds A', '150 holds A', '160 holds A'],
      ...['170 holds A', '180 holds A', '190 holds A', '200 holds A', '210 holds A', '220 holds A', '230 holds A'],
      ...['240 cleared A', '240 ended A', '250 ended A', '260 ended A'],
    ])
  })

  test('says which bin, since when, how many looks, how sure, and what each look saw', () => {
    const [first] = observationsIn(play(rule()(), bin('kOOkOO')))
    expect(first).toMatchObject({
      fingerprint: `overflowing-bin|gate/kerb|${first?.subject}`,
      since: START_AT + 30_000,
      dueAt: START_AT + 150_000,
      score: 0.9,
      severity: 'yellow',
      measure: { name: 'samples', value: 4, limit: 4, unit: 'samples' },
      blindMs: 0,
    })
    expect(first?.subject).toMatch(/^[0-9a-f]{20}$/)
    expect(first?.reason.history.map(({ value }) => value)).toEqual([0, 0.9, 0.9, 0, 0.9, 0.9])
    expect(first?.boxes[0]?.x1).toBeCloseTo((4 * 0.38 + 2 * 0.4) / 6, 2)
  })

  test.each<[string, string, readonly string[]]>([
    ['four looks of six open', 'OkOkOO', ['0 first A', '150 fired A', '150 holds A']],
    ['three do not', 'OkOkOk', ['0 first A']],
    ['one mistaken look is dropped', 'kkOkkkkk', ['60 first A', 'dropped A']],
    [
      'a bin that is always emptied in time never opens',
      'OOOkkkOOOkkk',
      ['0 first A', 'dropped A', '180 first A', 'dropped A'],
    ],
    ['one mistaken ok does not clear', 'OOOOOOkOOOkO', ['0 first A', '90 fired A', '90 holds A']],
    ['three of four ok do', 'OOOOkkOk', ['0 first A', '90 fired A', '90 holds A', '210 cleared A', '210 ended A']],
    ['it opens on a look that says so', 'OOOkkO', ['0 first A', '150 fired A', '150 holds A']],
    ['no bin, no incident', '..........', []],
    ['a bin that is ok, no incident', 'kkkkkkkkkk', []],
  ])('%s', (_, series, expected) => {
    expect(lines(series)).toEqual(expected)
  })

  test('looks from before the opening do not clear, nor do looks from before the clearing open', () => {
    const told = (series: string, clear: object) => lines(series, { clear }).filter(line => /fired|cleared/.test(line))
    expect(told('kkOOOOk', { k: 3, n: 8 })).toEqual(['150 fired A'])
    expect(told('OOOOkO', { k: 2, n: 2 })).toEqual(['90 fired A'])
    expect(told('OOOOkkOO', { k: 2, n: 2 })).toEqual(['90 fired A', '150 cleared A'])
  })

  test('overflowing again it is the same bin, also after a night out of sight', () => {
    const again = play(rule()(), bin('OOOOkkkkOOOO'), bin('OOOO', 12 * 3_600), bin('kkkk', 12 * 3_600 + 120))
    expect(subjects(again).size).toBe(1)
    expect(story(again).filter(line => line.includes('fired'))).toHaveLength(2)
  })
})

describe('what cannot be seen neither opens nor clears', () => {
  test.each<[string, string, readonly string[]]>([
    ['a person before the bin', 'OOpppOO', ['0 first A', '180 fired A', '180 holds A']],
    ['a person before the full bin', 'OOOOpppppppp', ['0 first A', '90 fired A', '90 holds A']],
    ['a bin that the network misses', 'OO..O.O', ['0 first A', '180 fired A', '180 holds A']],
    ['a blind camera', 'OOOxxxxxO', ['0 first A', '240 fired A', '240 holds A']],
    ['a blind camera before the full bin', 'OOOOxxxxxxxxxxxxO', ['0 first A', '90 fired A', '90 holds A']],
    ['a gap, and the series goes on', 'OO___________OO', ['0 first A', '420 fired A', '420 holds A']],
  ])('%s', (_, series, expected) => {
    expect(lines(series)).toEqual(expected)
  })

  test('after a gap longer than maxGap the series starts anew, and an open incident does not', () => {
    const gap = '_'.repeat(41)
    expect(lines(`OOO${gap}OOO`)).toEqual(['0 first A', 'dropped A', '1320 first A'])
    expect(lines(`OOO${gap}kOO`)).toEqual(['0 first A', 'dropped A', '1350 first A'])
    expect(lines(`OOOO${gap}OO`)).toEqual(['0 first A', '90 fired A', '90 holds A'])
  })

  test('the time is told as blind', () => {
    const blindOf = (series: string) => observationsIn(play(rule()(), bin(series))).at(-1)?.blindMs
    expect(blindOf('OOpppOO')).toBe(90_000)
    expect(blindOf('OOOOxxxxO')).toBe(120_000)
    expect(blindOf('OOOO....')).toBe(90_000)
    expect(blindOf('OOOOppkkk')).toBe(60_000)
  })

  test('a van behind the bin hides nothing, and what is taken for a truck may be the bin itself', () => {
    const beside = (objects: readonly SceneObject[]) => bin('OOOO').map(scene => ({ ...scene, objects: [...objects] }))
    const truck: SceneObject = { label: 'truck', score: 0.6, box: HEAPED }
    expect(story(play(rule()(), beside([VAN_BEHIND])))).toContain('90 fired A')
    expect(story(play(rule()(), beside([truck])))).toContain('90 fired A')
    expect(story(play(rule()(), beside([BEFORE_IT])))).toEqual([])
    expect(story(play(rule()(), beside([person(0.8, 0.9)])))).toContain('90 fired A')
  })
})

describe('a bin that is taken away', () => {
  test('ends its incident after goneAfter, with the reason under the picture', () => {
    const findings = play(rule({ goneAfter: '5m' })(), bin(`OOOO${'.'.repeat(12)}`))
    expect(story(findings)).toEqual(['0 first A', '90 fired A', '90 holds A', '390 cleared A', '390 ended A'])
    const captions = findings.flatMap(finding => (finding.type === 'picture' ? [finding.request.caption] : []))
    expect(captions.at(-1)).toBe('kerb: no bin there any more')
  })

  test('not while somebody stands before its place', () => {
    expect(lines(`OOOO${'.p'.repeat(9)}`, { goneAfter: '5m' })).toEqual(['0 first A', '90 fired A', '90 holds A'])
  })

  test('not as long as it is found now and then', () => {
    expect(lines(`OOOO${'.......O'.repeat(4)}`, { goneAfter: '5m' })).not.toContainEqual(
      expect.stringContaining('ended'),
    )
  })

  test('drops its candidate', () => {
    expect(lines(`OO${'.'.repeat(12)}`, { goneAfter: '5m' })).toEqual(['0 first A', 'dropped A'])
  })
})

describe('litter beside the bin', () => {
  test.each<[string, string, readonly string[]]>([
    ['keeps', 'llllllll', []],
    ['keeps', 'OOOOllllllkkk', ['0 first A', '90 fired A', '90 holds A', '360 cleared A', '360 ended A']],
    ['opens', 'llllllll', ['0 first A', '90 fired A', '90 holds A']],
    ['ignored', 'OOOOlll', ['0 first A', '90 fired A', '90 holds A', '180 cleared A', '180 ended A']],
  ])('%s: %s', (beside, series, expected) => {
    expect(lines(series, { beside })).toEqual(expected)
  })

  test('raises the severity by one, at once, and it does not fall again', () => {
    const severities = (series: string, options = {}) =>
      observationsIn(play(rule(options)(), bin(series))).map(({ severity }) => severity)
    expect(severities('LLLL')).toEqual(['orange'])
    expect(severities('OOOOLLLOOOO')).toEqual([
      'yellow',
      'yellow',
      'yellow',
      'orange',
      'orange',
      'orange',
      'orange',
      'orange',
    ])
    expect(severities('LLLL', { severity: 'red' })).toEqual(['red'])
  })

  test('a higher severity does not wait for the next repetition', () => {
    const saidAt = observationsIn(play(rule({ every: '8s' })(), bin(`${'O'.repeat(21)}${'L'.repeat(20)}`, 0, 8)))
    const raised = saidAt.findIndex(({ severity }) => severity === 'orange')
    expect((saidAt[raised]?.at ?? 0) - (saidAt[raised - 1]?.at ?? 0)).toBe(8_000)
  })

  test('litter elsewhere on the pavement does not', () => {
    const far = withDetections(bin('OOOO'), seen => [...seen, sight('litter', boxAt(0.7, 0.6, 0.02))])
    expect(observationsIn(play(rule()(), far))[0]?.severity).toBe('yellow')
  })
})

describe('several bins', () => {
  const both = (left: string, right: string, count: number, fromS = 0) =>
    Array.from({ length: count }, (_, n) => sampleAt(fromS + n * 30, [sight(left, BIN), sight(right, NEIGHBOUR)]))

  test('are told apart by place: two that overflow are two incidents', () => {
    const findings = play(rule()(), both('bin-overflow', 'bin-overflow', 5))
    expect(subjects(findings).size).toBe(2)
  })

  test('one emptied, the other not: one ends', () => {
    const full = both('bin-overflow', 'bin-overflow', 4)
    const findings = play(rule()(), full, both('bin', 'bin-overflow', 4, 120))
    const ended = observationsIn(findings).filter(({ phase }) => phase === 'ended')
    expect(new Set(ended.map(({ boxes }) => boxes[0]?.x1)).size).toBe(1)
    expect(subjects(ended.map(observation => ({ type: 'observation', observation }))).size).toBe(1)
  })

  test('one box over both of them judges one and hides the other', () => {
    const wide = sight('bin-overflow', { x1: 0.4, y1: 0.48, x2: 0.53, y2: 0.62 }, 0.9)
    const once = Array.from({ length: 8 }, (_, n) => sampleAt(60 + n * 30, [wide]))
    expect(subjects(play(rule()(), both('bin', 'bin', 2), once)).size).toBe(1)
  })

  test('a heap many times the bin is that of its bin, before and after', () => {
    const [small, heap] = [boxAt(0.5, 0.6, 0.04), boxAt(0.5, 0.57, 0.12)]
    const seen = (detection: Detection, fromS: number, count: number) =>
      Array.from({ length: count }, (_, n) => sampleAt(fromS + n * 30, [detection]))
    const [full, emptied] = [sight('bin-overflow', heap), sight('bin', small)]
    for (const first of [seen(full, 0, 4), [...seen(emptied, 0, 4), ...seen(full, 120, 4)]]) {
      const findings = play(rule()(), first, seen(emptied, 300, 4))
      expect(subjects(findings).size).toBe(1)
      expect(story(findings)).toContain('360 ended A')
    }
  })

  test('found as ok and as overflowing in one sample, a bin is in the state that is surer', () => {
    const doubt = (sure: number) =>
      Array.from({ length: 6 }, (_, n) =>
        sampleAt(n * 30, [sight('bin', BIN, 0.6), sight('bin-overflow', HEAPED, sure)]),
      )
    expect(subjects(play(rule()(), doubt(0.7))).size).toBe(1)
    expect(subjects(play(rule()(), doubt(0.5))).size).toBe(0)
  })
})

test('a classifier gives one answer for the whole zone, and the rule is the same', () => {
  const crop: Box = { x1: 0.3, y1: 0.4, x2: 0.6, y2: 0.7 }
  const answers = (label: string, fromS: number, count: number) =>
    Array.from({ length: count }, (_, n) => sampleAt(fromS + n * 30, [sight(label, crop, 0.97)]))
  const findings = play(rule()(), answers('bin', 0, 2), answers('bin-overflow', 60, 5), answers('bin', 210, 4))
  expect(story(findings)).toEqual(['60 first A', '150 fired A', '150 holds A', '270 cleared A', '270 ended A'])
})

describe('schedules', () => {
  test('with three times as many looks the same share over the same time opens', () => {
    const dense = (series: string) => story(play(rule({ every: '10s' })(), bin(series, 0, 10)))
    expect(dense('O'.repeat(11))).toEqual(['0 first A'])
    expect(dense('O'.repeat(12))).toEqual(['0 first A', '110 fired A', '110 holds A'])
  })

  test('with looks a minute apart three must agree: two pictures are no series', () => {
    const sparse = (series: string) => story(play(rule({ every: '60s' })(), bin(series, 0, 60)))
    expect(sparse('OO')).toEqual(['0 first A'])
    expect(sparse('OOOkk')).toEqual(['0 first A', '120 fired A', '120 holds A', '240 cleared A', '240 ended A'])
  })

  test('asks for what it needs', () => {
    expect(rule()().conditions).toEqual({ everyMs: 30_000, labels: ['bin', 'bin-overflow'], detail: 'place' })
    expect(rule()().wish).toBeUndefined()
  })

  test('a schedule too dense to be remembered is refused', () => {
    expect(() => rule({ every: '1s' })).toThrow(/at most 24 looks/)
  })

  test('clips of a quarter of an hour apart open after four of them', () => {
    expect(story(play(rule()(), bin('OOOO', 0, 900)))).toEqual(['0 first A', '2700 fired A', '2700 holds A'])
  })
})

test('looks below minScore are not looks', () => {
  expect(lines('OOOO', { minScore: { overflow: 0.95 } })).toEqual([])
})

test('a sample of another zone is none of ours', () => {
  const other = bin('OOOO').map(scene => ({
    ...scene,
    conditions: scene.conditions?.map(sample => ({ ...sample, zoneId: 'other' })),
  })) as unknown as readonly Scene[]
  expect(play(rule()(), other)).toEqual([])
})

test('outside its calendar nothing opens, and what was open ends', () => {
  const calendar = { from: '07:00', to: '08:02' }
  expect(lines('OOOOOOOO', { calendar })).toEqual(['0 first A', '90 fired A', '90 holds A', '120 ended A'])
  expect(lines('kkkOOOOO', { calendar })).toEqual(['90 first A', 'dropped A'])
})

test('the defaults are those of the domain', () => {
  expect(overflowingBin.options.parse({})).toMatchObject({
    every: 30_000,
    within: 180_000,
    open: { k: 4, n: 6 },
    clear: { k: 3, n: 4 },
  })
})
