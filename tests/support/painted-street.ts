// A picture of a textured street with squares on it, in sensor noise and under a light that can change, for tests.
import { RgbPicture } from './rgb-picture.ts'

/** In pixels; `level` is added to all colours, `red` to red alone. */
export interface Square {
  readonly x: number
  readonly y: number
  readonly sidePx: number
  readonly level: number
  readonly red?: number
}

export interface Street {
  readonly widthPx: number
  readonly heightPx: number
  /** Of the noise; the street itself is always the same. */
  readonly seed: number
  /** Most that noise adds or takes, 0…255. */
  readonly noise?: number
  readonly light?: number
  readonly squares?: readonly Square[]
}

export function paintedStreet({ widthPx, heightPx, seed, noise = 0, light = 0, squares = [] }: Street): RgbPicture {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const on = squares.filter(one => x >= one.x && x < one.x + one.sidePx && y >= one.y && y < one.y + one.sidePx)
      const level = 100 + light + 40 * hashed(x >> 5, y >> 5, 7) + on.reduce((sum, one) => sum + one.level, 0)
      const red = on.reduce((sum, one) => sum + (one.red ?? 0), 0)
      for (let colour = 0; colour < 3; colour++, at++) {
        const grain = noise === 0 ? 0 : noise * (2 * hashed(x * 3 + colour, y, seed) - 1)
        pixels[at] = Math.max(0, Math.min(255, Math.round(level + (colour === 0 ? red : 0) + grain)))
      }
    }
  }
  return new RgbPicture({ widthPx, heightPx, pixels })
}

/** 0…1, of nothing but its arguments (integer hash after Wang). */
function hashed(...parts: readonly number[]): number {
  let hash = 61
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x27d4eb2d)
    hash ^= hash >>> 15
  }
  return (hash >>> 0) / 2 ** 32
}
