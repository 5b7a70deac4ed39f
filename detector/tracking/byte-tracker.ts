// Follows objects through dense frames: association of every detection box, after ByteTrack (Zhang et al., ECCV 2022).
import { type Box, centre, iou } from '../../core/geometry.ts'
import type { Detection, SceneObject } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { groupOf } from '../inference/classes.ts'
import { assign } from './assignment.ts'

export interface TrackerOptions {
  /** From this score on a detection can start a track; below, it can only continue one. Higher: fewer ghosts, later starts. */
  readonly highScore?: number
  /** How long a track that is not seen is waited for. Longer: fewer new identities behind a bus, more wrong ones. */
  readonly lostMs?: number
}

/** Least IoU of a track's predicted box and a detection: of the first round, and of the second, which is more doubtful. */
const FIRST_IOU = 0.2
const SECOND_IOU = 0.5
/** How much of a newly measured velocity is believed; the rest is the one before. */
const VELOCITY_GAIN = 0.5

interface Track {
  readonly group: string
  readonly box: Box
  /** Of the centre, in frames (widths and heights of the picture) per second. */
  readonly velocity: { readonly x: number; readonly y: number }
  readonly seenAt: EpochMs
  /** Given at the second sighting: what is seen once may be a ghost. */
  readonly id: number | undefined
}

export class ByteTracker {
  readonly #highScore: number
  readonly #lostMs: number
  #tracks: readonly Track[] = []
  #updatedAt: EpochMs = Number.NEGATIVE_INFINITY
  #ids = 0

  constructor({ highScore = 0.5, lostMs = 2_000 }: TrackerOptions = {}) {
    this.#highScore = highScore
    this.#lostMs = lostMs
  }

  /**
   * Takes in the detections of the frame captured at `at`; frames come in order, at any spacing.
   * @returns the same detections in the same order, with a `trackId` where a track has been seen at least twice
   */
  update(detections: readonly Detection[], at: EpochMs): readonly SceneObject[] {
    const alive = this.#tracks.filter(track => at - track.seenAt <= this.#lostMs)
    const matches = new Map<Detection, Track>()
    const unmatched = (track: Track) => ![...matches.values()].includes(track)
    const match = (tracks: readonly Track[], wanted: readonly Detection[], leastIou: number) => {
      const cost = tracks.map(track => wanted.map(detection => distance(track, detection, at)))
      for (const [row, column] of assign(cost, 1 - leastIou).entries()) {
        const [track, detection] = [tracks[row], column === undefined ? undefined : wanted[column]]
        if (track && detection) matches.set(detection, track)
      }
    }

    const high = detections.filter(detection => detection.score >= this.#highScore)
    const low = detections.filter(detection => detection.score < this.#highScore)
    // Doubtful boxes are offered only to tracks seen a moment ago: there they are the object half hidden.
    match(
      alive.filter(track => track.id !== undefined),
      high,
      FIRST_IOU,
    )
    match(
      alive.filter(track => track.seenAt === this.#updatedAt && unmatched(track)),
      low,
      SECOND_IOU,
    )
    match(
      alive.filter(track => track.id === undefined),
      high.filter(detection => !matches.has(detection)),
      FIRST_IOU,
    )

    const next = new Map<Detection, Track>()
    for (const detection of detections) {
      const track = matches.get(detection)
      if (track) next.set(detection, continued(track, detection, at, track.id ?? ++this.#ids))
      else if (detection.score >= this.#highScore) next.set(detection, started(detection, at))
    }
    // A track without an id is not waited for.
    this.#tracks = [...alive.filter(track => track.id !== undefined && unmatched(track)), ...next.values()]
    this.#updatedAt = at
    return detections.map(detection => {
      const trackId = next.get(detection)?.id
      return trackId === undefined ? detection : { ...detection, trackId }
    })
  }
}

/** 1 − IoU with the box where the track should be by now; as far as can be for another class of thing. */
function distance(track: Track, detection: Detection, at: EpochMs): number {
  if (track.group !== groupOf(detection.label)) return 1
  const elapsed = (at - track.seenAt) / 1_000
  const dx = track.velocity.x * elapsed
  const dy = track.velocity.y * elapsed
  const { x1, y1, x2, y2 } = track.box
  return 1 - iou({ x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy }, detection.box)
}

function started(detection: Detection, at: EpochMs): Track {
  return { group: groupOf(detection.label), box: detection.box, velocity: { x: 0, y: 0 }, seenAt: at, id: undefined }
}

function continued(track: Track, { box }: Detection, at: EpochMs, id: number): Track {
  const seconds = (at - track.seenAt) / 1_000
  if (seconds <= 0) return { ...track, box, id }
  const [was, is] = [centre(track.box), centre(box)]
  // The first measured velocity is all there is to believe.
  const gain = track.id === undefined ? 1 : VELOCITY_GAIN
  const velocity = {
    x: track.velocity.x + gain * ((is.x - was.x) / seconds - track.velocity.x),
    y: track.velocity.y + gain * ((is.y - was.y) / seconds - track.velocity.y),
  }
  return { ...track, box, velocity, seenAt: at, id }
}
