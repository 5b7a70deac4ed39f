// Reads an MP4's boxes (ISO/IEC 14496-12), as far as tests ask about them.

export interface Box {
  readonly type: string
  readonly body: Buffer
}

const PARENTS = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'moof', 'traf']

/** @throws Error where a box is cut off */
export function boxesOf(bytes: Uint8Array): readonly Box[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const boxes: Box[] = []
  for (let at = 0; at < buffer.length; ) {
    const size = buffer.readUInt32BE(at)
    if (size < 8 || at + size > buffer.length) throw new Error(`a box of ${size} bytes at ${at} of ${buffer.length}`)
    boxes.push({ type: buffer.toString('latin1', at + 4, at + 8), body: buffer.subarray(at + 8, at + size) })
    at += size
  }
  return boxes
}

export const typesOf = (bytes: Uint8Array): readonly string[] => boxesOf(bytes).map(({ type }) => type)

export function find(bytes: Uint8Array, wanted: string): readonly Box[] {
  return boxesOf(bytes).flatMap(box => [
    ...(box.type === wanted ? [box] : []),
    ...(PARENTS.includes(box.type) ? find(box.body, wanted) : []),
  ])
}

/** `sample_is_non_sync_sample` of the first sample of a fragment, wherever its flags stand (§8.8.7 and §8.8.8). */
export function beginsWithSync(fragment: Uint8Array): boolean {
  const [tfhd] = find(fragment, 'tfhd')
  const [trun] = find(fragment, 'trun')
  if (!tfhd || !trun) throw new Error('no fragment')
  const headFlags = tfhd.body.readUInt32BE(0) & 0xffffff
  const before = [0x1, 0x2, 0x8, 0x10].reduce((at, flag) => at + (headFlags & flag ? (flag === 1 ? 8 : 4) : 0), 8)
  const fallback = headFlags & 0x20 ? tfhd.body.readUInt32BE(before) : 0
  const runFlags = trun.body.readUInt32BE(0) & 0xffffff
  const first = 8 + (runFlags & 0x1 ? 4 : 0)
  const skip = (runFlags & 0x100 ? 4 : 0) + (runFlags & 0x200 ? 4 : 0)
  const flags =
    runFlags & 0x4 ? trun.body.readUInt32BE(first) : runFlags & 0x400 ? trun.body.readUInt32BE(first + skip) : fallback
  return (flags & 0x10000) === 0
}
