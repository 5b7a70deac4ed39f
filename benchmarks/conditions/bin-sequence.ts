// Sequences of one bin on one street: what happens, when, and every picture of it. All of a seed, with exact truth.
import type { RgbImage } from '../../core/frame.ts'
import { type Box, expandBox, hullBox, type Polygon } from '../../core/geometry.ts'
import { seededRandom } from '../../fixtures/random.ts'
import { type DrawingName, placeDrawing, type SpriteSheet } from '../../fixtures/sprites.ts'
import { copyOf, draw, gainFor, layOn, shoot } from './canvas.ts'
import { type Cutting, cut } from './cuttings.ts'
import { STREET_SIZE, type Street } from './streets.ts'

/** Half of the schedule of a bin's zone: the gate sees twice as many frames as the network. */
export const STEP_MS = 15_000
/** Three minutes full, six overflowing, four emptied; of those in which nothing happens, ten minutes. */
const OVERFLOWS_AT = 12
const LASTS = 24
const OVERFLOW_FRAMES = 52
const QUIET_FRAMES = 40

/** `overflow` has an event in it; in the others nothing happens that an operator should hear of. */
const STORIES = ['overflow', 'quiet', 'people', 'swapped', 'light'] as const
export type Story = (typeof STORIES)[number]

interface Stand {
  readonly cutting: Cutting
  readonly fromFrame: number
}

interface Passer {
  readonly frame: number
  readonly drawing: DrawingName
  readonly mirrored: boolean
  /** Of the bin, in bin heights: 0 stands right before it. */
  readonly aside: number
  readonly colours: Readonly<Record<string, string>>
}

export interface Sequence {
  readonly name: string
  readonly story: Story
  readonly street: Street
  readonly frames: number
  readonly binHeightPx: number
  /** Bottom-centre of the bin. */
  readonly foot: { readonly xPx: number; readonly yPx: number }
  /** Which bin stands there from when. */
  readonly stands: readonly Stand[]
  readonly passers: readonly Passer[]
  readonly zone: Polygon
  /** From the first frame; null in a sequence without. */
  readonly overflowsMs: number | null
  readonly emptiedMs: number | null
  readonly gainAt: (frame: number) => number
  readonly seed: number
}

export interface Casting {
  readonly streets: readonly Street[]
  readonly ok: readonly Cutting[]
  readonly overflowing: readonly Cutting[]
}

/** Bins of 40 to 160 px, at random places of a street; each bin is used once before any is used again. */
export function sequences(
  casting: Casting,
  counts: Readonly<Record<Story, number>>,
  seed: number,
): readonly Sequence[] {
  const random = seededRandom(seed)
  const ok = dealer(casting.ok, random)
  const overflowing = dealer(casting.overflowing, random)
  const stories = STORIES.flatMap(story => Array.from({ length: counts[story] }, () => story))
  return stories.map((story, index) => {
    const street = casting.streets[index % casting.streets.length]
    if (!street) throw new Error('no street')
    return sequence(`${String(index).padStart(2, '0')}-${story}-${street.name}`, story, street, {
      random,
      ok,
      overflowing,
    })
  })
}

interface Chance {
  readonly random: () => number
  readonly ok: () => Cutting
  readonly overflowing: () => Cutting
}

function sequence(name: string, story: Story, street: Street, { random, ok, overflowing }: Chance): Sequence {
  const before = ok()
  const binHeightPx = Math.round(40 + random() * 120)
  const overflow = story === 'overflow'
  const stands: Stand[] = [{ cutting: before, fromFrame: 0 }]
  if (overflow) {
    stands.push({ cutting: overflowing(), fromFrame: OVERFLOWS_AT })
    stands.push({ cutting: before, fromFrame: OVERFLOWS_AT + LASTS })
  }
  if (story === 'swapped') stands.push({ cutting: ok(), fromFrame: QUIET_FRAMES / 2 })
  const frames = overflow ? OVERFLOW_FRAMES : QUIET_FRAMES
  const foot = footOn(street, binHeightPx, random)
  const boxes = stands.map(stand => boxOf(stand.cutting, binHeightPx, foot))
  const phase = random()
  return {
    ...{ name, story, street, frames, binHeightPx, foot, stands },
    passers: passers(frames, story === 'people' ? 0.6 : 0.15, random),
    zone: corners(expandBox(boxes.reduce(hullBox), 0.15)),
    overflowsMs: overflow ? OVERFLOWS_AT * STEP_MS : null,
    emptiedMs: overflow ? (OVERFLOWS_AT + LASTS) * STEP_MS : null,
    gainAt: frame => 1 - (story === 'light' ? TO_THE_LIMITS : DRIFT) * wave(frame / frames + phase),
    seed: Math.floor(random() * 2 ** 31),
  }
}

/** Every card of a shuffled pack before it is shuffled anew. */
function dealer<T>(cards: readonly T[], random: () => number): () => T {
  let pack: T[] = []
  return () => {
    if (pack.length === 0) {
      pack = cards
        .map(card => ({ card, order: random() }))
        .sort((a, b) => a.order - b.order)
        .map(({ card }) => card)
    }
    const card = pack.pop()
    if (card === undefined) throw new Error('there is nothing to cut out')
    return card
  }
}

/** Of the light, within one sequence: as a cloud does it; and to dusk and to glare, 0.4 and 1.6 of it. */
const DRIFT = 0.12
const TO_THE_LIMITS = 0.6
const wave = (turns: number): number => Math.sin(2 * Math.PI * turns)

/** Nowhere so near an edge that the widest bin would be cut. */
function footOn({ ground }: Street, binHeightPx: number, random: () => number): Sequence['foot'] {
  const { widthPx, heightPx } = STREET_SIZE
  const xPx = Math.round((ground.x1 + random() * (ground.x2 - ground.x1)) * widthPx)
  const yPx = Math.round((ground.y1 + random() * (ground.y2 - ground.y1)) * heightPx)
  return { xPx: Math.min(widthPx - binHeightPx, Math.max(binHeightPx, xPx)), yPx }
}

const widthOf = (cutting: Cutting, heightPx: number): number =>
  Math.max(8, Math.round((cutting.widthPx / cutting.heightPx) * heightPx))

function boxOf(cutting: Cutting, binHeightPx: number, { xPx, yPx }: Sequence['foot']): Box {
  const half = widthOf(cutting, binHeightPx) / 2
  const { widthPx, heightPx } = STREET_SIZE
  return {
    x1: (xPx - half) / widthPx,
    y1: (yPx - binHeightPx) / heightPx,
    x2: (xPx + half) / widthPx,
    y2: yPx / heightPx,
  }
}

const corners = ({ x1, y1, x2, y2 }: Box): Polygon => [
  { x: x1, y: y1 },
  { x: x2, y: y1 },
  { x: x2, y: y2 },
  { x: x1, y: y2 },
]

const PERSONS = ['person-a', 'person-b', 'person-c', 'person-d'] as const
const COLOURS = {
  TOP: ['#3b6ea5', '#b5473c', '#e0d9c8', '#4f7d4a', '#222a33'],
  LEGS: ['#2b3340', '#4a4f57', '#5c4a3a'],
  SKIN: ['#d9a883', '#c68f68', '#e3b894'],
  HAIR: ['#1c1a19', '#2d2520', '#4a3a2c'],
  BAG: ['#7a3e3a', '#33383e'],
}

function passers(frames: number, share: number, random: () => number): readonly Passer[] {
  const pick = <T>(all: readonly [T, ...T[]] | readonly T[]): T => all[Math.floor(random() * all.length)] as T
  return Array.from({ length: frames }, (_, frame) => frame).flatMap(frame => {
    if (random() >= share) return []
    const colours = Object.fromEntries(Object.entries(COLOURS).map(([token, all]) => [token, pick(all)]))
    return [{ frame, drawing: pick(PERSONS), mirrored: random() < 0.5, aside: (random() * 2 - 1) * 2, colours }]
  })
}

/** A person is half as tall again as a bin; the drawings are 260 high and 124 wide. */
const PERSON_HEIGHT = 1.6
const PERSON_STRETCH = 260 / 124

/** The sequence's pictures, one by one; each is the caller's own. */
export async function* pictures(
  { street, stands, foot, binHeightPx, passers: people, frames, gainAt, seed }: Sequence,
  sheet: SpriteSheet,
  noise: Int8Array,
): AsyncGenerator<RgbImage> {
  const random = seededRandom(seed)
  const scenes = await Promise.all(
    stands.map(async ({ cutting, fromFrame }) => ({
      fromFrame,
      image: await withBin(street, cutting, binHeightPx, foot),
    })),
  )
  for (let frame = 0; frame < frames; frame++) {
    const standing = scenes.findLast(({ fromFrame }) => fromFrame <= frame)
    if (!standing) throw new Error('no bin stands there')
    const passing = people.filter(passer => passer.frame === frame)
    const scene = passing.length > 0 ? copyOf(standing.image) : standing.image
    for (const { drawing, mirrored, aside, colours } of passing) {
      const heightPx = binHeightPx * PERSON_HEIGHT
      const widthPx = Math.round(heightPx / PERSON_STRETCH)
      const sprite = await sheet.sprite(drawing, colours, widthPx, mirrored)
      const place = placeDrawing(drawing, widthPx, foot.xPx + aside * binHeightPx, foot.yPx + 4, mirrored)
      draw(scene, sprite, place)
    }
    const shake = () => Math.floor(random() * 3) - 1
    const shot = { shiftX: shake(), shiftY: shake(), gain: gainAt(frame), noiseAt: Math.floor(random() * 1_000_000) }
    yield shoot(scene, shot, noise)
  }
}

async function withBin(
  { image: street }: Street,
  cutting: Cutting,
  binHeightPx: number,
  { xPx, yPx }: Sequence['foot'],
): Promise<RgbImage> {
  const widthPx = widthOf(cutting, binHeightPx)
  const piece = await cut(cutting, widthPx, binHeightPx)
  const corner = { leftPx: Math.round(xPx - widthPx / 2), topPx: yPx - binHeightPx }
  const image = copyOf(street)
  layOn(image, piece, corner, gainFor(piece, street, corner))
  return image
}
