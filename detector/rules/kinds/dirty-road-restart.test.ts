// Roads across restarts, and whatever they do: told in order, in a small snapshot.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  boxAt,
  type MakeRule,
  observationsIn,
  play,
  ruleOf,
  sampleAt,
  sight,
  story,
  throughRestarts,
  told,
} from '../painted.ts'
import { road } from '../painted-samples.ts'
import { dirtyRoad } from './dirty-road.ts'

const rule = (options: object = {}): MakeRule => ruleOf(dirtyRoad, options, { rule: 'dirty-road' })
const three = (row: string) => [row, row, row]
const o = (count: number) => 'o'.repeat(count)
const clean = (count: number) => '.'.repeat(count)

test('a restart at any point changes nothing', () => {
  const row = `${o(4)}.${o(3)}ccxx${o(8)}${clean(7)}____${o(3)}${'_'.repeat(22)}${o(14)}`
  const street = road([row, row, row.replaceAll('c', '.'), row.replaceAll('.', 'o')])
  const make = rule()
  const { on, anew, revision } = throughRestarts(make, street, (each, scene) => play(each, [scene]))
  expect(anew).toEqual(on)
  expect(revision).toBeGreaterThan(2)
})

test('a restart from a lean snapshot keeps what is open', () => {
  const make = rule()
  const before = make()
  play(before, road(three(o(12))))
  const after = make(JSON.parse(JSON.stringify(before.snapshot(true))))
  expect(story(play(after, road(three(`oo${clean(8)}`), 12)))).toEqual([
    ...['720 holds A', '1080 cleared A', '1080 ended A'],
  ])
})

test('foreign state is ignored', () => {
  expect(story(play(rule()({ version: 1, state: 'x' }), road(three(o(12)))))).toContain('600 fired A')
})

test('however a road flickers, it is told in order, and a blind camera says nothing', () => {
  const next: Readonly<Record<string, readonly string[]>> = {
    idle: ['first', 'fired'],
    first: ['fired', 'dropped'],
    dropped: ['first', 'fired'],
    fired: ['holds'],
    holds: ['holds', 'cleared'],
    cleared: ['ended'],
    ended: ['ended', 'first', 'fired'],
  }
  const column = fc.oneof(
    { weight: 8, arbitrary: fc.array(fc.constantFrom('o', 'o', 'o', '.', 'c'), { minLength: 5, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constantFrom(['x'], ['_'], ['.', '.', '.', '.', '.']) },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(column, fc.integer({ min: 1, max: 6 })), { maxLength: 30 }), columns => {
      const rows = columns.flatMap(([letters, times]) => Array<readonly string[]>(times).fill(letters))
      const watched = rule({ persist: '4m' })()
      let last = 'idle'
      for (const scene of road([0, 1, 2, 3, 4].map(row => rows.map(letters => letters[row] ?? letters[0]).join('')))) {
        const findings = watched.observe(scene, scene.at)
        if (scene.view !== 'clear') expect(findings).toEqual([])
        for (const line of told(findings).map(text => text.replace(/^[\d.]+ /, '').split(' ')[0] ?? '')) {
          expect(next[last]).toContain(line)
          last = line
        }
      }
    }),
    { numRuns: 60, seed: 20260105 },
  )
})

test('a road full of litter keeps a small snapshot', () => {
  const full = rule()()
  const grid = Array.from({ length: 400 }, (_, n) =>
    boxAt(0.0243 + (n % 25) * 0.0391, 0.2417 + Math.floor(n / 25) * 0.0473, 0.0131),
  )
  play(
    full,
    Array.from({ length: 62 }, (_, n) =>
      sampleAt(
        n * 60,
        grid.map(box => sight('litter', box, 0.637)),
      ),
    ),
  )
  const [said] = observationsIn(play(full, [sampleAt(62 * 60, [])]))
  expect(said?.measure).toEqual({ name: 'pieces', value: 200, limit: 3, unit: 'pieces' })
  expect(said?.boxes).toHaveLength(60)
  expect(JSON.stringify(full.snapshot()).length).toBeLessThan(65_536)
})
