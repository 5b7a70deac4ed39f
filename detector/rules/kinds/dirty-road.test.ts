// Litter that stays, flickers, is hidden, swept away or never lay there, as strings of samples.
import { describe, expect, test } from 'vitest'
import type { Box } from '../../../core/geometry.ts'
import type { SceneObject } from '../../../core/scene.ts'
import {
  boxAt,
  type MakeRule,
  observationsIn,
  play,
  ruleOf,
  START_AT,
  sampleAt,
  sceneAt,
  sight,
  story,
  told,
} from '../painted.ts'
import { litterPlace, road } from '../painted-samples.ts'
import { dirtyRoad } from './dirty-road.ts'

const rule = (options: object = {}): MakeRule => ruleOf(dirtyRoad, options, { rule: 'dirty-road' })

const three = (row: string) => [row, row, row]
const o = (count: number) => 'o'.repeat(count)
const clean = (count: number) => '.'.repeat(count)

/** Seconds as minutes, so that the lines can be compared with the rows. */
const minutes = (lines: readonly string[]) =>
  lines.map(line => line.replace(/^\d+/, seconds => String(Number(seconds) / 60)))
const tale = (rows: readonly string[], options: object = {}) => minutes(story(play(rule(options)(), road(rows))))
const fires = (rows: readonly string[], options: object = {}) =>
  tale(rows, options).filter(line => line.includes('fired'))

describe('a dirty road from its beginning to its end', () => {
  test('opens once the litter has lain for long enough, repeats, and clears when it is gone', () => {
    const rows = three(o(13) + clean(8))
    expect(tale(rows)).toEqual(['1 first A', '10 fired A', '10 holds A', '17 cleared A', '17 ended A'])
    const between = Array.from({ length: 20 }, (_, n) => sceneAt(600 + n * 10, []))
    const dense = [...road(rows), ...between.filter(({ at: when }) => when % 60_000 !== 0)].sort((a, b) => a.at - b.at)
    expect(told(play(rule()(), dense)).filter(line => line.includes('holds'))).toHaveLength(23)
  })

  test('says since when, how much, beside which limit, and where', () => {
    const [first] = observationsIn(play(rule()(), road([o(15), o(15), `..${o(13)}`])))
    expect(first).toMatchObject({
      fingerprint: 'dirty-road|gate/kerb|',
      subject: '',
      since: START_AT + 120_000,
      dueAt: START_AT + 720_000,
      at: START_AT + 720_000,
      score: 0.6,
      severity: 'yellow',
      measure: { name: 'pieces', value: 3, limit: 3, unit: 'pieces' },
      blindMs: 0,
    })
    expect(first?.boxes).toHaveLength(3)
    expect(first?.reason.history.map(({ value }) => value)).toEqual([...Array(10).fill(0), 2, 2, 3])
  })

  test('one large heap is enough, and is measured as a share of the zone', () => {
    const heap = Array.from({ length: 12 }, (_, n) => sampleAt(n * 60, [sight('litter', boxAt(0.5, 0.7, 0.08))]))
    const [first] = observationsIn(play(rule()(), heap))
    expect(first?.measure).toEqual({ name: 'share', value: 0.008, limit: 0.005, unit: 'share' })
  })

  test.each<[string, readonly string[], number]>([
    ['two pieces are not three', [o(30), o(30)], 0],
    ['litter that is swept up in time is none', three(o(9) + clean(12)), 0],
    ['found in three looks of five', three('oo.o.'.repeat(5)), 1],
    ['found in two looks of five', three('o..o.'.repeat(8)), 0],
    ['nothing', ['.'.repeat(30)], 0],
  ])('%s', (_, rows, incidents) => {
    expect(fires(rows)).toHaveLength(incidents)
  })

  test('a candidate that comes to nothing is dropped', () => {
    expect(tale(three(o(5) + clean(10)))).toEqual(['1 first A', 'dropped A'])
  })
})

describe('what does not stay', () => {
  const moving = (boxAtMinute: (n: number) => Box, objects: (n: number) => readonly SceneObject[] = () => []) =>
    Array.from({ length: 40 }, (_, n) =>
      sampleAt(n * 60, [sight('litter', boxAtMinute(n))], { objects: [...objects(n)] }),
    )
  const single = { pieces: 1 }

  test('glare that wanders', () => {
    expect(
      play(
        rule(single)(),
        moving(n => boxAt(0.1 + 0.005 * n, 0.6)),
      ),
    ).not.toContainEqual(expect.objectContaining({ type: 'observation' }))
  })

  test('something that is now here and now there', () => {
    const findings = play(
      rule(single)(),
      moving(n => boxAt(0.1 + 0.13 * ((n * 7) % 6), 0.6)),
    )
    expect(observationsIn(findings)).toEqual([])
  })

  test('a bag that somebody holds, even if they stand still', () => {
    const holder: SceneObject = { label: 'person', score: 0.7, box: { x1: 0.47, y1: 0.4, x2: 0.53, y2: 0.72 } }
    expect(
      play(
        rule(single)(),
        moving(
          () => boxAt(0.5, 0.6),
          () => [holder],
        ),
      ),
    ).toEqual([])
  })

  test('the same without a person beside it is litter', () => {
    expect(
      observationsIn(
        play(
          rule(single)(),
          moving(() => boxAt(0.5, 0.6)),
        ),
      ).length,
    ).toBeGreaterThan(0)
  })
})

describe('hidden is not absent', () => {
  test('a car that stands on the litter for a while does not reset its clock', () => {
    expect(fires(three(`${o(4)}cccc${o(4)}`))).toEqual(['10 fired A'])
  })

  test('nor does it clear what is open', () => {
    expect(tale(three(`${o(12)}${'c'.repeat(40)}`))).toEqual(['1 first A', '10 fired A', '10 holds A'])
  })

  test('what is hidden for longer than maxGap before it counted is forgotten', () => {
    expect(fires(three(`${o(4)}${'c'.repeat(22)}${o(4)}`))).toEqual([])
  })

  test('two pieces hidden and one seen: it fires, and the picture shows the one', () => {
    expect(fires([`${o(11)}ccc`, `${o(11)}ccc`, `...${o(11)}`])).toEqual(['13 fired A'])
  })

  test('all of them hidden, it waits until one is seen', () => {
    expect(fires([`${o(9)}ccc${o(4)}`, `${o(9)}ccc${o(4)}`, `${o(9)}ccc${o(4)}`])).toEqual(['12 fired A'])
  })
})

describe('blind time and gaps', () => {
  test('blind time counts for nothing', () => {
    expect(fires(three(`${o(5)}xxxxx${o(3)}`))).toEqual([])
    expect(fires(three(`${o(5)}xxxxx${o(8)}`))).toEqual(['16 fired A'])
  })

  test('it is told, and does not clear', () => {
    const findings = play(rule()(), road(three(`${o(12)}${'x'.repeat(60)}oo`)))
    expect(minutes(story(findings))).toEqual(['1 first A', '10 fired A', '10 holds A'])
    expect(observationsIn(findings).at(-1)?.blindMs).toBe(61 * 60_000)
  })

  test('clips of a quarter of an hour apart: what lies on both sides has stayed', () => {
    expect(minutes(story(play(rule()(), road(three(o(4)), 0, 15))))).toEqual(['15 first A', '30 fired A', '30 holds A'])
    const [first] = observationsIn(play(rule()(), road(three(o(4)), 0, 15)))
    expect(first).toMatchObject({ since: START_AT, dueAt: START_AT + 30 * 60_000, blindMs: 30 * 60_000 })
  })

  test('a gap longer than maxGap proves nothing', () => {
    expect(fires(three(`${o(5)}${'_'.repeat(21)}${o(5)}`))).toEqual([])
  })
})

describe('hysteresis', () => {
  test('three pieces that are found in 60 % of the looks for hours are one incident', () => {
    const flicker = (seed: number) =>
      Array.from({ length: 300 }, (_, n) => ((n * 7919 + seed * 104_729) % 1_000 < 600 ? 'o' : '.')).join('')
    expect(tale([flicker(1), flicker(2), flicker(3)]).filter(line => /fired|cleared/.test(line))).toHaveLength(1)
  })

  test('two of three pieces taken away are not clean below half; all of them are', () => {
    expect(tale([o(40), o(40), o(12)])).not.toContainEqual(expect.stringContaining('cleared'))
    expect(tale([o(40), o(12), o(12)])).toContainEqual(expect.stringContaining('cleared'))
  })

  test('opens again under the same fingerprint, for the ledger to decide', () => {
    const findings = play(rule()(), road(three(`${o(12)}${clean(30)}${o(12)}`)))
    expect(minutes(story(findings)).filter(line => line.includes('fired'))).toEqual(['10 fired A', '52 fired A'])
    expect(new Set(observationsIn(findings).map(({ fingerprint }) => fingerprint)).size).toBe(1)
  })

  test('nine pieces are orange, at once, and it does not fall again', () => {
    const rows = [...three(o(40)), ...Array<string>(6).fill(`${clean(8)}${o(20)}${clean(12)}`)]
    const severities = observationsIn(play(rule()(), road(rows))).map(({ at: when, severity }) => [
      (when - START_AT) / 60_000,
      severity,
    ])
    expect(severities.find(([, severity]) => severity === 'orange')?.[0]).toBe(18)
    expect(severities.at(-1)?.[1]).toBe('orange')
  })
})

describe('one heap', () => {
  const whole = boxAt(0.5, 0.7, 0.04)
  const halves = [
    { ...whole, x2: 0.5 },
    { ...whole, x1: 0.5 },
  ]
  test('found as one piece and as two is one piece', () => {
    const street = Array.from({ length: 30 }, (_, n) =>
      sampleAt(
        n * 60,
        (n % 2 ? halves : [whole]).map(box => sight('litter', box)),
      ),
    )
    expect(observationsIn(play(rule()(), street))).toEqual([])
    const [first] = observationsIn(play(rule({ pieces: 1 })(), street))
    expect(first?.measure.value).toBe(1)
    expect(first?.dueAt).toBe(START_AT + 600_000)
  })

  test('found as a whole in a third of the looks, as two in a third and not at all in a third, it is there', () => {
    const seen = [[whole], halves, []]
    const street = Array.from({ length: 30 }, (_, n) =>
      sampleAt(
        n * 60,
        (seen[n % 3] ?? []).map(box => sight('litter', box)),
      ),
    )
    expect(observationsIn(play(rule({ pieces: 1 })(), street))).not.toEqual([])
  })

  test('that grows over a piece counts with all of its area', () => {
    const growing = Array.from({ length: 30 }, (_, n) =>
      sampleAt(n * 60, [sight('litter', boxAt(0.5, 0.7, n < 5 ? 0.02 : 0.08))]),
    )
    expect(observationsIn(play(rule()(), growing))[0]?.measure).toMatchObject({ name: 'share', value: 0.008 })
  })
})

describe('options', () => {
  test('what lies in an excepted box is no litter', () => {
    const { x1, y1, x2, y2 } = litterPlace(0)
    expect(fires(three(o(15)), { except: [[x1 - 0.01, y1 - 0.01, x2 + 0.01, y2 + 0.01]] })).toEqual([])
  })

  test('what covers a twentieth of the picture is no piece of litter', () => {
    const patch = (size: number) =>
      Array.from({ length: 15 }, (_, n) => sampleAt(n * 60, [sight('litter', boxAt(0.5, 0.6, size), 0.8)]))
    expect(observationsIn(play(rule()(), patch(0.23)))).toEqual([])
    expect(observationsIn(play(rule()(), patch(0.22)))).not.toEqual([])
    expect(observationsIn(play(rule({ maxPiece: 1 })(), patch(0.23)))).not.toEqual([])
  })

  test('detections below minScore are none', () => {
    expect(fires(three(o(15)), { minScore: 0.7 })).toEqual([])
  })

  test('outside its calendar nothing opens, and what was open ends', () => {
    const calendar = { from: '07:00', to: '08:15' }
    expect(tale(three(o(30)), { calendar })).toEqual(['1 first A', '10 fired A', '10 holds A', '15 ended A'])
  })

  test('asks for what it needs', () => {
    expect(rule()().conditions).toEqual({ everyMs: 60_000, labels: ['litter'], detail: 'pieces' })
  })

  test('the defaults are those of the domain', () => {
    expect(dirtyRoad.options.parse({})).toMatchObject({
      every: 60_000,
      persist: 600_000,
      pieces: 3,
      area: 0.005,
      clear: { k: 3, n: 4 },
    })
  })
})
