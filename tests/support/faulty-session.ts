// One viewer of the faulty RTSP server: the dialogue, the pictures in their time, and the fault that its camera has now.
import type { Socket } from 'node:net'
import { type AccessUnit, type ElementaryStream, HUGE_SPS, typeOf } from './access-units.ts'
import { RtpSender } from './rtp-sender.ts'

export type Fault =
  /** Connected, and nothing comes. */
  | 'stalled'
  /** The first half of a packet, and nothing after it. */
  | 'half-packet'
  /** Units of the right length and header, full of noise; every fifth has a header of noise too. */
  | 'garbage'
  /** The parameter set of another stream. */
  | 'wrong-sps'
  /** A parameter set that announces pictures of 16,000 × 16,000: 384 MB each. */
  | 'huge-sps'
  /** Asks for a password in mid-stream, hangs up, and asks whoever comes. */
  | 'unauthorised'
  /** Pictures of another size, from the next key frame on. */
  | 'resized'
  /** Both the pictures' and the reports' time are an hour on. */
  | 'clock-jump'
  /** Describes itself as of 0 pictures a second, and all its pictures have one time. */
  | 'zero-fps'
  /** Sixty pictures a second. */
  | 'burst'
  /** The other clip, which is to have one key frame only, its first. */
  | 'keyless'
  /** All that it sends leaves it a few bytes at a time. */
  | 'drip'
  /** Answers nobody a single word, though it accepts the connection. */
  | 'mute'

export interface ShownCamera {
  readonly clip: ElementaryStream
  readonly otherClip: ElementaryStream
  readonly fps: number
  readonly clock: (trueMs: number, elapsedMs: number) => number | undefined
  fault: Fault | 'none'
}

const REPORT_EVERY_MS = 1_000
/** Clients ask for life every half of this. */
const SESSION_S = 2
const JUMP_MS = 3_600_000
const BURST_FPS = 60
/** Bytes a second of a camera that drips: one picture takes half a minute, and no read ever waits for long. */
const DRIP = 4
/** A connection that is asked for a password hears the question, and is dropped so much later. */
const HANG_UP_AFTER_MS = 1_000
const METHODS = 'Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n'
const TRANSPORT = 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=00000001\r\n'
const REALM = 'WWW-Authenticate: Basic realm="camera"\r\n'

export class FaultySession {
  readonly #socket: Socket
  readonly #find: (name: string) => ShownCamera | undefined
  readonly #sender = new RtpSender(Math.floor(Math.random() * 2 ** 32))
  readonly #noise = noiseFrom(7)
  #camera: ShownCamera | undefined
  #inbox = Buffer.alloc(0)
  #lastCommand = 1
  #describedAs: Fault | 'none' = 'none'
  #playing: { readonly since: number; readonly sinceEpochMs: number } | undefined
  #sent = 0
  #clipIndex = 0
  #shown: ElementaryStream | undefined
  #mediaMs = 0
  #dueMs = 0
  #reportDueMs = 0
  #broken = false
  #refusedAt: number | undefined
  #dripping: { rest: Buffer; at: number } | undefined

  constructor(socket: Socket, find: (name: string) => ShownCamera | undefined) {
    this.#socket = socket
    this.#find = find
  }

  take(bytes: Buffer): void {
    this.#inbox = Buffer.concat([this.#inbox, bytes])
    for (;;) {
      // What a viewer reports of its reception comes between its requests.
      if (this.#inbox[0] === 0x24) {
        const length = 4 + (this.#inbox.length >= 4 ? this.#inbox.readUInt16BE(2) : 0)
        if (this.#inbox.length < Math.max(4, length)) return
        this.#inbox = this.#inbox.subarray(length)
        continue
      }
      const end = this.#inbox.indexOf('\r\n\r\n')
      if (end < 0) return
      const request = this.#inbox.toString('latin1', 0, end)
      this.#inbox = this.#inbox.subarray(end + 4)
      this.#answer(request)
    }
  }

  #answer(request: string): void {
    const [method = '', url = ''] = request.split(' ')
    const name = /^rtsp:\/\/[^/]+\/([^/ ?]+)/.exec(url)?.[1] ?? ''
    this.#camera ??= this.#find(name)
    this.#lastCommand = Number(/^cseq: *(\d+)/im.exec(request)?.[1] ?? 0)
    const camera = this.#camera
    if (camera?.fault === 'mute') return
    const session = `Session: 1;timeout=${SESSION_S}\r\n`
    if (!camera) this.#reply('404 Not Found')
    else if (camera.fault === 'unauthorised') this.#reply('401 Unauthorized', REALM)
    else if (method === 'OPTIONS') this.#reply('200 OK', METHODS)
    else if (method === 'DESCRIBE') {
      this.#describedAs = camera.fault
      this.#reply('200 OK', `Content-Base: ${url}/\r\n`, descriptionOf(camera))
    } else if (method === 'SETUP') this.#reply('200 OK', `${session}${TRANSPORT}`)
    else if (method === 'PLAY') {
      this.#reply('200 OK', session)
      this.#playing = { since: performance.now(), sinceEpochMs: Date.now() }
    } else if (method === 'TEARDOWN') this.#socket.end()
    else this.#reply('200 OK', session)
  }

  #reply(status: string, headers = '', body = ''): void {
    const type = body && `Content-Type: application/sdp\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
    this.#write(Buffer.from(`RTSP/1.0 ${status}\r\nCSeq: ${this.#lastCommand}\r\n${headers}${type}\r\n${body}`))
  }

  /** Sends what has come due. */
  tick(): void {
    const camera = this.#camera
    if (this.#dripping) this.#drip(camera?.fault === 'drip')
    if (!camera || !this.#playing || this.#broken) return
    const elapsedMs = performance.now() - this.#playing.since
    if (camera.fault === 'unauthorised') {
      this.#askForPassword(elapsedMs)
      return
    }
    // Nobody would hear of it before the next connection.
    if (camera.fault === 'zero-fps' && this.#describedAs !== 'zero-fps') {
      this.#socket.destroy()
      return
    }
    if (camera.fault === 'stalled' || camera.fault === 'mute') {
      this.#dueMs = elapsedMs
      return
    }
    while (this.#dueMs <= elapsedMs && !this.#broken) {
      const intervalMs = 1_000 / (camera.fault === 'burst' ? BURST_FPS : camera.fps)
      this.#picture(camera, elapsedMs)
      this.#dueMs += intervalMs
      if (camera.fault !== 'zero-fps') this.#mediaMs = this.#dueMs
    }
  }

  #picture(camera: ShownCamera, elapsedMs: number): void {
    const jumpMs = camera.fault === 'clock-jump' ? JUMP_MS : 0
    if (elapsedMs >= this.#reportDueMs) {
      this.#reportDueMs = elapsedMs + REPORT_EVERY_MS
      const trueMs = (this.#playing?.sinceEpochMs ?? 0) + elapsedMs
      const saidMs = camera.clock(trueMs, elapsedMs)
      // A camera whose pictures have no time reports none either.
      const mediaNowMs = camera.fault === 'zero-fps' ? this.#mediaMs : elapsedMs
      if (saidMs !== undefined) this.#write(this.#sender.report(mediaNowMs + jumpMs, saidMs + jumpMs))
    }
    const nals = this.#nalsOf(this.#next(camera), camera)
    const packets = this.#sender.picture(nals, this.#mediaMs + jumpMs)
    this.#broken = camera.fault === 'half-packet'
    this.#write(this.#broken ? packets.subarray(0, 4 + Math.floor((packets.readUInt16BE(2) + 1) / 2)) : packets)
    this.#sent++
  }

  /** The clip over and over; another one begins with a key frame, as every clip does. */
  #next(camera: ShownCamera): AccessUnit {
    const wanted = camera.fault === 'resized' || camera.fault === 'keyless' ? camera.otherClip : camera.clip
    if (wanted !== this.#shown) {
      this.#shown = wanted
      this.#clipIndex = 0
    }
    const picture = wanted.pictures[this.#clipIndex % wanted.pictures.length]
    this.#clipIndex++
    if (!picture) throw new Error('a clip without pictures')
    return picture
  }

  #nalsOf({ nals }: AccessUnit, camera: ShownCamera): readonly Buffer[] {
    const spsInstead = { 'wrong-sps': camera.otherClip.sps, 'huge-sps': HUGE_SPS }[camera.fault as string]
    if (spsInstead) return nals.map(nal => (typeOf(nal) === 7 ? spsInstead : nal))
    if (camera.fault !== 'garbage') return nals
    return nals.map(nal => {
      const noise = Buffer.from(nal.map(() => this.#noise() * 256))
      if (this.#sent % 5 !== 4) noise[0] = nal[0] ?? 0
      return noise
    })
  }

  #askForPassword(elapsedMs: number): void {
    if (this.#refusedAt === undefined) {
      this.#refusedAt = elapsedMs
      this.#reply('401 Unauthorized', REALM)
    } else if (elapsedMs - this.#refusedAt >= HANG_UP_AFTER_MS) this.#socket.destroy()
  }

  #write(bytes: Buffer): void {
    if (this.#socket.destroyed) return
    if (this.#dripping) this.#dripping.rest = Buffer.concat([this.#dripping.rest, bytes])
    else if (this.#camera?.fault === 'drip') this.#dripping = { rest: bytes, at: performance.now() }
    else this.#socket.write(bytes)
  }

  #drip(still: boolean): void {
    const drip = this.#dripping
    if (!drip || this.#socket.destroyed) return
    const now = performance.now()
    const count = still ? Math.floor(((now - drip.at) * DRIP) / 1_000) : drip.rest.length
    if (count > 0) {
      this.#socket.write(drip.rest.subarray(0, count))
      this.#dripping = still ? { rest: drip.rest.subarray(count), at: now } : undefined
    }
  }
}

function descriptionOf({ clip, fps, fault, otherClip }: ShownCamera): string {
  const { sps, pps } = fault === 'wrong-sps' ? { ...clip, sps: otherClip.sps } : clip
  const level = sps.subarray(1, 4).toString('hex')
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=camera',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'm=video 0 RTP/AVP 96',
    'a=rtpmap:96 H264/90000',
    `a=fmtp:96 packetization-mode=1;profile-level-id=${level};sprop-parameter-sets=${sps.toString('base64')},${pps.toString('base64')}`,
    `a=framerate:${fault === 'zero-fps' ? 0 : fps}`,
    'a=control:video',
    '',
  ].join('\r\n')
}

/** 0…1, the same from the same seed (a linear congruential generator is noise enough for a decoder). */
function noiseFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
