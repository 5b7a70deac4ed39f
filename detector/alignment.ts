// Whether a camera still looks where it looked when its zones were drawn: aligned, moved, or not confirmed since.

import type { Point } from '../core/geometry.ts'
import type { SightHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { ReferenceView, ViewWord } from '../core/reference-view.ts'
import type { EpochMs } from '../core/time.ts'
import {
  agreementAt,
  type Features,
  featuresOf,
  HEIGHT_PX,
  type Match,
  movedBack,
  readPicture,
  register,
  WIDTH_PX,
  writePicture,
} from './reference-view.ts'

/**
 * A match needs both. Chosen on both JamCam days: one view against itself 15 minutes later agreed by 0.36 or more and
 * stood out by 8.8 or more (190 pairs, sunrise, glare and rain among them), noon against midnight by 0.18 and 4.7; two
 * different cameras by at most 0.14 and 3.9 (214 pairs).
 */
const MATCH_AGREEMENT = 0.165
const MATCH_CONTRAST = 4.5
/** Below this another view is shown; between the two nothing is concluded. */
const MISMATCH_CONTRAST = 4.2
/** A match against which the frame's own place may be measured for a long time to come. */
const FIRM_CONTRAST = 6

/** Blocks with structure, of 56, that a view needs to be known again by; and as a share of what the reference has. */
const LEAST_STRUCTURE = 12
const LEAST_STRUCTURE_SHARE = 0.5

/** Shares of the width. A little less to return than to leave, so that a view on the limit does not flicker. */
const MOST_DRIFT = 0.03
const RETURN_DRIFT = 0.027

const SEARCH_EVERY_MS = 30_000
/** Search at once where the agreement has fallen below this share of what it was. */
const FALLEN = 0.75
const REFRESH_EVERY_MS = 600_000
const LAPSE_MS = 1_800_000
/** A move that lasts as long is worth remembering over a restart. */
const REMEMBER_MOVE_MS = 60_000

/** Drift is reported from the first on and until it falls below the second, in pixels of the small picture. */
const DRIFT_FROM_PX = 0.35
const DRIFT_UNTIL_PX = 0.2
const SMOOTHING = 0.3
/** A larger step is a camera that was pushed, not noise: it is followed at once. */
const STEP_PX = 1

export interface Look {
  readonly luma: Uint8Array
  readonly sharpness: Uint8Array
  readonly features: Features
  readonly frame: ReferenceView['frame']
  readonly at: EpochMs
}

type Outcome = 'aligned' | 'moved' | 'cannot-tell'

export class Alignment {
  readonly #cameraId: CameraId
  readonly #key: string
  readonly #word: ViewWord
  #reference: ReferenceView | undefined
  #anchor: Features | undefined
  #current: Features | undefined
  #sharpness: Uint8Array | undefined
  #pending: string | null = null
  #movedSince: EpochMs | null = null
  /** Taken from one frame that no other has agreed with yet: it may have been a broken picture, or a bus. */
  #young = false
  #outcome: Outcome = 'cannot-tell'
  #match: Match | undefined
  /** Of the last match. */
  #agreement = 0
  #searchedAt = Number.NEGATIVE_INFINITY
  #shiftPx: Point = { x: 0, y: 0 }
  #drifted = false
  #moveRemembered = false
  #revision = 0

  constructor(cameraId: CameraId, key: string, word: ViewWord, restored: ReferenceView | undefined) {
    this.#cameraId = cameraId
    this.#key = key
    this.#word = word
    if (restored?.key === key) this.#restore(restored)
    else if (restored && renewalOf(restored.key) !== word.renewals && zonesOf(restored.key) === zonesOf(key)) {
      this.#pending = `renewal-${word.renewals}`
    }
  }

  get reference(): ReferenceView | undefined {
    return this.#reference
  }

  /** How sharp the anchor was, place by place; undefined before there is one. */
  get sharpness(): Uint8Array | undefined {
    return this.#young ? undefined : this.#sharpness
  }

  /** Blocks with structure in the view as it looks at present; 0 before there is one. */
  get structure(): number {
    return this.#young ? 0 : (this.#current?.structure ?? 0)
  }

  get revision(): number {
    return this.#revision
  }

  get pending(): string | null {
    return this.#pending === this.#word.confirmed ? null : this.#pending
  }

  get state(): SightHealth['alignment'] {
    if (this.#movedSince !== null) return 'moved'
    if (this.pending !== null) return 'unconfirmed'
    return this.#reference && !this.#young ? 'aligned' : 'unknown'
  }

  /** In fractions of the frame; undefined where it is lost in the noise. */
  get drift(): Point | undefined {
    return this.#drifted ? { x: this.#shiftPx.x / WIDTH_PX, y: this.#shiftPx.y / HEIGHT_PX } : undefined
  }

  /** Compares a frame that has light with the reference. @returns whether its zones can be trusted */
  follow(look: Look): boolean {
    this.#match = undefined
    if (this.#current && this.#isDue(this.#current, look)) this.#search(this.#current, look)
    if (this.#movedSince !== null) this.#stayMoved(look.at)
    return this.#movedSince === null && this.pending === null
  }

  /** A frame that cannot be compared, since its shape is another. */
  lost(at: EpochMs): void {
    this.#searchedAt = Number.NEGATIVE_INFINITY
    this.#stayMoved(at)
  }

  /** Takes or refreshes the reference from a frame that can be judged and was just followed. */
  keep(look: Look): void {
    if (!this.#reference) {
      if (look.features.structure >= LEAST_STRUCTURE) this.#take(look)
      return
    }
    const isDue = Math.abs(look.at - this.#reference.current.takenAt) >= REFRESH_EVERY_MS
    if (isDue && this.#match && this.#match.contrast >= FIRM_CONTRAST && this.#outcome === 'aligned') {
      this.#refresh(this.#reference, this.#match, look)
    }
  }

  #restore(reference: ReferenceView): void {
    const [anchor, current] = [readPicture(reference.anchor), readPicture(reference.current)]
    if (!anchor || !current) return
    this.#reference = reference
    this.#anchor = featuresOf(anchor.luma)
    this.#current = featuresOf(current.luma)
    this.#sharpness = anchor.sharpness
    this.#pending = reference.pending
    this.#movedSince = reference.movedSince
    this.#moveRemembered = reference.movedSince !== null
  }

  /** A search costs a hundred comparisons: it waits for a change, or for its time. */
  #isDue(current: Features, { features, at }: Look): boolean {
    if (Math.abs(at - this.#searchedAt) >= SEARCH_EVERY_MS) return true
    const agreement = agreementAt(current, features, this.#shiftPx)
    return this.#outcome === 'aligned' ? agreement < FALLEN * this.#agreement : agreement >= MATCH_AGREEMENT
  }
  #search(current: Features, look: Look): void {
    const match = this.#best(current, look.features)
    this.#searchedAt = look.at
    this.#match = match
    this.#outcome = this.#conclude(current, match, look)
    if (this.#outcome === 'aligned') this.#settle(match)
    else if (this.#outcome === 'moved') this.#leave(look.at)
  }

  /** Against the view of today, and where that fails against the original. */
  #best(current: Features, features: Features): Match {
    const match = register(current, features)
    if (match.contrast >= FIRM_CONTRAST || !this.#anchor || this.#anchor === current) return match
    const original = register(this.#anchor, features)
    return original.contrast > match.contrast ? original : match
  }

  #conclude(current: Features, { agreement, contrast, shift }: Match, { features, frame }: Look): Outcome {
    if (agreement >= MATCH_AGREEMENT && contrast >= MATCH_CONTRAST) {
      const upPerWidth = frame.heightPx / frame.widthPx
      const distance = Math.hypot(shift.x / WIDTH_PX, (shift.y / HEIGHT_PX) * upPerWidth)
      return distance <= (this.#movedSince === null ? MOST_DRIFT : RETURN_DRIFT) ? 'aligned' : 'moved'
    }
    const toldApart = features.structure >= Math.max(LEAST_STRUCTURE, LEAST_STRUCTURE_SHARE * current.structure)
    return toldApart && contrast < MISMATCH_CONTRAST ? 'moved' : 'cannot-tell'
  }

  #settle({ shift, agreement }: Match): void {
    this.#young = false
    this.#agreement = agreement
    const step = { x: shift.x - this.#shiftPx.x, y: shift.y - this.#shiftPx.y }
    const share = Math.hypot(step.x, step.y) > STEP_PX ? 1 : SMOOTHING
    this.#shiftPx = { x: this.#shiftPx.x + share * step.x, y: this.#shiftPx.y + share * step.y }
    this.#drifted = Math.hypot(this.#shiftPx.x, this.#shiftPx.y) >= (this.#drifted ? DRIFT_UNTIL_PX : DRIFT_FROM_PX)
    if (this.#movedSince !== null) {
      this.#movedSince = null
      if (this.#moveRemembered) this.#remember()
      this.#moveRemembered = false
    }
    if (this.#pending !== null && this.pending === null) {
      this.#pending = null
      this.#remember()
    }
  }

  #leave(at: EpochMs): void {
    if (this.#young) {
      this.#reference = undefined
      this.#current = undefined
      this.#anchor = undefined
      this.#sharpness = undefined
      this.#young = false
      return
    }
    this.#stayMoved(at)
  }

  #stayMoved(at: EpochMs): void {
    this.#movedSince ??= at
    const lastsMs = at - this.#movedSince
    const lapse = `lapse-${this.#movedSince}`
    if (lastsMs >= LAPSE_MS && this.#pending !== lapse) {
      this.#pending = lapse
      this.#remember()
    }
    if (lastsMs >= REMEMBER_MOVE_MS && !this.#moveRemembered) {
      this.#moveRemembered = true
      this.#remember()
    }
  }

  #take({ luma, sharpness, features, frame, at }: Look): void {
    const picture = writePicture({ luma, sharpness }, at)
    this.#sharpness = sharpness
    this.#anchor = features
    this.#current = features
    this.#young = true
    this.#searchedAt = Number.NEGATIVE_INFINITY
    this.#shiftPx = { x: 0, y: 0 }
    this.#drifted = false
    this.#remember({
      version: 1,
      cameraId: this.#cameraId,
      key: this.#key,
      frame: { widthPx: frame.widthPx, heightPx: frame.heightPx },
      anchor: picture,
      current: picture,
      movedSince: null,
      pending: this.#pending,
    })
  }

  /**
   * The new picture is kept as if the camera had not drifted, so that drift is always that from the anchor. Errors of a
   * day's refreshes would add up: wherever the light allows, the anchor itself says how far to move it back.
   */
  #refresh(reference: ReferenceView, match: Match, { luma, sharpness, features, at }: Look): void {
    const original = this.#anchor && register(this.#anchor, features)
    const { shift } = original && original.contrast >= FIRM_CONTRAST ? original : match
    const still = movedBack(luma, shift)
    this.#current = featuresOf(still)
    this.#remember({ ...reference, current: writePicture({ luma: still, sharpness }, at) })
  }

  #remember(reference = this.#reference): void {
    this.#revision++
    this.#reference = reference && { ...reference, movedSince: this.#movedSince, pending: this.#pending }
  }
}

const zonesOf = (key: string): string => key.split('.')[0] ?? ''
const renewalOf = (key: string): number => Number(key.split('.')[1])
