// The camera that is measured, as an entry of a cameras file: on the clip of make-1080p.ts, with two zones or with every rule.

/** An address of RTSP, or whatever a cameras file can name. */
export type Source = string | { readonly kind: string; readonly [option: string]: unknown }

/**
 * A camera on the clip as an entry of a cameras file. It looks where the clip's nine pictures show three cars at a kerb
 * (middle left) and the paved yard that people cross (middle right).
 */
export function cameraEntry(id: string, source: Source, parkingOptions: object = {}) {
  return {
    id,
    name: id,
    street: 'measured',
    grid: 'measured',
    source: typeof source === 'string' ? { kind: 'rtsp', url: source } : source,
    zones: [
      { id: 'kerb', rule: 'illegal-parking', options: parkingOptions, polygon: KERB },
      { id: 'pavement', rule: 'crowding', polygon: PAVEMENT },
    ],
  }
}

/** What stands or moves where the camera looks. */
export interface Happening {
  /**
   * It watches the kerb with its parked cars, which are candidates for as long as it runs; or else a place as large in the
   * middle of a busy junction, where they drive on.
   */
  readonly standing?: boolean
  /** Two people in the yard are a crowd to it: each time the clip comes round, an incident opens and ends. */
  readonly restless?: boolean
  /** It is seen by its second stream, in which a bin's zone must be larger to be looked at. */
  readonly small?: boolean
}

/** The same camera with every rule there is, as they come: two places more, whose condition is looked at. */
export function everyRuleEntry(
  id: string,
  source: Source,
  { standing = true, restless = false, small = false }: Happening = {},
) {
  const entry = cameraEntry(id, source)
  return {
    ...entry,
    zones: [
      ...entry.zones.map(zone => {
        if (zone.id === 'kerb' && !standing) return { ...zone, polygon: JUNCTION }
        return zone.id === 'pavement' && restless ? { ...zone, options: A_CROWD_AT_ONCE } : zone
      }),
      { id: 'bin', rule: 'overflowing-bin', polygon: small ? LARGER_BIN : BIN },
      { id: 'road', rule: 'dirty-road', polygon: ROAD },
    ],
  }
}

/** More than most streets have at any time: every fourth camera watches cars that stand where they may not. */
export const STANDING_SHARE = 1 / 4
/** Where incidents are to open and end while it is measured. */
export const RESTLESS_SHARE = 1 / 10
const A_CROWD_AT_ONCE = { threshold: 2, clearBelow: 1, hold: '4s', clearAfter: '4s' }

export interface Street {
  /** Of the cameras, those that watch standing cars; the first is one, whatever the share. */
  readonly standingShare?: number
  /** Of the cameras, those at which incidents come and go; likewise. */
  readonly restlessShare?: number
  readonly small?: boolean
}

/** A camera with every rule for each source; what happens is spread evenly over them, and so over the shards. */
export function everyRuleEntries(
  sources: readonly Source[],
  { standingShare = STANDING_SHARE, restlessShare = 0, small = false }: Street = {},
) {
  const isOneOf = (share: number, index: number) => Math.ceil((index + 1) * share) > Math.ceil(index * share)
  return sources.map((source, index) =>
    everyRuleEntry(`camera-${index + 1}`, source, {
      standing: isOneOf(standingShare, index),
      restless: isOneOf(restlessShare, index),
      small,
    }),
  )
}

const KERB = [
  [0.0, 0.56],
  [0.067, 0.587],
  [0.167, 0.6],
  [0.253, 0.6],
  [0.253, 0.64],
  [0.1, 0.64],
  [0.0, 0.607],
]
/** As wide and as high as the kerb, so that a look at it costs the same; across the lanes of the junction (centre). */
const JUNCTION = [
  [0.38, 0.505],
  [0.633, 0.505],
  [0.633, 0.585],
  [0.38, 0.585],
]
const PAVEMENT = [
  [0.79, 0.43],
  [0.92, 0.43],
  [0.95, 0.57],
  [0.87, 0.54],
  [0.79, 0.5],
]
/** A stone of a bin's size at the edge of the yard's lawn: two tiles. */
const BIN = [
  [0.712, 0.455],
  [0.745, 0.455],
  [0.745, 0.51],
  [0.712, 0.51],
]
const LARGER_BIN = [
  [0.708, 0.445],
  [0.75, 0.445],
  [0.75, 0.52],
  [0.708, 0.52],
]
/** The way past the bays of the car park (bottom left): six tiles. */
const ROAD = [
  [0.06, 0.8],
  [0.27, 0.8],
  [0.32, 0.95],
  [0.02, 0.95],
]
