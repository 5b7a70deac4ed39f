// Whether the lens is out of focus, or has drops on it: what has become of edges that used to be sharp.
import type { EpochMs } from '../core/time.ts'
import { CELLS, COLUMNS, FLAT } from './sharpness.ts'

/**
 * Blurred, where edges are as soft as that: half of them against what the camera once showed at the same places, or the
 * sharpest tenth by itself. Chosen on both JamCam days and 14 other cameras, a frame a second: untouched, that ratio was
 * never below 0.75 (rain at night against a dry midnight), and the sharpest tenth never below 45 hundredths of its rise.
 */
const BLURRED_RATIO = 0.5
const BLURRED_SHARPEST = 18
const LEAST_CELLS = 12
/** Far out of focus nothing rises within a cell any more: so few are left of the edges that once were sharp (untouched: 0.53). */
const LEFT_SHARE = 0.1

/** Edges that drops can be told by: those that were sharp nearly always, so that no car and no shadow made them. */
const STEADY = 0.9
const SHARP = 25
const LEARNING_MS = 600_000
const LONGEST_STEP_MS = 60_000
/**
 * Drops: this share of the steady edges is gone, side by side, for so long, while the others are as sharp as ever. On the
 * JamCam days edges that went out together were a fifth at most, but for two clips of 09801 in which a low sun lights up
 * what lies on the lens (0.37), one torn picture (0.57), and 0.25 for a second or two.
 */
const LOST_SHARE = 0.22
const MOST_LOST_SHARE = 0.8
const LEAST_LOST = 5
const LASTING_MS = 60_000
/** Of the lost edges, so many lie beside another: drops cover places, clouds and dusk take edges everywhere. */
const CLUSTERED_SHARE = 0.7

export class Focus {
  /** How often each cell has been sharp lately, 0…1. */
  readonly #steadiness = new Float64Array(CELLS)
  #learntMs = 0
  #at: EpochMs | undefined
  #lostMs: number | undefined

  /** @param usual cells of the reference view, where they are known */
  judge(cells: Uint8Array, usual: Uint8Array | undefined, at: EpochMs): 'clear' | 'blurred' | 'drops' {
    const elapsedMs = Math.max(0, at - (this.#at ?? at))
    const stepMs = Math.min(LONGEST_STEP_MS, elapsedMs)
    const first = this.#at === undefined
    this.#at = at
    if (isBlurred(cells, usual)) return 'blurred'
    if (this.#hasLost(cells)) {
      // What was lost before a gap and after it was not seen to last.
      this.#lostMs = this.#lostMs === undefined || elapsedMs > LONGEST_STEP_MS ? 0 : this.#lostMs + elapsedMs
      // Until it has lasted it may be a lorry; meanwhile nothing is learnt from it.
      return this.#lostMs >= LASTING_MS ? 'drops' : 'clear'
    }
    this.#lostMs = undefined
    this.#learn(cells, first ? 1 : 1 - Math.exp(-stepMs / LEARNING_MS))
    this.#learntMs += stepMs
    return 'clear'
  }

  #learn(cells: Uint8Array, share: number): void {
    for (const [cell, value] of cells.entries()) {
      const before = this.#steadiness[cell] ?? 0
      this.#steadiness[cell] = before + share * ((isSharp(value) ? 1 : 0) - before)
    }
  }

  #hasLost(cells: Uint8Array): boolean {
    if (this.#learntMs < LEARNING_MS) return false
    const steady = [...cells.keys()].filter(cell => (this.#steadiness[cell] ?? 0) >= STEADY)
    const lost = steady.filter(cell => !isSharp(cells[cell] ?? FLAT))
    if (steady.length < LEAST_CELLS || lost.length < LEAST_LOST) return false
    const share = lost.length / steady.length
    if (share < LOST_SHARE || share > MOST_LOST_SHARE) return false
    const gone = new Set(lost)
    const clustered = lost.filter(cell => neighbours(cell).some(other => gone.has(other)))
    return clustered.length >= CLUSTERED_SHARE * lost.length
  }
}

const isSharp = (value: number): boolean => value !== FLAT && value >= SHARP

function neighbours(cell: number): readonly number[] {
  const column = cell % COLUMNS
  return [
    ...(column > 0 ? [cell - 1] : []),
    ...(column < COLUMNS - 1 ? [cell + 1] : []),
    ...(cell >= COLUMNS ? [cell - COLUMNS] : []),
    ...(cell < CELLS - COLUMNS ? [cell + COLUMNS] : []),
  ]
}

function isBlurred(cells: Uint8Array, usual: Uint8Array | undefined): boolean {
  const told = [...cells].filter(value => value !== FLAT).sort((a, b) => a - b)
  const once = usual ? usual.filter(isSharp).length : 0
  if (once >= LEAST_CELLS && cells.filter(isSharp).length <= LEFT_SHARE * once) return true
  if (told.length < LEAST_CELLS) return false
  if (at(told, 0.9) < BLURRED_SHARPEST) return true
  const both = usual ? [...cells.keys()].filter(cell => cells[cell] !== FLAT && usual[cell] !== FLAT) : []
  if (!usual || both.length < LEAST_CELLS) return false
  const sorted = (values: Uint8Array) => both.map(cell => values[cell] ?? 0).sort((a, b) => a - b)
  return at(sorted(cells), 0.5) < BLURRED_RATIO * at(sorted(usual), 0.5)
}

/** The value below which `share` of the sorted ones lie. */
const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
