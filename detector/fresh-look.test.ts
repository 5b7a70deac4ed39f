// Fresh looks at every kind of breach, on literal scenes: what the rule's judge says of each, and what they agree on.
import { describe, expect, test } from 'vitest'
import type { Breach, Clearance } from '../core/fresh-look.ts'
import type { Scene } from '../core/scene.ts'
import { defaultPolicy } from '../core/team.ts'
import { FreshLook } from './fresh-look.ts'
import type { Rule } from './rule.ts'
import { CORRUPT, healthRule, ONLINE, silent } from './rules/attended.ts'
import { crowding } from './rules/kinds/crowding.ts'
import { dirtyRoad } from './rules/kinds/dirty-road.ts'
import { illegalParking } from './rules/kinds/illegal-parking.ts'
import { overflowingBin } from './rules/kinds/overflowing-bin.ts'
import { carAt, observationsIn, person, play, ruleOf, START_AT, scenes, vehicle } from './rules/painted.ts'
import { bin, litterPlace, road } from './rules/painted-samples.ts'

const SECONDS = { 'illegal-parking': { forMs: 30_000 }, crowding: { forMs: 60_000 } } as const

/** Plays the scenes to the rule and the look: "34 clear" with the second of the scene that decided, or the counts. */
function looking(rule: Rule, breach: Breach, clear: Clearance, ...parts: readonly (readonly Scene[])[]): string {
  const look = new FreshLook(rule.judgeOf(breach), clear)
  for (const scene of parts.flat()) {
    rule.observe(scene, scene.at)
    const verdict = look.take(scene.at, scene)
    if (verdict) return `${(scene.at - START_AT) / 1_000} ${verdict}`
  }
  const { clear: empty, there, blind } = look.samples
  return `clear ${empty}, there ${there}, blind ${blind}`
}

const boxOf = (x1: number) => ({ x1, y1: 0.5, x2: x1 + 0.1, y2: 0.7 })

/** What is open after these scenes. */
function breachAfter(rule: Rule, ...parts: readonly (readonly Scene[])[]): Breach {
  const last = observationsIn(play(rule, ...parts)).findLast(({ phase }) => phase === 'holds')
  if (!last) throw new Error('nothing opened')
  return { subject: last.subject, boxes: last.boxes }
}

describe('a parked car', () => {
  const HERE = carAt(0.4, 0.7)
  const CAR = vehicle(1, HERE)
  const OTHER = vehicle(2, HERE)
  const BUS = vehicle(3, { x1: 0.2, y1: 0.3, x2: 0.6, y2: 0.75 })
  const make = ruleOf(illegalParking, { grace: '20s', ignoreQueues: false, cooldown: '5m' })
  const clear = SECONDS['illegal-parking']
  const parked = (rule: Rule) => breachAfter(rule, scenes(0, 30, [CAR]))

  test.each<[string, readonly (readonly Scene[])[], string]>([
    ['has left: clear after half a minute', [scenes(30, 90, [])], '60 clear'],
    ['has not', [scenes(30, 90, [CAR])], '60 there'],
    ['leaves while the camera looks', [scenes(30, 50, [CAR]), scenes(50, 120, [])], '80 clear'],
    ['left and came back', [scenes(30, 50, []), scenes(50, 120, [CAR])], '80 there'],
    ['is missed in one picture of four', [scenes(30, 90, s => (s % 8 === 0 ? [] : [CAR]))], '60 there'],
    [
      'has left, and the camera was blind for a while',
      [scenes(30, 50, []), scenes(50, 70, [], { view: 'dark' }), scenes(70, 120, [])],
      '82 clear',
    ],
    ['cannot be seen in the dark', [scenes(30, 90, [], { view: 'dark' })], 'clear 0, there 0, blind 30'],
    ['cannot be seen behind a bus', [scenes(30, 90, [BUS])], 'clear 0, there 0, blind 30'],
    ['was replaced by another at once', [scenes(30, 90, [OTHER])], '60 clear'],
  ])('%s', (_, after, told) => {
    const rule = make()
    const breach = parked(rule)
    expect(looking(rule, breach, clear, ...after)).toBe(told)
  })

  test.each([
    ['for a second, again and again, is no reason to look longer', 1, '61 clear'],
    ['for four seconds of five is not seen to be gone', 4, 'blind'],
  ])('hidden by a bus %s', (_, hiddenS, told) => {
    const rule = make()
    const breach = parked(rule)
    const passing = scenes(30, 90, atS => (atS % 5 < hiddenS ? [BUS] : []), { stepS: 0.25, density: 'dense' })
    expect(looking(rule, breach, clear, passing)).toContain(told)
  })

  test('whose rule has said before that it is over is looked at all the same', () => {
    const rule = make()
    const breach = parked(rule)
    play(rule, scenes(30, 90, []))
    expect(looking(rule, breach, clear, scenes(90, 180, []))).toBe('120 clear')
  })

  test('of which a new shard knows nothing is looked for where it was seen last', () => {
    const breach = parked(make())
    expect(looking(make(), breach, clear, scenes(30, 90, []))).toBe('60 clear')
    expect(looking(make(), breach, clear, scenes(30, 90, [CAR]))).toBe('clear 0, there 0, blind 30')
  })

  test('after the hours of the rule is for a person to judge, and an empty place is empty at any hour', () => {
    const hours = ruleOf(illegalParking, {
      grace: '20s',
      ignoreQueues: false,
      calendar: { from: '08:00', to: '08:01' },
    })
    const rule = hours()
    const breach = parked(rule)
    expect(looking(rule, breach, clear, scenes(60, 120, [CAR]))).toBe('clear 0, there 0, blind 30')
    expect(looking(rule, breach, clear, scenes(120, 180, []))).toBe('150 clear')
  })
})

describe('a crowd', () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => person(0.1 + 0.03 * index, 0.6))
  const make = ruleOf(crowding, { threshold: 8, clearBelow: 4, hold: '8s' }, { rule: 'crowding' })
  const clear = SECONDS.crowding

  test.each<[string, readonly (readonly Scene[])[], string]>([
    ['has gone', [scenes(20, 120, people(0))], '80 clear'],
    ['is no crowd any more', [scenes(20, 120, people(4))], '80 clear'],
    ['has thinned, but not enough', [scenes(20, 120, people(5))], '80 there'],
    ['has gone but for one picture of seven', [scenes(20, 120, s => people(s % 14 === 0 ? 6 : 2))], '80 clear'],
    [
      'hovers at the limit: undecided',
      [scenes(20, 100, s => people(s % 6 === 0 ? 6 : 4))],
      'clear 27, there 13, blind 0',
    ],
    [
      'cannot be counted through drops on the lens',
      [scenes(20, 80, [], { view: 'drops' })],
      'clear 0, there 0, blind 30',
    ],
  ])('%s', (_, after, told) => {
    const rule = make()
    const breach = breachAfter(rule, scenes(0, 20, people(9)))
    expect(looking(rule, breach, clear, ...after)).toBe(told)
  })
})

describe('a bin', () => {
  const make = ruleOf(overflowingBin, {}, { rule: 'overflowing-bin' })
  const { verifyClear } = defaultPolicy('overflowing-bin')
  const clear = verifyClear as Clearance
  /** Every five seconds, beside the schedule of thirty. */
  const often = (series: string) => bin(series, 180, 5).map(extra)

  test.each<[string, string, string]>([
    ['was emptied: three looks', 'kkk', '190 clear'],
    ['still overflows', 'OOO', '190 there'],
    ['was emptied but for one mistaken look', 'kOkk', '195 clear'],
    ['is emptied while the camera looks', 'OOkkk', '200 clear'],
    ['stands behind a person', 'pppppp', 'clear 0, there 0, blind 6'],
    ['has somebody before it in between', 'kppkpk', '205 clear'],
    ['is not there at all: nobody can say', '......', 'clear 0, there 0, blind 6'],
    ['is emptied, with litter beside it', 'lll', '190 clear'],
    ['cannot be seen', 'xxxx', 'clear 0, there 0, blind 4'],
  ])('%s', (_, series, told) => {
    const rule = make()
    const breach = breachAfter(rule, bin('OOOOOO'))
    expect(looking(rule, breach, clear, often(series))).toBe(told)
  })

  const DRAWN = { x1: 0.36, y1: 0.44, x2: 0.5, y2: 0.66 }
  test.each<[string, string, Breach['boxes'], string]>([
    ['emptied', 'kkk', [DRAWN], '190 clear'],
    ['left as it was', 'OOO', [DRAWN], '190 there'],
    ['where no bin stands, which as many looks as would decide it show', 'kkkkkk', [boxOf(0.8)], '195 blind'],
    ['hidden by a person, who goes away', 'ppppppkkk', [DRAWN], '220 clear'],
  ])('that a person drew, and that is %s', (_, series, boxes, told) => {
    expect(looking(make(), { subject: 'hand-1', boxes }, clear, often(series))).toBe(told)
  })

  test('looks between those of the schedule neither open nor close anything of the rule’s', () => {
    const rule = make()
    expect(play(rule, bin('OOOOOO', 0, 5).map(extra))).toEqual([])
    breachAfter(rule, bin('OOOOOO', 60))
    const before = JSON.stringify(rule.snapshot())
    expect(
      observationsIn(play(rule, bin('kkkkkk', 240, 5).map(extra))).filter(({ phase }) => phase === 'ended'),
    ).toEqual([])
    expect(JSON.parse(JSON.stringify(rule.snapshot())).slots[0].looks).toEqual(JSON.parse(before).slots[0].looks)
  })
})

describe('a dirty road', () => {
  const make = ruleOf(dirtyRoad, { persist: '3m' }, { rule: 'dirty-road' })
  const clear = defaultPolicy('dirty-road').verifyClear as Clearance
  const often = (rows: readonly string[]) => road(rows, 6, 1 / 12).map(extra)

  test.each<[string, readonly string[], string]>([
    ['was swept', ['...', '...', '...'], '370 clear'],
    ['was not', ['ooo', 'ooo', 'ooo'], '370 there'],
    ['was not, though each look misses some of it', ['o.o', '.oo', 'o..'], '370 there'],
    ['was swept while the camera looked', ['oo.....', 'oo.....', 'oo.....'], '390 clear'],
    ['has one piece of three left', ['...', '...', 'ooo'], '370 clear'],
    ['is covered by cars', ['cccc', 'cccc', 'cccc'], 'clear 0, there 0, blind 4'],
    ['lies in the dark', ['xxxx', '....', '....'], 'clear 0, there 0, blind 4'],
  ])('%s', (_, rows, told) => {
    const rule = make()
    const breach = breachAfter(rule, road(['oooooo', 'oooooo', 'oooooo']))
    expect(looking(rule, breach, clear, often(rows))).toBe(told)
  })

  test('of which a new shard knows nothing is looked for where its litter lay', () => {
    const breach: Breach = { subject: '', boxes: [0, 1, 2].map(litterPlace) }
    expect(looking(make(), breach, clear, often(['ooo', 'ooo', 'ooo']))).toBe('370 there')
    expect(looking(make(), breach, clear, often(['...', '...', '...']))).toBe('370 clear')
  })
})

describe('a camera', () => {
  const clear: Clearance = { forMs: 60_000 }
  const make = healthRule()
  const dark = { subject: 'dark', boxes: [] }

  test.each<[string, readonly Scene[], string]>([
    ['sees again', scenes(0, 120, []), '60 clear'],
    ['is still in the dark', scenes(0, 120, [], { view: 'dark' }), '60 there'],
    ['is covered, so that it is not dark', scenes(0, 120, [], { view: 'covered' }), '60 clear'],
  ])('that was in the dark %s', (_, after, told) => {
    expect(looking(make(), dark, clear, after)).toBe(told)
  })

  test('of which nobody can tell whether it has moved, in the dark', () => {
    const moved = { subject: 'moved', boxes: [] }
    expect(looking(make(), moved, clear, scenes(0, 60, [], { view: 'dark' }))).toBe('clear 0, there 0, blind 30')
  })

  test('that is still silent says so without a picture', () => {
    const rule = make()
    const look = new FreshLook(rule.judgeOf({ subject: 'offline', boxes: [] }), clear)
    const verdicts = silent(0, 90, 0).map(({ at, health = ONLINE }) => {
      rule.attend?.(health, at)
      return look.take(at)
    })
    expect(verdicts.findIndex(Boolean)).toBe(12)
    expect(verdicts.find(Boolean)).toBe('there')
  })

  test.each([
    ['corrupt', { problem: CORRUPT }, 'there'],
    ['corrupt', {}, 'clear'],
    ['clock-skew', { clockSkewMs: 60_000 }, 'there'],
    ['clock-skew', { clockSkewMs: 20 }, 'clear'],
  ] as const)('whose stream is or was %s: %j is %s', (subject, health, verdict) => {
    const rule = make()
    rule.attend?.({ ...ONLINE, ...health }, START_AT)
    expect(looking(rule, { subject, boxes: [] }, clear, scenes(0, 120, []))).toBe(`60 ${verdict}`)
  })
})

function extra(scene: Scene): Scene {
  return scene.conditions
    ? { ...scene, conditions: scene.conditions.map(sample => ({ ...sample, extra: true })) }
    : scene
}
