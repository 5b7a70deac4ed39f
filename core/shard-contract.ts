// What main and a shard say to each other: serialisable, level-triggered, safe to repeat.
import type { Camera } from './camera.ts'
import type { LookAnswer, LookRequest } from './fresh-look.ts'
import type { CameraHealth } from './health.ts'
import type { CameraId, Fingerprint } from './ids.ts'
import type { Clip, LiveShow, LiveWish, MediaCounts } from './live-view.ts'
import type { Finding, Observation, PictureRequest } from './observation.ts'
import type { PictureCut } from './privacy-mask.ts'
import type { QuarantineTerm } from './quarantine.ts'
import type { ReferenceView } from './reference-view.ts'
import type { Detection } from './scene.ts'
import type { SeenFrame } from './seen-frame.ts'
import type { EpochMs } from './time.ts'
import type { LookedFor, Spans } from './trace.ts'

/** As JSON: it is stored at every change of a candidate. */
export const RULE_SNAPSHOT_LIMIT_BYTES = 65_536

/** A camera's rules in mid-flight: handed to the shard that takes the camera over. */
export interface RuleSnapshot {
  readonly version: 1
  readonly takenAt: EpochMs
  readonly zones: Readonly<Record<string, unknown>>
  /**
   * What the rules are about to say for the first time, stored before it is said: whoever goes on from here says it
   * again, since the rules believe that it was said. The ledger takes it in once.
   */
  readonly pending?: readonly Finding[]
}

/** How a shard with more to do than its core can holds its cameras back (see watch/admission.ts). */
export interface AdmissionUsage {
  /** Of the pictures that cameras offered of late, in bursts apart; 1 where nothing is held back. */
  readonly share: number
  /** At most one picture in so many ms of each camera; null where nothing is held back. */
  readonly everyMs: number | null
  /** Pictures that were left out since its start. */
  readonly shed: number
}

/** One JPEG of a picture request. */
export interface Snapshot {
  readonly view: 'wide' | 'close-up'
  readonly annotated: boolean
  readonly jpeg: Uint8Array
  /** Where in its frame the picture lies; one that does not say so is never shown outside the house. */
  readonly cut?: PictureCut
}

export type ToShard =
  /** The full set of cameras that this shard owns; it opens, changes and closes until it is so. */
  | {
      readonly type: 'cameras'
      readonly cameras: readonly Camera[]
      readonly snapshots: Readonly<Record<string, RuleSnapshot>>
      readonly references: Readonly<Record<string, ReferenceView>>
      /** Those among them whose streams must be left alone. */
      readonly quarantine: Readonly<Record<string, QuarantineTerm>>
      /** Those of which one may have ended this shard: they are opened one after the other. */
      readonly suspects: readonly CameraId[]
    }
  /** The ledger has taken in this fingerprint up to this sequence. */
  | { readonly type: 'ack'; readonly fingerprint: Fingerprint; readonly sequence: number }
  /** All fresh looks that this shard's cameras owe an answer: those that are left out are wanted no more. */
  | { readonly type: 'looks'; readonly looks: readonly LookRequest[] }
  /** The cameras that somebody looks at right now; of these every analysed frame is told as `seen`. */
  | { readonly type: 'watching'; readonly cameras: readonly CameraId[] }
  /** All that somebody looks at, or has just asked for: nothing is sent of the others. */
  | { readonly type: 'viewers'; readonly wishes: readonly LiveWish[] }
  | { readonly type: 'stop' }

export type FromShard =
  | { readonly type: 'ready' }
  /** The last word of a shard that was told to stop. */
  | { readonly type: 'stopped' }
  /** It has opened and closed what it was told to: these it watches, or would if it could. All that the others' rules know was said before. */
  | { readonly type: 'settled'; readonly cameras: readonly CameraId[] }
  | { readonly type: 'observation'; readonly observation: Observation }
  | {
      readonly type: 'pictures'
      readonly cameraId: CameraId
      readonly request: PictureRequest
      readonly snapshots: readonly Snapshot[]
      /** The people and vehicles of the whole frame, in its own coordinates; absent where they could not be looked for. */
      readonly inFrame?: readonly Detection[]
    }
  /** Of an incident that its request names: comes seconds after its pictures, or never. */
  | { readonly type: 'clip'; readonly cameraId: CameraId; readonly request: PictureRequest; readonly clip: Clip }
  | { readonly type: 'live'; readonly cameraId: CameraId; readonly show: LiveShow }
  | { readonly type: 'dropped'; readonly cameraId: CameraId; readonly fingerprint: Fingerprint }
  | { readonly type: 'rules'; readonly cameraId: CameraId; readonly snapshot: RuleSnapshot }
  /** A reference view was taken, refreshed, left or found again; the newest replaces those before. */
  | { readonly type: 'reference'; readonly reference: ReferenceView }
  /** Lines of the detection log (see core/scene.ts), oldest first. */
  | {
      readonly type: 'scenes'
      readonly cameraId: CameraId
      readonly lines: readonly { readonly at: EpochMs; readonly line: string }[]
    }
  /** Said again whenever its look is still asked for; the pictures that show it come before. */
  | { readonly type: 'looked'; readonly answer: LookAnswer }
  /** One small picture a minute, to find one's way in the detection log. */
  | {
      readonly type: 'thumbnail'
      readonly cameraId: CameraId
      readonly at: EpochMs
      readonly jpeg: Uint8Array
    }
  | { readonly type: 'seen'; readonly seen: SeenFrame }
  | { readonly type: 'health'; readonly health: CameraHealth }
  | {
      readonly type: 'usage'
      readonly cpuMs: number
      readonly rssBytes: number
      readonly loopDelayP99Ms: number
      /** Since its start: how often a zone was looked at more often for a while, and how often that had to wait its turn. */
      readonly bursts: { readonly begun: number; readonly waited: number }
      /** Since its start: bursts in which a camera was decoded in full for a moment, and how many of them had to wait. */
      readonly attention: { readonly begun: number; readonly waited: number }
      /** Cameras of which a rule follows something that is, or may become, an incident. */
      readonly engaged: number
      readonly media: MediaCounts
      readonly admission: AdmissionUsage
      /** Of the frames since the last report, the newest where there were too many. */
      readonly spans: readonly Spans[]
      /** How long each look took meanwhile, from the frame's arrival until the rules had been told. */
      readonly looksMs: Readonly<Record<LookedFor, readonly number[]>>
    }

/** What a shard says of its cameras; the rest it says of itself. */
export type FromCamera = Exclude<FromShard, { type: 'ready' | 'stopped' | 'settled' | 'usage' }>
