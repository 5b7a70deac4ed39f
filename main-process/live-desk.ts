// Who looks at which camera live: one stream of each camera from its shard, shared by all who look at it.
import type { LiveViewer, LiveViews } from '../api/live-ports.ts'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { LiveShow, LiveWish, Still } from '../core/live-view.ts'
import type { Clock, EpochMs } from '../core/time.ts'

export interface LiveDeskDeps {
  /** Tells the shards all that is looked at; of the others nothing is sent. */
  ask(wishes: readonly LiveWish[]): void
  readonly clock: Clock
}

/** Whoever asks for stills again within this time finds one there at once. */
const STILLS_FOR_MS = 15_000
/** A page that asks every two seconds gets what came since. */
const FRESH_MS = 2_500
/** Cameras whose key frames are further apart are shown by the one that is there. */
const WAIT_MS = 4_500
/** An older picture says nothing of now. */
const STALE_MS = 60_000
const SWEEP_MS = 5_000
/** Of one group of pictures, for who comes in the middle of it: 4 Mbit/s for half a minute. */
const GROUP_BYTES = 16 * 1_048_576

/** Whoever draws on a still takes their time; so many are kept of those that were handed out: 10 MB. */
const GIVEN_FOR_MS = 600_000
const MOST_GIVEN = 64

class Channel {
  readonly video = new Set<LiveViewer>()
  readonly stills = new Set<LiveViewer>()
  readonly waiting = new Set<(still: Still) => void>()
  stillsUntil: EpochMs = 0
  /** What is shown as video now, and its fragments since the last key frame. */
  showing: LiveShow | undefined
  group: LiveShow[] = []
  groupBytes = 0
  still: (Still & { readonly heardAt: EpochMs }) | undefined
}

export class LiveDesk implements LiveViews {
  readonly #deps: LiveDeskDeps
  readonly #channels = new Map<CameraId, Channel>()
  /** The newest last. */
  #given: readonly (Still & { readonly id: CameraId; readonly givenAt: EpochMs })[] = []
  #said = '[]'
  #sweep: NodeJS.Timeout | undefined

  constructor(deps: LiveDeskDeps) {
    this.#deps = deps
  }

  start(): this {
    this.#sweep = setInterval(() => this.#tell(), SWEEP_MS)
    return this
  }

  stop(): void {
    clearInterval(this.#sweep)
    this.keepOnly([])
  }

  viewers(id: CameraId): number {
    const channel = this.#channels.get(id)
    return channel ? channel.video.size + channel.stills.size : 0
  }

  /** @throws JiemuError still-missing */
  async still(id: CameraId): Promise<Still> {
    const { at, jpeg } = await this.#newest(id)
    const givenAt = this.#deps.clock.now()
    const others = this.#given.filter(one => givenAt - one.givenAt < GIVEN_FOR_MS && !(one.id === id && one.at === at))
    this.#given = [...others, { id, at, jpeg, givenAt }].slice(-MOST_GIVEN)
    return { at, jpeg }
  }

  /** The still of that instant, if it was handed out of late: what somebody has drawn on. */
  given(id: CameraId, at: EpochMs): Still | undefined {
    return this.#given.find(one => one.id === id && one.at === at)
  }

  async #newest(id: CameraId): Promise<Still> {
    const channel = this.#channel(id)
    channel.stillsUntil = this.#deps.clock.now() + STILLS_FOR_MS
    this.#tell()
    if (channel.still && this.#ageMs(channel.still) < FRESH_MS) return channel.still
    const fresh = await next(channel)
    if (fresh) return fresh
    if (channel.still && this.#ageMs(channel.still) < STALE_MS) return channel.still
    throw new JiemuError('still-missing', { camera: id })
  }

  /** @returns how to stop looking */
  watch(id: CameraId, as: 'video' | 'stills', viewer: LiveViewer): () => void {
    const channel = this.#channel(id)
    const viewers = channel[as]
    viewers.add(viewer)
    if (as === 'video') {
      if (channel.showing) viewer.show(channel.showing)
      for (const fragment of channel.group) viewer.show(fragment)
    } else viewer.show({ as: 'stills', why: 'asked', codec: '' })
    const { still } = channel
    if (showsStills(channel, as) && still && this.#ageMs(still) < STALE_MS) viewer.show({ as: 'still', ...still })
    this.#tell()
    return () => {
      viewers.delete(viewer)
      this.#tell()
    }
  }

  /** Takes in what a shard shows of a camera. */
  heard(id: CameraId, show: LiveShow): void {
    const channel = this.#channels.get(id)
    if (!channel) return
    if (show.as === 'still') this.#heardStill(channel, show)
    else {
      remember(channel, show)
      for (const viewer of channel.video) viewer.show(show)
    }
  }

  /** Turns away who looks at cameras that are gone. */
  keepOnly(cameras: readonly { readonly id: CameraId }[]): void {
    const present = new Set(cameras.map(({ id }) => id))
    for (const [id, channel] of this.#channels) {
      if (present.has(id)) continue
      this.#channels.delete(id)
      for (const viewer of [...channel.video, ...channel.stills]) viewer.gone()
    }
    this.#tell()
  }

  #channel(id: CameraId): Channel {
    const channel = this.#channels.get(id) ?? new Channel()
    this.#channels.set(id, channel)
    return channel
  }

  #heardStill(channel: Channel, { at, jpeg }: Still): void {
    channel.still = { at, jpeg, heardAt: this.#deps.clock.now() }
    for (const take of channel.waiting) take({ at, jpeg })
    const viewers = showsStills(channel, 'video') ? [...channel.stills, ...channel.video] : channel.stills
    for (const viewer of viewers) viewer.show({ as: 'still', at, jpeg })
  }

  #ageMs({ heardAt }: { readonly heardAt: EpochMs }): number {
    return this.#deps.clock.now() - heardAt
  }

  /** Level-triggered; the same again is not said twice. */
  #tell(): void {
    const now = this.#deps.clock.now()
    const wishes: LiveWish[] = []
    for (const [cameraId, channel] of this.#channels) {
      const video = channel.video.size > 0
      const stills = channel.stills.size > 0 || channel.stillsUntil > now
      if (video || stills) wishes.push({ cameraId, video, stills })
      // What was shown before is over: whoever comes next is shown it anew.
      if (!video) forget(channel)
      if (!video && !stills && channel.waiting.size === 0) this.#channels.delete(cameraId)
    }
    const said = JSON.stringify(wishes)
    if (said === this.#said) return
    this.#said = said
    this.#deps.ask(wishes)
  }
}

const showsStills = ({ showing }: Channel, as: 'video' | 'stills') => as === 'stills' || showing?.as === 'stills'

/** Keeps what somebody needs who comes now. */
function remember(channel: Channel, show: LiveShow): void {
  if (show.as !== 'fragment') {
    forget(channel)
    channel.showing = show
    return
  }
  const bytes = show.bytes.byteLength
  if (show.key) {
    channel.group = []
    channel.groupBytes = 0
  } else if (channel.group.length === 0) return
  channel.groupBytes += bytes
  if (channel.groupBytes <= GROUP_BYTES) channel.group.push(show)
  // Longer than anybody should have to catch up with: they begin with the next key frame.
  else channel.group = []
}

function forget(channel: Channel): void {
  channel.showing = undefined
  channel.group = []
  channel.groupBytes = 0
}

/** The next still, if one comes in time. */
function next({ waiting }: Channel): Promise<Still | undefined> {
  return new Promise(resolve => {
    const done = (still?: Still) => {
      clearTimeout(late)
      waiting.delete(done)
      resolve(still)
    }
    const late = setTimeout(done, WAIT_MS)
    waiting.add(done)
  })
}
