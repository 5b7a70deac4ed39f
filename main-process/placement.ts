// Which shard watches which camera: by what each costs, moving few, and one at a time.
import type { CameraId } from '../core/ids.ts'

/** One camera and what watching it costs. */
export interface CameraLoad {
  readonly cameraId: CameraId
  /** Measured, in cores; undefined before it has been watched for a while. */
  readonly cores: number | undefined
}

export interface Move {
  readonly cameraId: CameraId
  readonly from: number
  readonly to: number
}

/** What a camera is taken for that nobody has measured yet, where none of the others is measured either. */
const UNMEASURED_CORES = 0.03
/** Above this a shard's own pictures begin to wait for each other: one thread does everything. */
const OVERLOADED_CORES = 0.8
/** A shard that takes a camera over stays below this, or the camera would be sent on at once. */
const ROOM_BELOW_CORES = 0.7

/** The mean of those that were measured stands for those that were not. */
function costs(cameras: readonly CameraLoad[]): ReadonlyMap<CameraId, number> {
  const known = cameras.flatMap(({ cores }) => (cores === undefined ? [] : [cores]))
  const usual = known.length > 0 ? known.reduce((sum, cores) => sum + cores, 0) / known.length : UNMEASURED_CORES
  return new Map(cameras.map(({ cameraId, cores }) => [cameraId, cores ?? usual] as const))
}

function loads(shards: number, cost: ReadonlyMap<CameraId, number>, owners: ReadonlyMap<CameraId, number>): number[] {
  const sums = Array.from({ length: shards }, () => 0)
  for (const [cameraId, cores] of cost) {
    const owner = owners.get(cameraId)
    if (owner !== undefined && owner < shards) sums[owner] = (sums[owner] ?? 0) + cores
  }
  return sums
}

const leastOf = (sums: readonly number[]): number => sums.indexOf(Math.min(...sums))

/**
 * Hands every camera to a shard: who has one keeps it, since a move costs seconds of sight; the others go, dearest first,
 * each to the shard with the least to do (Graham's LPT rule).
 *
 * @param owners who watches what now; cameras that are gone may be in it
 * @returns every camera of the list, and nothing else
 */
export function place(
  cameras: readonly CameraLoad[],
  owners: ReadonlyMap<CameraId, number>,
  shards: number,
): ReadonlyMap<CameraId, number> {
  const cost = costs(cameras)
  const placed = new Map<CameraId, number>()
  for (const { cameraId } of cameras) {
    const owner = owners.get(cameraId)
    if (owner !== undefined && owner < shards) placed.set(cameraId, owner)
  }
  const sums = loads(shards, cost, placed)
  const homeless = [...cost].filter(([cameraId]) => !placed.has(cameraId)).sort(([, a], [, b]) => b - a)
  for (const [cameraId, cores] of homeless) {
    const least = leastOf(sums)
    placed.set(cameraId, least)
    sums[least] = (sums[least] ?? 0) + cores
  }
  return placed
}

/**
 * The one move that helps most where a shard has more than it can do and another has room: the camera that leaves the two
 * nearest to each other. Nothing where no move helps, so that cameras are not sent round and round.
 *
 * @param busy measured cores of each shard's process; what its cameras do not explain stays where it is
 * @param mayMove not the cameras that have just moved, nor what must not be interrupted
 */
export function relief(
  cameras: readonly CameraLoad[],
  owners: ReadonlyMap<CameraId, number>,
  busy: readonly number[],
  mayMove: (cameraId: CameraId) => boolean,
): Move | undefined {
  const from = busy.indexOf(Math.max(...busy))
  const to = leastOf(busy)
  const [most, least] = [busy[from] ?? 0, busy[to] ?? 0]
  if (most <= OVERLOADED_CORES || from === to) return undefined
  let best: { readonly move: Move; readonly apart: number } | undefined
  for (const [cameraId, cores] of costs(cameras)) {
    if (owners.get(cameraId) !== from || !mayMove(cameraId)) continue
    if (cores <= 0 || least + cores > ROOM_BELOW_CORES) continue
    const apart = Math.abs(most - cores - (least + cores))
    if (apart < most - least && (!best || apart < best.apart)) best = { move: { cameraId, from, to }, apart }
  }
  return best?.move
}
