// The condition sampler: looks at each bin and road on its schedule, at native resolution, and counts what that costs.
import type { Zone } from '../../core/camera.ts'
import { JiemuError, toJiemuError } from '../../core/errors.ts'
import type { Frame } from '../../core/frame.ts'
import {
  bottomCentre,
  centre,
  clipBox,
  contains,
  moveBox,
  movePolygon,
  type Point,
  type Polygon,
  polygonBounds,
} from '../../core/geometry.ts'
import type { ZoneCost } from '../../core/health.ts'
import type { CameraId, ZoneId } from '../../core/ids.ts'
import { type ConditionSample, type Detection, quantise } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { tooSmall } from '../../core/zone-size.ts'
import type { DetectOptions, Detector } from '../inference/detector.ts'
import type { ConditionWish } from '../rule.ts'
import { planTiles } from './tiles.ts'

/** A zone, how often it is looked at, and how closely. */
export interface Scheduled extends Pick<ConditionWish, 'everyMs' | 'detail'> {
  readonly zone: Zone
}

export interface ConditionSamplerDeps {
  /** Looks for the conditions; all tiles of one call are one batch. */
  readonly detector: Detector
  /** Such a sample counts as not taken: no rule hears of it, and the zone is looked at again when it is due next. */
  readonly onFailure: (zone: Zone, error: JiemuError) => void
}

interface Watched extends Scheduled {
  dueAt: EpochMs
  /** Looked at so often besides, until then: for a fresh look. */
  hurry: { readonly everyMs: number; readonly untilAt: EpochMs } | undefined
  cost: ZoneCost
}

/** Frames come at their own rhythm: one a little before a zone is due is taken rather than the next, a whole group later. */
const EARLY_MS = 1_000
const NO_DRIFT: Point = { x: 0, y: 0 }

/**
 * A network's threshold is chosen for what one picture says. Litter must lie in one place over many looks, so that each may be
 * less sure: at half of the shipped network's threshold both days of junctions without litter stay silent, and of pieces of
 * 24 to 64 px planted on three roads 0.83 are found instead of 0.80 (reporting half of benchmarks/conditions.ts).
 */
export const PIECES_OF_THRESHOLD = 0.5

const ASKED: Readonly<Record<ConditionWish['detail'], Pick<DetectOptions, 'merge' | 'ofThreshold'>>> = {
  place: { merge: 'mean' },
  pieces: { merge: 'best', ofThreshold: PIECES_OF_THRESHOLD },
}

/** One per camera. */
export class ConditionSampler {
  readonly #zones: readonly Watched[]
  readonly #deps: ConditionSamplerDeps

  constructor(zones: readonly Scheduled[], deps: ConditionSamplerDeps) {
    this.#deps = deps
    this.#zones = zones.map(scheduled => ({
      ...scheduled,
      dueAt: Number.NEGATIVE_INFINITY,
      hurry: undefined,
      cost: { zoneId: scheduled.zone.id, samples: 0, tiles: 0, spentMs: 0, lastAt: null, problem: null },
    }))
  }

  /** The zones that are to be looked at in a frame of this time. A blind frame leaves them due. */
  due(at: EpochMs): readonly Zone[] {
    return this.#zones.filter(watched => isDue(watched, at) || isHurried(watched, at)).map(({ zone }) => zone)
  }

  /** Looks at a zone at once, and again every `everyMs` up to `untilAt`, beside its schedule, which goes on. */
  hurry(zoneId: ZoneId, everyMs: number, untilAt: EpochMs): void {
    for (const watched of this.#zones) if (watched.zone.id === zoneId) watched.hurry = { everyMs, untilAt }
  }

  /**
   * Looks at zones in a clear frame.
   * @param drift how far the frame lies from the reference view
   * @returns detections in coordinates of the reference view; a zone that cannot be looked at is absent and its cost says why
   */
  async sample(frame: Frame, zones: readonly Zone[], drift: Point = NO_DRIFT): Promise<readonly ConditionSample[]> {
    const samples: ConditionSample[] = []
    for (const watched of this.#zones) {
      if (!zones.includes(watched.zone)) continue
      const extra = !isDue(watched, frame.capturedAt)
      if (!extra) watched.dueAt = nextDue(watched, frame.capturedAt)
      try {
        const detections = await this.#look(watched, frame, drift)
        samples.push({ zoneId: watched.zone.id, detections, ...(extra && { extra }) })
        watched.cost = { ...watched.cost, lastAt: frame.capturedAt, problem: null }
      } catch (thrown) {
        this.#fail(watched, toJiemuError(thrown, 'inference-failed'))
      }
    }
    return samples
  }

  /** What looking has cost so far, zone by zone. */
  costs(): readonly ZoneCost[] {
    return this.#zones.map(({ cost }) => cost)
  }

  async #look(watched: Watched, frame: Frame, drift: Point): Promise<readonly Detection[]> {
    const { zone, detail } = watched
    const tiles = frame.picture ? planned(watched, movePolygon(zone.polygon, drift), frame.picture) : []
    const onSpent = (spentMs: number) => {
      watched.cost = { ...watched.cost, spentMs: watched.cost.spentMs + spentMs }
    }
    const found = await this.#deps.detector.detect(frame, tiles, {
      ...ASKED[detail],
      onSpent,
    })
    const { cost } = watched
    watched.cost = { ...cost, samples: cost.samples + 1, tiles: cost.tiles + tiles.length }
    const back = { x: -drift.x, y: -drift.y }
    return found.flatMap(detection => inZone({ ...detection, box: moveBox(detection.box, back) }, zone))
  }

  /** Told once, not with every sample. */
  #fail(watched: Watched, error: JiemuError): void {
    const { code, message, hint } = error
    const known = watched.cost.problem?.code === code
    watched.cost = { ...watched.cost, problem: { code, message, hint } }
    if (!known) this.#deps.onFailure(watched.zone, error)
  }
}

function isDue({ dueAt }: Watched, at: EpochMs): boolean {
  return at >= dueAt - EARLY_MS
}

function isHurried({ hurry, cost }: Watched, at: EpochMs): boolean {
  return hurry !== undefined && at < hurry.untilAt && at - (cost.lastAt ?? 0) >= hurry.everyMs - EARLY_MS
}

/** On a grid from the first sample, so that a late frame does not shift all that follow; after a gap the grid begins anew. */
function nextDue({ dueAt, everyMs }: Watched, at: EpochMs): EpochMs {
  const next = dueAt + everyMs
  return next > at ? next : at + everyMs
}

/** @throws JiemuError zone-too-small or crop-empty */
function planned(
  { zone, detail }: Scheduled,
  polygon: Polygon,
  frame: { readonly widthPx: number; readonly heightPx: number },
) {
  const small = tooSmall(zone, frame)
  if (small) throw small
  const tiles = planTiles(polygon, frame, detail)
  if (tiles.length === 0) throw new JiemuError('crop-empty', { where: zoneName(zone) })
  return tiles
}

const zoneName = ({ cameraId, id }: { readonly cameraId: CameraId; readonly id: string }) => `zone ${cameraId}/${id}`

/** What stands or lies in the zone, clipped to the box round it. Litter has its middle there, a bin its foot. */
function inZone(detection: Detection, { polygon }: Zone): readonly Detection[] {
  const { box } = detection
  if (!contains(polygon, centre(box)) && !contains(polygon, bottomCentre(box))) return []
  return [quantise({ ...detection, box: clipBox(box, polygonBounds(polygon)) })]
}
