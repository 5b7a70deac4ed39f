// The ring: what it keeps, in which bounds, and that it can always be decoded from its first packet on.
import { AV_PKT_FLAG_KEY } from 'node-av/constants'
import { Packet } from 'node-av/lib'
import { expect, test } from 'vitest'
import { PacketRing } from './packet-ring.ts'

/** One packet every 100 ms from 0 on: "K" is a key frame, "." a picture that needs those before it. */
function fill(ring: PacketRing, pictures: string, bytes = 100, fromMs = 0): void {
  for (const [index, picture] of [...pictures].entries()) {
    using packet = new Packet()
    packet.alloc()
    packet.data = Buffer.alloc(bytes, index)
    if (picture === 'K') packet.setFlags(AV_PKT_FLAG_KEY)
    ring.put(packet, fromMs + index * 100)
  }
}
const shown = (ring: PacketRing) => ring.packets.map(({ key }) => (key ? 'K' : '.')).join('')

test('begins with a key frame, and counts what came before', () => {
  const ring = new PacketRing({ keepMs: 1_000, maxBytes: 10_000 })
  fill(ring, '..K..')
  expect(shown(ring)).toBe('K..')
  expect(ring.dropped).toEqual({ beforeKey: 2, tooLarge: 0 })
})

test.each([
  ['keeps all while it is young enough', 500, 'K...K', 'K...K'],
  ['keeps the group in which the wanted time begins', 500, 'K...K...K..', 'K...K..'],
  ['lets whole groups go, oldest first', 300, 'K..K..K..K..', 'K..K..'],
])('%s', (_, keepMs, pictures, expected) => {
  const ring = new PacketRing({ keepMs, maxBytes: 10_000 })
  fill(ring, pictures)
  expect(shown(ring)).toBe(expected)
  expect(ring.bytes).toBe(expected.length * 100)
})

test('covers less than the wanted time rather than more than its bytes', () => {
  const ring = new PacketRing({ keepMs: 60_000, maxBytes: 500 })
  fill(ring, 'K..K..K..')
  expect(shown(ring)).toBe('K..')
  expect(ring.bytes).toBeLessThanOrEqual(500)
})

test('of 4 Mbit/s with a key frame every 2 s, eight seconds are 4 to 5 MB', () => {
  const ring = new PacketRing({ keepMs: 8_000, maxBytes: 12 * 1_048_576 })
  const sizes: number[] = []
  for (let group = 0; group < 20; group++) {
    fill(ring, `K${'.'.repeat(19)}`, 50_000, group * 2_000)
    sizes.push(ring.bytes)
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000_000)
  expect(ring.bytes).toBeGreaterThanOrEqual(4_000_000)
})

test('drops a group that is larger than itself, and goes on with the next key frame', () => {
  const ring = new PacketRing({ keepMs: 60_000, maxBytes: 500 })
  fill(ring, 'K......')
  expect(shown(ring)).toBe('')
  fill(ring, 'K.', 100, 700)
  expect(shown(ring)).toBe('K.')
  expect(ring.dropped).toEqual({ beforeKey: 1, tooLarge: 6 })
})

test('drops a group that lasts longer than half a minute: nobody can use it', () => {
  const ring = new PacketRing({ keepMs: 1_000, maxBytes: 1_000_000 })
  fill(ring, `K${'.'.repeat(301)}`, 10)
  expect(shown(ring)).toBe('')
})

test('gives what there is since a time, from a key frame on', () => {
  const ring = new PacketRing({ keepMs: 60_000, maxBytes: 10_000 })
  fill(ring, 'K..K..K.')
  const from = (at: number) => ring.since(at)[0]?.arrivedAt
  expect([from(-1), from(0), from(250), from(300), from(599), from(9_999)]).toEqual([0, 0, 0, 300, 300, 600])
  expect(ring.newestGroup()).toHaveLength(2)
})

test('is empty once cleared', () => {
  const ring = new PacketRing({ keepMs: 1_000, maxBytes: 1_000 })
  fill(ring, 'K..')
  ring.clear()
  expect([ring.bytes, ring.packets.length, ring.newestGroup().length]).toEqual([0, 0, 0])
})
