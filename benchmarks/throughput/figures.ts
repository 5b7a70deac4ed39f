// What a throughput measurement has found so far, as it is written down: what was measured, and what follows from that.
import type { Cores } from './cores.ts'
import { type FloorFigures, type FloorTurn, floorAt } from './floor.ts'
import type { Plateau } from './plateau.ts'
import { camerasWithinBudget, MOST_LOST_SHARE, perCameraMore, type Ratios, ratiosOf } from './reckon.ts'
import type { UsualFigures, UsualPlateau, UsualWay } from './usual.ts'

export interface Measured {
  /** One camera by other ways, in the order in which they were measured. */
  readonly beside: {
    readonly floor?: FloorFigures
    readonly naive?: UsualFigures | Skipped
    readonly usual?: UsualFigures | Skipped
  }
  /** In the order in which they were measured; one that broke stands twice. */
  readonly plateaus: Readonly<Record<Curve, readonly (Plateau & WithFloor)[]>>
  /** The two usual ways at their own pace, with more and more cameras. */
  readonly usualCurves: Readonly<Record<UsualWay, readonly UsualPlateau[]>>
}

/** The floor of as many cameras in one process as one shard had, measured right after; absent where the budget broke, and beside the other curves. */
export interface WithFloor {
  readonly floor?: FloorTurn
}

/**
 * As shipped, with something that stands at some of the cameras; with incidents that open and end at some of them; with
 * something that stands at all of them; with every picture looked at, changed or not; as in a burst of attention that does not end.
 */
export const CURVES = ['economy', 'eventful', 'allEngaged', 'everyLook', 'attentive'] as const
export type Curve = (typeof CURVES)[number]

export interface Skipped {
  readonly skipped: string
}

/** What a curve comes to. */
export interface Concluded {
  /** The most cameras that held; null before any were measured. */
  readonly camerasWithinBudget: number | null
  /** The most of them that were looked at as often as rules need: with more, each camera is looked at less often. */
  readonly camerasAtFullRate: number | null
  /** One camera against the other ways: where there were fewest cameras, and where there were most that held. */
  readonly ratios: { readonly atFewest: Ratios; readonly atMost: Ratios } | null
  /** What each camera more than the fewest takes, by the number of cameras. */
  readonly residentMbPerCamera: Readonly<Record<string, { readonly main: number; readonly shard: number }>>
  /** By name, so that two results can be compared: "4 cameras", "4 cameras, again". */
  readonly plateaus: Readonly<Record<string, Plateau>>
}

/** The economy's curve, and the others where they were asked for. */
export interface ThroughputFigures extends Pick<Measured, 'beside' | 'usualCurves'>, Concluded, OtherCurves {
  /** False until all that was asked for is measured, or the budget has broken. */
  readonly complete: boolean
  readonly pinned: Cores
  readonly limits: { readonly wayP95Ms: number; readonly lostShare: number; readonly feederCores: number }
}

type OtherCurves = Partial<Record<Exclude<Curve, 'economy'>, Concluded>>

export function conclude({ beside, plateaus: { economy, ...others } }: Pick<Measured, 'beside' | 'plateaus'>) {
  const asked = Object.entries(others).filter(([, plateaus]) => plateaus.length > 0)
  const curves: OtherCurves = Object.fromEntries(asked.map(([curve, plateaus]) => [curve, concluded(plateaus, beside)]))
  return { ...concluded(economy, beside), ...curves }
}

function concluded(plateaus: Measured['plateaus'][Curve], beside: Measured['beside']): Concluded {
  const [fewest] = plateaus
  const within = camerasWithinBudget(plateaus)
  const most = plateaus.find(({ cameras, verdict }) => cameras === within && verdict === 'held')
  const ratios = { atFewest: fewest && ratiosAt(fewest, beside), atMost: most && ratiosAt(most, beside) }
  return {
    camerasWithinBudget: fewest ? within : null,
    camerasAtFullRate: fewest
      ? camerasWithinBudget(plateaus.filter(({ shedShare }) => shedShare <= MOST_LOST_SHARE))
      : null,
    ratios: ratios.atFewest && ratios.atMost ? { atFewest: ratios.atFewest, atMost: ratios.atMost } : null,
    residentMbPerCamera: fewest ? residentMbPerCamera(fewest, plateaus) : {},
    plateaus: named(plateaus),
  }
}

function named(plateaus: readonly Plateau[]): Readonly<Record<string, Plateau>> {
  const names: Record<string, Plateau> = {}
  for (const plateau of plateaus) {
    const name = camerasInWords(plateau.cameras)
    names[name in names ? `${name}, again` : name] = plateau
  }
  return names
}

export const camerasInWords = (cameras: number): string => `${cameras} camera${cameras > 1 ? 's' : ''}`

const coreOf = (figures: UsualFigures | Skipped | undefined) => (figures && 'core' in figures ? figures.core : null)

function ratiosAt(
  { cameras, cores, frames, seconds, floor: together }: Plateau & WithFloor,
  { floor, naive, usual }: Measured['beside'],
): Ratios | undefined {
  if (!cores) return undefined
  return ratiosOf({
    shard: cores.shard / cameras,
    product: cores.all / cameras,
    floor: floor ? floorAt(floor, frames.analysed / seconds / cameras, together) : null,
    naive: coreOf(naive),
    usual: coreOf(usual),
  })
}

function residentMbPerCamera(fewest: Plateau, plateaus: readonly Plateau[]) {
  const slope = (process: 'main' | 'shard', { cameras, memory }: Plateau) => {
    const [less, more] = [fewest.memory[process], memory[process]]
    return less && more ? perCameraMore({ cameras: fewest.cameras, mb: less.rssMb }, { cameras, mb: more.rssMb }) : null
  }
  return Object.fromEntries(
    plateaus.flatMap(plateau => {
      const [main, shard] = [slope('main', plateau), slope('shard', plateau)]
      return main === null || shard === null ? [] : [[camerasInWords(plateau.cameras), { main, shard }]]
    }),
  )
}
