// Bins across restarts, and whatever they do: one subject each, told in order, in a small snapshot.
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
import { bin, shaken } from '../painted-samples.ts'
import { overflowingBin } from './overflowing-bin.ts'

const rule = (options: object = {}): MakeRule => ruleOf(overflowingBin, options, { rule: 'overflowing-bin' })

test('a restart at any point changes nothing', () => {
  const street = bin('kOkOOOxxOppLLkkkk..OO___________________________________________OOOOkkk')
  const make = rule()
  const { on, anew, revision } = throughRestarts(make, street, (each, scene) => play(each, [scene]))
  expect(anew).toEqual(on)
  expect(revision).toBeGreaterThan(0)
})

test('a restart from a lean snapshot keeps an open incident the same one', () => {
  const make = rule()
  const before = make()
  const opened = play(before, bin('OOOO'))
  const after = make(JSON.parse(JSON.stringify(before.snapshot(true))))
  const closed = play(after, bin('OOkkk', 120))
  expect(new Set(observationsIn([...opened, ...closed]).map(({ subject }) => subject)).size).toBe(1)
  expect(story(closed)).toEqual(['120 holds A', '240 cleared A', '240 ended A'])
})

test('foreign state is ignored', () => {
  expect(story(play(rule()({ version: 9, slots: 'x' }), bin('OOOO')))).toContain('90 fired A')
})

test('however a bin flickers and jitters, it is one subject, told in order, and never by a blind camera', () => {
  const letter = fc.constantFrom('k', 'O', 'O', 'l', 'L', '.', 'p', 'x', '_')
  const jitter = fc.integer({ min: -1, max: 1 })
  const next: Readonly<Record<string, readonly string[]>> = {
    idle: ['first'],
    first: ['fired', 'dropped'],
    dropped: ['first'],
    fired: ['holds'],
    holds: ['holds', 'cleared'],
    cleared: ['ended'],
    ended: ['ended', 'first'],
  }
  fc.assert(
    fc.property(fc.array(fc.tuple(letter, jitter, jitter), { maxLength: 80 }), series => {
      const watched = rule()()
      const names = new Set<string>()
      let last = 'idle'
      for (const [index, [shown, dx, dy]] of series.entries()) {
        for (const scene of shaken(bin(shown, index * 30), dx / 400, dy / 400)) {
          const findings = watched.observe(scene, scene.at)
          if (scene.view !== 'clear') expect(findings).toEqual([])
          for (const line of told(findings).map(text => text.replace(/^[\d.]+ /, '').split(' ')[0] ?? '')) {
            expect(next[last]).toContain(line)
            last = line
          }
          for (const { subject } of observationsIn(findings)) names.add(subject)
        }
      }
      expect(names.size).toBeLessThanOrEqual(1)
    }),
    { numRuns: 80, seed: 20260105 },
  )
})

test('of a crowd of flickering bins each says at most one thing a time, and the snapshot stays small', () => {
  const one = fc.record({
    label: fc.constantFrom('bin', 'bin-overflow', 'bin-overflow', 'litter'),
    x: fc.integer({ min: 1, max: 19 }),
    y: fc.integer({ min: 5, max: 19 }),
    size: fc.integer({ min: 2, max: 12 }),
  })
  fc.assert(
    fc.property(fc.array(fc.array(one, { maxLength: 40 }), { minLength: 1, maxLength: 12 }), samples => {
      const crowded = rule()()
      let atS = 0
      for (const seen of samples) {
        const detections = seen.map(({ label, x, y, size }) => sight(label, boxAt(x / 20, y / 20, size / 100), 0.734))
        for (let again = 0; again < 5; again++) {
          const observations = observationsIn(play(crowded, [sampleAt(atS, detections)]))
          expect(new Set(observations.map(({ fingerprint }) => fingerprint)).size).toBe(observations.length)
          atS += 30
        }
        expect(JSON.stringify(crowded.snapshot()).length).toBeLessThan(65_536)
      }
    }),
    { numRuns: 12, seed: 20260105 },
  )
})

test('thirty-two bins that overflow at once keep a small snapshot, and a thirty-third is left out', () => {
  const row = Array.from({ length: 33 }, (_, n) =>
    boxAt(0.0543 + (n % 11) * 0.0871, 0.3117 + Math.floor(n / 11) * 0.2, 0.0437),
  )
  const seen = row.flatMap(box => [
    sight('bin-overflow', box, 0.787),
    sight('litter', { ...box, x2: box.x1 + 0.0111, y1: box.y2 - 0.0111 }, 0.512),
  ])
  const full = rule()()
  const findings = play(
    full,
    Array.from({ length: 30 }, (_, n) => sampleAt(n * 30, seen)),
  )
  expect(new Set(observationsIn(findings).map(({ subject }) => subject)).size).toBe(32)
  expect(observationsIn(findings)[0]?.severity).toBe('orange')
  expect(JSON.stringify(full.snapshot()).length).toBeLessThan(65_536)
  expect(JSON.stringify(full.snapshot(true)).length).toBeLessThan(16_384)
})
