// What the network found where, and how it looked there: as long as nothing changes, it need not look again.
import type { Picture } from '../core/frame.ts'
import { type Box, intersectionArea } from '../core/geometry.ts'
import type { Detection } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'
import { areUnchanged, type Glimpse, glimpseOf } from './change.ts'
import type { CropPlan } from './inference/detector.ts'

/** Also where nothing changes it is looked again so often: a network errs now and then, and so may a comparison. */
export const LOOK_ANYWAY_MS = 30_000

interface Kept {
  readonly glimpses: readonly Glimpse[]
  readonly at: EpochMs
  readonly found: readonly Detection[]
}

/** Crops that overlap, and so share what is found in them. */
interface Part {
  readonly crops: CropPlan
  readonly key: string
  readonly glimpses: readonly Glimpse[]
}

/** What is known of a picture before it is looked at. */
export interface Recall {
  /** In the parts that look as they did. */
  readonly found: readonly Detection[]
  /** The crops that must be looked at. */
  readonly changed: CropPlan
  /** Remembers what was found in these. */
  keep(found: readonly Detection[]): void
}

/** One per camera. Compares with what was really looked at, never with the picture before: slow changes add up. */
export class LastLooks {
  #kept = new Map<string, Kept>()

  /** @param recalling whether parts that look as they did before may be left out; else only what was looked at in this picture */
  recall(
    picture: Pick<Picture, 'widthPx' | 'heightPx' | 'rgb'>,
    plan: CropPlan,
    at: EpochMs,
    recalling: boolean,
  ): Recall {
    for (const [key, kept] of this.#kept) if (Math.abs(at - kept.at) >= LOOK_ANYWAY_MS) this.#kept.delete(key)
    const known: Kept[] = []
    const changed: Part[] = []
    for (const crops of apart(plan)) {
      const key = crops.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2].join()).join(';')
      const glimpses = crops.map(crop => glimpseOf(picture, crop))
      const kept = this.#kept.get(key)
      if (kept && (kept.at === at || (recalling && areUnchanged(kept.glimpses, glimpses)))) known.push(kept)
      else changed.push({ crops, key, glimpses })
    }
    return {
      found: known.flatMap(({ found }) => found),
      changed: changed.flatMap(({ crops }) => crops),
      keep: found => {
        const home = found.map(({ box }) => changed.toSorted((a, b) => share(b.crops, box) - share(a.crops, box))[0])
        for (const part of changed) {
          this.#kept.set(part.key, { ...part, at, found: found.filter((_, index) => home[index] === part) })
        }
      },
    }
  }

  /** After a moment in which nothing could be seen, anything may stand there. */
  forget(): void {
    this.#kept.clear()
  }
}

/** The crops in groups that do not overlap each other: what is found in one group says nothing of another. */
function apart(plan: CropPlan): readonly CropPlan[] {
  const groups: Box[][] = []
  for (const crop of plan) {
    const touching = groups.filter(group => group.some(other => intersectionArea(other, crop) > 0))
    for (const group of touching) groups.splice(groups.indexOf(group), 1)
    groups.push([...touching.flat(), crop])
  }
  return groups
}

const share = (crops: CropPlan, box: Box): number => Math.max(...crops.map(crop => intersectionArea(crop, box)))
