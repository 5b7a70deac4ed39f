// What a long run comes to: how fast a value rises, and frames without a fate.
import type { StreamHealth } from '../../core/health.ts'

/** What became of a camera's frames, since its watch began. */
export interface Fates
  extends Pick<StreamHealth, 'state' | 'framesIn' | 'framesAnalysed' | 'framesUnchanged' | 'dropped'> {
  readonly id: string
}

const droppedOf = ({ dropped }: Pick<Fates, 'dropped'>) => Object.values(dropped).reduce((sum, count) => sum + count, 0)

/** Frames that came in and have no fate yet; below zero where one has two. */
export function unaccounted(camera: Fates): number {
  return camera.framesIn - camera.framesAnalysed - camera.framesUnchanged - droppedOf(camera)
}

/** Of all cameras. */
export function together(cameras: readonly Fates[]) {
  const dropped: Record<string, number> = {}
  for (const camera of cameras) {
    for (const [reason, count] of Object.entries(camera.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count
  }
  const sum = (count: (camera: Fates) => number) => cameras.reduce((total, camera) => total + count(camera), 0)
  return {
    in: sum(({ framesIn }) => framesIn),
    analysed: sum(({ framesAnalysed }) => framesAnalysed),
    unchanged: sum(({ framesUnchanged }) => framesUnchanged),
    dropped,
  }
}

/** The least-squares line through the points; 0 where they lie at one time, or there is none. */
export function slopePerHour(points: readonly { readonly hours: number; readonly value: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [atMean, valueMean] = [mean(points.map(({ hours }) => hours)), mean(points.map(({ value }) => value))]
  const spread = points.reduce((sum, { hours }) => sum + (hours - atMean) ** 2, 0)
  const shared = points.reduce((sum, { hours, value }) => sum + (hours - atMean) * (value - valueMean), 0)
  return spread > 0 ? shared / spread : 0
}
