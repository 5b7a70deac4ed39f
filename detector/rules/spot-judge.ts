// A fresh look at litter: which of the pieces that were reported are found again since the look was asked for.
import type { Breach } from '../../core/fresh-look.ts'
import type { Box } from '../../core/geometry.ts'
import type { ZoneId } from '../../core/ids.ts'
import type { Detection } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Judge } from '../rule.ts'
import { isHidden, isPart, moversOf } from './same-place.ts'
import { isThere, lookAtSpots, type Spot, type SpotOptions, spotOf } from './spots.ts'

export class SpotJudge {
  readonly #zone: ZoneId
  readonly #options: SpotOptions
  /** A copy: these looks come more often than those of the schedule, which the rule counts. */
  #spots: readonly Spot[]
  #since: EpochMs | undefined

  constructor(spots: readonly Spot[], { boxes }: Breach, zone: ZoneId, options: SpotOptions) {
    this.#zone = zone
    this.#options = options
    const lasting = spots.filter(spot => spot.lasting)
    const forgotten = boxes.filter(box => !lasting.some(spot => isPart(spot.box, box)))
    this.#spots = [
      ...lasting.map(spot => ({ ...spot, misses: 0 })),
      ...forgotten.map(box => ({ ...spotOf(box, 0, 0), lasting: true })),
    ]
  }

  /**
   * @param isDirty whether these pieces are too many for a clean road
   * @param isOn whether litter matters at this hour: what lies there after it was not handled, and a person's to judge
   */
  judging(isDirty: (spots: readonly Spot[]) => boolean, isOn: (at: EpochMs) => boolean): Judge {
    return {
      judge: scene => {
        if (scene && scene.view !== 'clear') return 'blind'
        const sample = scene?.conditions?.find(({ zoneId }) => zoneId === this.#zone)
        if (!scene || !sample) return undefined
        const { found, hidden } = this.#look(sample.detections, moversOf(scene.objects), scene.at)
        if (!isDirty([...found, ...hidden])) return 'clear'
        // What was found a moment ago and is not found now was missed, or is being swept up: the next looks will tell.
        const inSight = found.some(({ lastAt }) => lastAt === scene.at)
        return isDirty(found) && inSight && isOn(scene.at) ? 'there' : 'blind'
      },
    }
  }

  /** @returns the reported pieces that were found and not missed thrice since, and those that nobody can see now */
  #look(detections: readonly Detection[], movers: readonly Box[], at: EpochMs) {
    this.#since ??= at
    const since = this.#since
    const seen = lookAtSpots(this.#spots, detections, movers, at, 0, this.#options).filter(spot => spot.lasting)
    this.#spots = seen
    const hidden = seen.filter(spot => isHidden(spot.box, movers, this.#options.coverShare))
    return { found: seen.filter(spot => spot.lastAt >= since && isThere(spot) && !hidden.includes(spot)), hidden }
  }
}
