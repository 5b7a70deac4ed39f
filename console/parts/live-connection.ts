// One camera live, outside of React: a WebSocket, a MediaSource that it fills, and what is shown at present.
import type { StillsReason } from '../../core/live-view.ts'
import { authorization, checked, segment } from '../client/http.ts'
import { steer } from './live-edge.ts'

/** `browser`: it cannot play this codec, or choked on it · `token`: a WebSocket cannot carry the tab's token. */
export type WhyStills = StillsReason | 'browser' | 'token'

export type LiveState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'video' }
  | {
      readonly phase: 'stills'
      readonly why: WhyStills
      readonly codec: string
      readonly still?: string
      readonly at?: number
    }
  | { readonly phase: 'lost' }
  /** Nothing more will come, and trying again does not help. */
  | { readonly phase: 'gone'; readonly why: 'camera-gone' | 'refused' }

interface Message {
  readonly type: 'video' | 'stills' | 'still' | 'skipped' | 'ended'
  readonly codec?: string
  readonly why?: string
  readonly at?: number
}

const FIRST_RETRY_MS = 500
const MAX_RETRY_MS = 15_000
const POLL_MS = 2_000
/** A page that cannot keep up begins anew, at the newest key frame. */
const QUEUE_BYTES = 8 * 1_048_576
/** Of the server: the session has ended, or its rights have changed. */
const RIGHTS = 4401
const CAMERA_GONE = 4404

export class LiveConnection {
  readonly #cameraId: string
  readonly #video: HTMLVideoElement
  readonly #tell: (state: LiveState) => void
  readonly #isAway: () => boolean
  readonly #stop = new AbortController()
  #as: 'video' | 'stills'
  #why: WhyStills = 'asked'
  #codec = ''
  #socket: WebSocket | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #stillUrl: string | undefined
  #stillAt = 0
  #playing: Playing | undefined
  #binary: 'media' | 'still' = 'media'

  /** @param isAway whether the camera is known to have no picture */
  constructor(
    cameraId: string,
    as: 'video' | 'stills',
    video: HTMLVideoElement,
    tell: (state: LiveState) => void,
    isAway: () => boolean,
  ) {
    this.#cameraId = cameraId
    this.#as = as
    this.#video = video
    this.#tell = tell
    this.#isAway = isAway
  }

  start(): void {
    this.#tell({ phase: 'connecting' })
    if (authorization().authorization) void this.#poll()
    else this.#connect()
  }

  /** Frees everything. */
  close(): void {
    this.#stop.abort()
    clearTimeout(this.#retry)
    this.#socket?.close()
    this.#endVideo()
    if (this.#stillUrl) URL.revokeObjectURL(this.#stillUrl)
  }

  #connect(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(
      `${scheme}://${location.host}/api/cameras/${segment(this.#cameraId)}/live${this.#as === 'stills' ? '?as=stills' : ''}`,
    )
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return
      if (typeof data === 'string') this.#heard(JSON.parse(data) as Message)
      else if (this.#binary === 'still') this.#showStill(data)
      else this.#playing?.append(data)
    }
    socket.onclose = ({ code }) => {
      if (socket === this.#socket && !this.#stop.signal.aborted) this.#closed(code)
    }
  }

  #closed(code: number): void {
    this.#endVideo()
    if (code === CAMERA_GONE) {
      this.#tell({ phase: 'gone', why: 'camera-gone' })
      return
    }
    this.#tell({ phase: 'lost' })
    // A handshake that is refused says nothing of why: an ordinary request does, and asks to sign in where that is it.
    if (code === RIGHTS || this.#failures > 0) void this.#askWhy()
    this.#again()
  }

  async #askWhy(): Promise<void> {
    try {
      await checked(await fetch(`/api/cameras/${segment(this.#cameraId)}/live`, { signal: this.#stop.signal }))
    } catch (error) {
      const status = (error as { problem?: { status: number } }).problem?.status
      if (status !== 403 && status !== 404) return
      clearTimeout(this.#retry)
      this.#tell({ phase: 'gone', why: status === 404 ? 'camera-gone' : 'refused' })
    }
  }

  #again(): void {
    const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++)
    this.#retry = setTimeout(() => this.#connect(), waitMs * (0.7 + 0.6 * Math.random()))
  }

  #heard(message: Message): void {
    this.#failures = 0
    if (message.type === 'video') this.#beginVideo(message.codec ?? '')
    else if (message.type === 'stills') {
      this.#endVideo()
      if (this.#as === 'video') this.#why = (message.why as WhyStills | undefined) ?? 'codec'
      this.#codec = message.codec || this.#codec
      this.#tellStills()
    } else if (message.type === 'still') {
      this.#binary = 'still'
      this.#stillAt = message.at ?? Date.now()
    }
  }

  #beginVideo(codec: string): void {
    this.#endVideo()
    this.#binary = 'media'
    const type = `video/mp4; codecs="${codec}"`
    if (!('MediaSource' in globalThis) || !MediaSource.isTypeSupported(type)) {
      this.#fallBack(codec)
      return
    }
    this.#playing = new Playing(this.#video, type, {
      onPicture: () => this.#tell({ phase: 'video' }),
      onChoked: () => this.#fallBack(codec),
      onBehind: () => this.#socket?.close(),
    })
  }

  /** This browser will not play it, however often it is tried: stills from now on. */
  #fallBack(codec: string): void {
    this.#endVideo()
    this.#as = 'stills'
    this.#why = 'browser'
    this.#codec = codec
    const old = this.#socket
    this.#socket = undefined
    old?.close()
    this.#tellStills()
    this.#connect()
  }

  #endVideo(): void {
    this.#playing?.close()
    this.#playing = undefined
  }

  #showStill(jpeg: ArrayBuffer | Blob): void {
    this.#binary = 'media'
    const before = this.#stillUrl
    this.#stillUrl = URL.createObjectURL(new Blob([jpeg], { type: 'image/jpeg' }))
    this.#tellStills()
    // The picture that stands there is drawn until the new one is.
    if (before) setTimeout(() => URL.revokeObjectURL(before), 1_000)
  }

  #tellStills(): void {
    const shown = this.#stillUrl ? { still: this.#stillUrl, at: this.#stillAt } : {}
    this.#tell({ phase: 'stills', why: this.#why, codec: this.#codec, ...shown })
  }

  async #poll(): Promise<void> {
    this.#why = this.#as === 'stills' ? 'asked' : 'token'
    const url = `/api/cameras/${segment(this.#cameraId)}/still`
    while (!this.#stop.signal.aborted) {
      // Each question for a picture of a camera that is away would be waited for, and answered by an error.
      if (!this.#isAway() && !(await this.#ask(url))) return
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
  }

  /** @returns whether to ask again */
  async #ask(url: string): Promise<boolean> {
    try {
      const response = await checked(await fetch(url, { headers: authorization(), signal: this.#stop.signal }))
      this.#stillAt = Number(response.headers.get('jiemu-taken-at')) || Date.now()
      this.#showStill(await response.blob())
    } catch (error) {
      if (this.#stop.signal.aborted) return false
      const status = (error as { problem?: { status: number } }).problem?.status
      if (status === 403 || status === 404) {
        this.#tell({ phase: 'gone', why: status === 404 ? 'camera-gone' : 'refused' })
        return false
      }
      this.#tell({ phase: 'lost' })
    }
    return true
  }
}

interface PlayingTold {
  /** Something is shown. */
  onPicture(): void
  /** The browser cannot play it after all. */
  onChoked(): void
  /** More comes than can be taken in. */
  onBehind(): void
}

/** One stretch of video on its way into a <video>. */
class Playing {
  readonly #video: HTMLVideoElement
  readonly #source = new MediaSource()
  readonly #url = URL.createObjectURL(this.#source)
  readonly #told: PlayingTold
  #buffer: SourceBuffer | undefined
  #queue: ArrayBuffer[] = []
  #queuedBytes = 0
  #isClosed = false

  constructor(video: HTMLVideoElement, type: string, told: PlayingTold) {
    this.#video = video
    this.#told = told
    this.#source.addEventListener('sourceopen', () => {
      if (this.#isClosed) return
      this.#buffer = this.#source.addSourceBuffer(type)
      this.#buffer.addEventListener('updateend', () => this.#next())
      this.#next()
    })
    video.onerror = () => {
      if (!this.#isClosed) told.onChoked()
    }
    video.onloadeddata = () => told.onPicture()
    video.src = this.#url
    // Refused where nobody has touched the page yet, unless it is muted; then it starts by itself.
    video.muted = true
    void video.play().catch(() => undefined)
  }

  append(bytes: ArrayBuffer): void {
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.byteLength
    if (this.#queuedBytes > QUEUE_BYTES) this.#told.onBehind()
    else this.#next()
  }

  close(): void {
    this.#isClosed = true
    this.#queue = []
    this.#video.onerror = null
    this.#video.onloadeddata = null
    this.#video.removeAttribute('src')
    this.#video.load()
    URL.revokeObjectURL(this.#url)
  }

  #next(): void {
    const buffer = this.#buffer
    if (this.#isClosed || !buffer || buffer.updating || this.#source.readyState !== 'open') return
    try {
      const drop = this.#steer(buffer)
      if (drop !== undefined) {
        buffer.remove(0, drop)
        return
      }
      const bytes = this.#queue.shift()
      if (!bytes) return
      this.#queuedBytes -= bytes.byteLength
      buffer.appendBuffer(bytes)
    } catch {
      this.#told.onChoked()
    }
  }

  /** @returns up to where what was seen is to be forgotten */
  #steer({ buffered }: SourceBuffer): number | undefined {
    const spans = Array.from({ length: buffered.length }, (_, index) => ({
      from: buffered.start(index),
      to: buffered.end(index),
    }))
    const video = this.#video
    const { seekTo, rate, dropBefore } = steer(spans, video.currentTime)
    if (seekTo !== undefined) video.currentTime = seekTo
    if (video.playbackRate !== rate) video.playbackRate = rate
    if (video.paused) void video.play().catch(() => undefined)
    return dropBefore
  }
}
