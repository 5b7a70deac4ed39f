// The pictures of an H.264 elementary stream (Annex B), as the NAL units that a camera packs into RTP.
import { readFile } from 'node:fs/promises'

export interface AccessUnit {
  /** Without start codes, in their order. */
  readonly nals: readonly Buffer[]
  readonly key: boolean
}

export interface ElementaryStream {
  readonly sps: Buffer
  readonly pps: Buffer
  readonly pictures: readonly AccessUnit[]
}

const SLICE = 1
const KEY_SLICE = 5
const SPS = 7
const PPS = 8

export const typeOf = (nal: Buffer): number => (nal[0] ?? 0) & 0x1f

/** @throws Error where the file holds no picture or lacks its parameter sets; pictures must be of one slice each */
export async function readElementaryStream(path: string): Promise<ElementaryStream> {
  const pictures: AccessUnit[] = []
  let [sps, pps]: (Buffer | undefined)[] = []
  let nals: Buffer[] = []
  for (const nal of nalsOf(await readFile(path))) {
    const type = typeOf(nal)
    nals.push(nal)
    if (type === SPS) sps ??= nal
    if (type === PPS) pps ??= nal
    if (type !== SLICE && type !== KEY_SLICE) continue
    pictures.push({ nals, key: type === KEY_SLICE })
    nals = []
  }
  if (!sps || !pps || !pictures[0]?.key) throw new Error(`${path}: no H.264 elementary stream`)
  return { sps, pps, pictures }
}

function* nalsOf(bytes: Buffer): Generator<Buffer> {
  const START = Buffer.from([0, 0, 1])
  let from = bytes.indexOf(START)
  while (from >= 0) {
    const next = bytes.indexOf(START, from + 3)
    let to = next < 0 ? bytes.length : next
    // A start code of four bytes begins with one more zero, which belongs to no unit.
    while (next >= 0 && to > from + 3 && bytes[to - 1] === 0) to--
    yield bytes.subarray(from + 3, to)
    from = next
  }
}

/** Exp-Golomb, as most numbers of a parameter set are written (H.264, 9.1). */
const ue = (value: number): string => {
  const bits = (value + 1).toString(2)
  return '0'.repeat(bits.length - 1) + bits
}

/** A sequence parameter set (H.264, 7.3.2.1.1) of a baseline stream of 1,000 × 1,000 macroblocks, far beyond any level and just within what FFmpeg takes. */
export const HUGE_SPS: Buffer = (() => {
  const numbers = [ue(0), ue(0), ue(2), ue(1), '0', ue(999), ue(999), '1', '1', '0', '0', '1'].join('')
  const bits = numbers.padEnd(Math.ceil(numbers.length / 8) * 8, '0')
  const bytes = bits.match(/.{8}/g)?.map(byte => Number.parseInt(byte, 2)) ?? []
  return Buffer.from([0x67, 66, 0, 51, ...bytes])
})()
