// How a camera does, in one of a few words: what needs somebody comes first.
import type { Camera } from '../../client/records.ts'

export const CAMERA_STATES = ['asked', 'trouble', 'blind', 'fine'] as const
export type CameraState = (typeof CAMERA_STATES)[number]

/** Somebody must say whether its zones fit. */
export const isAsked = ({ sight, viewWord }: Camera): boolean =>
  !!sight?.pending && sight.pending !== viewWord.confirmed

export function stateOf(camera: Camera): CameraState {
  if (isAsked(camera)) return 'asked'
  const { health, sight, costs } = camera
  if (!health || !['online', 'ended'].includes(health.state) || costs.some(({ problem }) => problem)) return 'trouble'
  return sight && sight.view !== 'clear' ? 'blind' : 'fine'
}

export const blindMsOf = ({ sight }: Camera): number =>
  Object.values(sight?.blindMs ?? {}).reduce((sum, ms) => sum + (ms ?? 0), 0)

/** A shape for each state, since nobody should have to tell by colour. */
export const SHAPES: Readonly<Record<CameraState, string>> = { asked: '?', trouble: '✕', blind: '◐', fine: '●' }
