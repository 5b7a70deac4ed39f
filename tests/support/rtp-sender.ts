// RTP as a camera sends it over its RTSP connection: H.264 cut into packets (RFC 6184), and sender reports (RFC 3550).

const CLOCK_RATE = 90_000
const LARGEST_PAYLOAD = 1_400
const PAYLOAD_TYPE = 96
const FRAGMENT = 28
/** From the era of NTP, 1900, to that of everybody else. */
const NTP_1970_S = 2_208_988_800
const SECONDS = 2 ** 32

/** Numbers the packets of one session; all times in milliseconds. */
export class RtpSender {
  readonly #ssrc: number
  #sequence = 0
  #packets = 0
  #bytes = 0

  constructor(ssrc: number) {
    this.#ssrc = ssrc
  }

  /** One picture's packets, framed for the connection, the last of them marked. */
  picture(nals: readonly Buffer[], mediaMs: number): Buffer {
    const payloads = nals.flatMap(nal => (nal.length <= LARGEST_PAYLOAD ? [nal] : fragments(nal)))
    return Buffer.concat(
      payloads.map((payload, index) => framed(0, this.#packet(payload, mediaMs, index === payloads.length - 1))),
    )
  }

  /** Says that `mediaMs` is `senderMs` (since 1970; a camera that counts otherwise says so by a number that is far off). */
  report(mediaMs: number, senderMs: number): Buffer {
    const seconds = senderMs / 1_000 + NTP_1970_S
    const whole = Math.floor(seconds)
    const report = Buffer.alloc(28)
    report.writeUInt8(0x80, 0)
    report.writeUInt8(200, 1)
    report.writeUInt16BE(6, 2)
    report.writeUInt32BE(this.#ssrc, 4)
    report.writeUInt32BE(modulo(whole, SECONDS), 8)
    report.writeUInt32BE(Math.floor((seconds - whole) * SECONDS) >>> 0, 12)
    report.writeUInt32BE(ticks(mediaMs), 16)
    report.writeUInt32BE(this.#packets, 20)
    report.writeUInt32BE(modulo(this.#bytes, SECONDS), 24)
    return framed(1, report)
  }

  #packet(payload: Buffer, mediaMs: number, last: boolean): Buffer {
    const header = Buffer.alloc(12)
    header.writeUInt8(0x80, 0)
    header.writeUInt8(PAYLOAD_TYPE | (last ? 0x80 : 0), 1)
    header.writeUInt16BE(this.#sequence, 2)
    header.writeUInt32BE(ticks(mediaMs), 4)
    header.writeUInt32BE(this.#ssrc, 8)
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#packets++
    this.#bytes += payload.length
    return Buffer.concat([header, payload])
  }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
const ticks = (mediaMs: number): number => modulo(Math.round((mediaMs * CLOCK_RATE) / 1_000), SECONDS)

/** Interleaved with the answers of RTSP (RFC 2326, 10.12). */
function framed(channel: number, packet: Buffer): Buffer {
  const header = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff])
  return Buffer.concat([header, packet])
}

/** FU-A: the unit's own header goes into each part. */
function fragments(nal: Buffer): Buffer[] {
  const header = nal[0] ?? 0
  const parts: Buffer[] = []
  for (let from = 1; from < nal.length; from += LARGEST_PAYLOAD) {
    const part = nal.subarray(from, from + LARGEST_PAYLOAD)
    const start = from === 1 ? 0x80 : 0
    const end = from + LARGEST_PAYLOAD >= nal.length ? 0x40 : 0
    parts.push(Buffer.concat([Buffer.from([(header & 0xe0) | FRAGMENT, start | end | (header & 0x1f)]), part]))
  }
  return parts
}
