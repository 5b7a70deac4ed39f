// Bin slots: the places at which bins stand in a zone, told apart by place, and what each sample said about them.
import { z } from 'zod'
import type { Zone } from '../../core/camera.ts'
import { type Box, boxArea, centre, hullBox, intersectionArea } from '../../core/geometry.ts'
import { contentId } from '../../core/ids.ts'
import type { Detection } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { heldSchema, overSchema } from './observing.ts'
import { boxSchema, exceptThese, isHidden, isInside, isPart, pairByPlace, placeAfter } from './same-place.ts'

/** `unseen` is not among them: what could not be judged is not written down as if it had been. */
export const BIN_STATES = ['ok', 'overflow', 'litter-beside'] as const
export type BinState = (typeof BIN_STATES)[number]

/** [at, state, score of `bin-overflow`, whether litter lies beside it]. */
const lookSchema = z.tuple([z.number(), z.enum(BIN_STATES), z.number(), z.boolean()])
export type BinLook = z.output<typeof lookSchema>

/** The mean of the looks that say overflow. */
const scoredSchema = z.object({ score: z.number() })
const openSchema = scoredSchema.extend(heldSchema.shape)
const endedSchema = scoredSchema.extend(overSchema.shape)
export type OpenSlot = z.output<typeof openSchema>

export const slotSchema = z.object({
  /** Minted once, from the place at first sight. */
  id: z.string(),
  box: boxSchema,
  sightings: z.number(),
  /** When a bin was last found here. */
  lastAt: z.number(),
  /** Why the last sample did not judge it: something stood before it, or no bin was found; null where it did. */
  unseen: z.enum(['hidden', 'absent']).nullable(),
  /** Samples since the last sighting in which nothing hid the place and no bin was there. */
  absent: z.number(),
  looks: z.array(lookSchema),
  /** Looks before it do not count: they opened or closed something, or lie before a gap. */
  countedFrom: z.number(),
  candidate: z.boolean(),
  open: openSchema.nullable(),
  ended: endedSchema.nullable(),
})
export type Slot = z.output<typeof slotSchema>

export interface SlotOptions {
  readonly minScore: { readonly bin: number; readonly overflow: number; readonly litter: number }
  readonly coverShare: number
  readonly maxGap: number
}

const MOST_SLOTS = 32
/** Twelve minutes of the default schedule; with 32 slots the snapshot stays below 56 KiB. */
export const MOST_LOOKS = 24
/** Sightings after which a place follows its bin only slowly. */
const SETTLED_AFTER = 10
/** Seen less often than this, it may have been anything; it is forgotten after a gap. */
const FIRM_AFTER = 3
/** A bin that stood there yesterday is looked for again after a night in which nothing could be seen. */
const FORGET_AFTER_MS = 24 * 3_600_000
/** Litter this many bin sizes to either side, and half of it below, lies beside the bin. */
const BESIDE = 0.5
/** Ids are minted on a grid of so many cells across the picture: a slot that was forgotten is found under its old name. */
const ID_GRID = 32

interface SeenBin {
  readonly box: Box
  readonly state: BinState
  readonly score: number
  readonly beside: boolean
}

/** The bins of one sample: boxes of one place are one bin, in the state that its surest box says. */
function binsOf(detections: readonly Detection[], minScore: SlotOptions['minScore']): readonly SeenBin[] {
  const least: Readonly<Record<string, number>> = { bin: minScore.bin, 'bin-overflow': minScore.overflow }
  const sure = detections
    .filter(({ label, score }) => score >= (least[label] ?? Number.POSITIVE_INFINITY))
    .toSorted((a, b) => b.score - a.score)
  const bins: Detection[] = []
  for (const one of sure) if (!bins.some(other => isSameBin(other.box, one.box))) bins.push(one)
  const litter = detections.filter(({ label, score }) => label === 'litter' && score >= minScore.litter)
  return bins.map(({ box, label }) => {
    const heaped = sure.filter(other => other.label === 'bin-overflow' && isSameBin(other.box, box))
    const beside = litter.some(piece => liesBeside(piece.box, box))
    const calm = beside ? 'litter-beside' : 'ok'
    return { box, state: label === 'bin-overflow' ? 'overflow' : calm, score: heaped[0]?.score ?? 0, beside }
  })
}

/** Half of the smaller box in the larger: two bins of a row share less, two boxes of one bin more. */
export function isSameBin(a: Box, b: Box): boolean {
  return intersectionArea(a, b) > 0.5 * Math.min(boxArea(a), boxArea(b))
}

function liesBeside(litter: Box, bin: Box): boolean {
  const width = bin.x2 - bin.x1
  const height = bin.y2 - bin.y1
  const around = {
    x1: bin.x1 - BESIDE * width,
    y1: bin.y1 + height / 2,
    x2: bin.x2 + BESIDE * width,
    y2: bin.y2 + BESIDE * height,
  }
  return intersectionArea(litter, around) >= 0.5 * boxArea(litter)
}

/**
 * The slots after one more sample. Pure: the same slots and sample give the same answer.
 * @param movers boxes of people and vehicles in the same frame
 * @returns also the slots that were forgotten, none of them open
 */
export function lookAtSlots(
  slots: readonly Slot[],
  detections: readonly Detection[],
  movers: readonly Box[],
  at: EpochMs,
  zone: Pick<Zone, 'id' | 'cameraId'>,
  options: SlotOptions,
): { readonly slots: readonly Slot[]; readonly forgotten: readonly Slot[] } {
  const bins = binsOf(detections, options.minScore)
  const boxes = bins.map(({ box }) => box)
  const places = slots.map(({ box }) => box)
  const pairs = withParts(pairByPlace(places, boxes), places, boxes)
  const parts = partsOf(slots, boxes, new Set(pairs.values()))
  const taken = new Set([...pairs.values(), ...parts.keys()])
  const others = exceptThese(movers, boxes)
  const known = slots.map((slot, index) => {
    const first = bins[pairs.get(index) ?? -1]
    const bin = first && bins.filter((_, each) => parts.get(each) === index).reduce(asOne, first)
    if (isHidden(slot.box, others, options.coverShare)) return { ...slot, unseen: 'hidden' as const }
    if (bin) return judged(slot, bin, at, options.maxGap)
    // One box over two bins judges the one that it fits better, and hides the other.
    if (boxes.some(box => isPart(slot.box, box))) return { ...slot, unseen: 'hidden' as const }
    return { ...slot, unseen: 'absent' as const, absent: slot.absent + 1 }
  })
  const lost = known.filter(slot => isForgotten(slot, at, options.maxGap))
  const kept = known.filter(slot => !lost.includes(slot))
  for (const [index, bin] of bins.entries()) {
    if (taken.has(index) || isHidden(bin.box, others, options.coverShare)) continue
    const room = kept.length < MOST_SLOTS || makeRoom(kept, lost, at)
    if (room) kept.push(judged(minted(bin.box, at, kept, zone), bin, at, options.maxGap))
  }
  return { slots: kept, forgotten: lost }
}

/** A bin without its heap may be a small part of its slot, and a heap many times the bin; what fits nothing else is that. */
function withParts(pairs: ReadonlyMap<number, number>, places: readonly Box[], boxes: readonly Box[]) {
  const all = new Map(pairs)
  const left = new Set(boxes.keys())
  for (const index of pairs.values()) left.delete(index)
  for (const [index, place] of places.entries()) {
    const part = all.has(index) ? undefined : [...left].find(each => isPart(place, boxes[each] ?? place))
    if (part === undefined) continue
    all.set(index, part)
    left.delete(part)
  }
  return all
}

/**
 * Boxes that fit no slot of their own and lie in one that is well known: a bin of two lids is found as one, and as two.
 * @returns index of the slot by index of the box
 */
function partsOf(
  slots: readonly Slot[],
  boxes: readonly Box[],
  paired: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const known = new Map<number, number>()
  for (const [each, box] of boxes.entries()) {
    if (paired.has(each)) continue
    const index = slots.findIndex(slot => slot.sightings >= FIRM_AFTER && isInside(box, slot.box))
    if (index >= 0) known.set(each, index)
  }
  return known
}

/** Two parts of a bin: it overflows where one of them does. */
function asOne(a: SeenBin, b: SeenBin): SeenBin {
  const { state } = a.state === 'overflow' || b.state === 'ok' ? a : b
  return { box: hullBox(a.box, b.box), state, score: Math.max(a.score, b.score), beside: a.beside || b.beside }
}

function judged(slot: Slot, { box, state, score, beside }: SeenBin, at: EpochMs, maxGapMs: number): Slot {
  const last = slot.looks.at(-1)
  const broken = last !== undefined && !slot.open && at - last[0] > maxGapMs
  return {
    ...slot,
    box: placeAfter(slot.box, slot.sightings, SETTLED_AFTER, box),
    sightings: slot.sightings + 1,
    lastAt: at,
    unseen: null,
    absent: 0,
    looks: [...slot.looks, [at, state, score, beside] as BinLook].slice(-MOST_LOOKS),
    countedFrom: broken ? at : slot.countedFrom,
  }
}

function minted(box: Box, at: EpochMs, others: readonly Slot[], zone: Pick<Zone, 'id' | 'cameraId'>): Slot {
  const { x, y } = centre(box)
  const cell = [Math.floor(x * ID_GRID), Math.floor(y * ID_GRID)] as const
  let id = ''
  for (let ordinal = 0; id === '' || others.some(slot => slot.id === id); ordinal++) {
    id = contentId(zone.cameraId, zone.id, ...cell, ordinal)
  }
  return {
    ...{ id, box, sightings: 0, lastAt: at, unseen: null, absent: 0, looks: [] },
    ...{ countedFrom: at, candidate: false, open: null, ended: null },
  }
}

function isForgotten(slot: Slot, at: EpochMs, maxGapMs: number): boolean {
  const unseenMs = at - slot.lastAt
  return !slot.open && unseenMs > (slot.sightings < FIRM_AFTER ? maxGapMs : FORGET_AFTER_MS)
}

/** Forgets the slot that has been out of sight for longest, unless it is open or was seen just now. */
function makeRoom(kept: Slot[], lost: Slot[], at: EpochMs): boolean {
  const [oldest] = kept.filter(slot => !slot.open && slot.lastAt < at).sort((a, b) => a.lastAt - b.lastAt)
  if (!oldest) return false
  kept.splice(kept.indexOf(oldest), 1)
  lost.push(oldest)
  return true
}

/** The looks that count: since the slot opened or closed last, and not before a gap. */
export function counted(slot: Slot): readonly BinLook[] {
  return slot.looks.filter(([at]) => at >= slot.countedFrom)
}

/** Time between `since` and the last look in which the slot was due (every `everyMs`) and was not judged. */
export function unseenMs(looks: readonly BinLook[], since: EpochMs, everyMs: number): number {
  let sum = 0
  let before: EpochMs | undefined
  for (const [at] of looks) {
    if (before !== undefined && at > since) sum += missedMs(at - before, everyMs)
    before = at
  }
  return sum
}

/** A sample that comes a little late was not missed: key frames do not come on the second. */
export function missedMs(gapMs: number, everyMs: number): number {
  return gapMs > 2 * everyMs ? gapMs - everyMs : 0
}
