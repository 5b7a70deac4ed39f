// Where a photo was taken, as its EXIF block says; nothing else of the block is looked at, and none of it is kept.

export interface PhotoPlace {
  /** WGS-84 degrees, as phones write it. */
  readonly latitude: number
  readonly longitude: number
}

const GPS_IFD = 0x8825
const TAG = { latitudeRef: 1, latitude: 2, longitudeRef: 3, longitude: 4 } as const
const ENTRY_BYTES = 12
/** A directory of more entries is no camera's. */
const ENTRIES_LIMIT = 200

/** A block of TIFF directories (EXIF 2.3, §4.6); every offset in it is a stranger's. */
class Tiff {
  readonly #bytes: Buffer
  readonly #little: boolean

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#little = bytes.toString('latin1', 0, 2) === 'II'
  }

  u16(at: number): number {
    return this.#little ? this.#bytes.readUInt16LE(at) : this.#bytes.readUInt16BE(at)
  }
  u32(at: number): number {
    return this.#little ? this.#bytes.readUInt32LE(at) : this.#bytes.readUInt32BE(at)
  }

  /** Where each tag's entry lies. */
  directory(at: number): ReadonlyMap<number, number> {
    const count = Math.min(this.u16(at), ENTRIES_LIMIT)
    const entries = new Map<number, number>()
    for (let i = 0; i < count; i++) entries.set(this.u16(at + 2 + i * ENTRY_BYTES), at + 2 + i * ENTRY_BYTES)
    return entries
  }

  letter(entry: number | undefined): string {
    return entry === undefined ? '' : this.#bytes.toString('latin1', entry + 8, entry + 9)
  }

  /** Degrees, minutes and seconds, each a rational. */
  degrees(entry: number | undefined): number {
    if (entry === undefined) return Number.NaN
    const at = this.u32(entry + 8)
    const part = (index: number) => this.u32(at + index * 8) / this.u32(at + index * 8 + 4)
    return part(0) + part(1) / 60 + part(2) / 3_600
  }
}

/** @returns null where it says nothing, nonsense, or 0° 0°, which is what phones write that do not know */
export function exifPlace(exif: Buffer | undefined): PhotoPlace | null {
  if (!exif) return null
  try {
    const tiff = new Tiff(exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif)
    const gpsEntry = tiff.directory(tiff.u32(4)).get(GPS_IFD)
    if (gpsEntry === undefined) return null
    const gps = tiff.directory(tiff.u32(gpsEntry + 8))
    const side = (tag: number, negative: string) => (tiff.letter(gps.get(tag)) === negative ? -1 : 1)
    const latitude = tiff.degrees(gps.get(TAG.latitude)) * side(TAG.latitudeRef, 'S')
    const longitude = tiff.degrees(gps.get(TAG.longitude)) * side(TAG.longitudeRef, 'W')
    const known = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0)
    return known ? { latitude: degree(latitude), longitude: degree(longitude) } : null
  } catch {
    // An offset that leads out of the block.
    return null
  }
}

/** To a tenth of a metre: more digits would only be noise. */
const degree = (value: number): number => Number(value.toFixed(6))
