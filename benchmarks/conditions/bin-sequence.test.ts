// The script of bin sequences: of a seed, with the story that its name says.
import { expect, test } from 'vitest'
import { contains } from '../../core/geometry.ts'
import { type Casting, type Sequence, STEP_MS, sequences } from './bin-sequence.ts'
import type { Cutting } from './cuttings.ts'
import { STREET_SIZE } from './streets.ts'

const cutting = (label: Cutting['label'], number: number): Cutting => ({
  ...{ file: `${label}-${number}.jpg`, label, box: { x1: 0.2, y1: 0.2, x2: 0.4, y2: 0.6 } },
  ...{ widthPx: 128, heightPx: 256 },
})
const street = (name: string) => ({
  name,
  ground: { x1: 0.4, y1: 0.5, x2: 0.6, y2: 0.9 },
  image: { widthPx: 1, heightPx: 1, pixels: new Uint8Array(3) },
})
const CAST: Casting = {
  streets: [street('one'), street('two')],
  ok: [1, 2, 3, 4, 5, 6].map(number => cutting('bin', number)),
  overflowing: [1, 2].map(number => cutting('bin-overflow', number)),
}
const COUNTS = { overflow: 2, quiet: 1, people: 1, swapped: 1, light: 1 }

/** What can be compared: everything but the function. */
const written = (all: readonly Sequence[]) =>
  all.map(({ gainAt, ...rest }) => ({ ...rest, gains: Array.from({ length: rest.frames }, (_, at) => gainAt(at)) }))

test('one seed is one set of sequences, and another seed another', () => {
  expect(written(sequences(CAST, COUNTS, 1))).toEqual(written(sequences(CAST, COUNTS, 1)))
  expect(written(sequences(CAST, COUNTS, 1))).not.toEqual(written(sequences(CAST, COUNTS, 2)))
})

test('an overflowing bin takes the place of a full one, is emptied, and truth says when', () => {
  const [first, second] = sequences(CAST, COUNTS, 1)
  for (const sequence of [first, second]) {
    expect(sequence?.stands.map(({ cutting: { label } }) => label)).toEqual(['bin', 'bin-overflow', 'bin'])
    const [, overflowing, emptied] = sequence?.stands ?? []
    expect((overflowing?.fromFrame ?? 0) * STEP_MS).toBe(sequence?.overflowsMs)
    expect((emptied?.fromFrame ?? 0) * STEP_MS).toBe(sequence?.emptiedMs)
  }
  expect(new Set([first, second].map(sequence => sequence?.stands[1]?.cutting.file)).size).toBe(2)
})

test('where nothing happens no bin overflows, and only where it is swapped another one stands there', () => {
  const quiet = sequences(CAST, COUNTS, 1).slice(2)
  for (const { story, overflowsMs, stands } of quiet) {
    expect(overflowsMs, story).toBeNull()
    expect(
      stands.map(({ cutting: { label } }) => label),
      story,
    ).toEqual(story === 'swapped' ? ['bin', 'bin'] : ['bin'])
  }
})

test('light goes to its limits only where that is the story', () => {
  for (const { story, gainAt, frames } of sequences(CAST, COUNTS, 1)) {
    const gains = Array.from({ length: frames }, (_, frame) => gainAt(frame))
    const swing = Math.max(...gains) - Math.min(...gains)
    expect(swing > 1, story).toBe(story === 'light')
    expect(swing, story).toBeGreaterThan(0.2)
  }
})

test('the bin stands whole in its zone, and the zone in the frame', () => {
  for (const { zone, foot, binHeightPx } of sequences(CAST, COUNTS, 3)) {
    const top = { x: foot.xPx / STREET_SIZE.widthPx, y: (foot.yPx - binHeightPx + 1) / STREET_SIZE.heightPx }
    const bottom = { x: top.x, y: (foot.yPx - 1) / STREET_SIZE.heightPx }
    expect(contains(zone, top)).toBe(true)
    expect(contains(zone, bottom)).toBe(true)
    expect(zone.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true)
  }
})
