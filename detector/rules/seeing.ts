// How much of the time a camera could see: blind time neither starts nor clears anything.
import { z } from 'zod'
import type { Scene } from '../../core/scene.ts'

/** Scenes further apart than this are two looks, not one view: in between, anything may have happened unseen. */
export const VIEW_GAP_MS = 60_000

export const seeingSchema = z.object({ lastClearAt: z.number().nullable(), blindSince: z.boolean() })
export type Seeing = z.output<typeof seeingSchema>

export const UNSEEN: Seeing = { lastClearAt: null, blindSince: false }

export interface Glance {
  /** Milliseconds since the last clear scene; 0 for the first. */
  readonly elapsedMs: number
  /** Whether the camera watched all that time: no blind scene and no gap. False for the first scene. */
  readonly watched: boolean
}

/** @returns undefined where the scene itself cannot be judged */
export function look(seeing: Seeing, scene: Scene): { readonly next: Seeing; readonly glance: Glance | undefined } {
  if (scene.view !== 'clear') return { next: { ...seeing, blindSince: true }, glance: undefined }
  const elapsedMs = seeing.lastClearAt === null ? 0 : scene.at - seeing.lastClearAt
  const watched = seeing.lastClearAt !== null && !seeing.blindSince && elapsedMs <= VIEW_GAP_MS
  return { next: { lastClearAt: scene.at, blindSince: false }, glance: { elapsedMs, watched } }
}
