// 五色评估: how each grid stands, from green to red, by its open, overdue and repeated incidents.
import { z } from 'zod'
import type { GridId, StreetId } from './ids.ts'
import type { RuleKind } from './observation.ts'
import { duration, type EpochMs } from './time.ts'

/** 绿 蓝 黄 橙 红, best first. */
export const COLOURS = ['green', 'blue', 'yellow', 'orange', 'red'] as const
export type Colour = (typeof COLOURS)[number]

export const COLOUR_NAMES: Readonly<Record<Colour, string>> = {
  green: '绿',
  blue: '蓝',
  yellow: '黄',
  orange: '橙',
  red: '红',
}

/** What one kind of incident adds to a grid's score. */
export interface StandingPart {
  readonly kind: RuleKind
  /** Incidents that are there now and were not rejected. */
  readonly open: number
  /** Jobs whose time for handling is up. */
  readonly overdue: number
  /** Incidents at a place that had one already within the span, and returns within the cooldown. */
  readonly repeated: number
  readonly points: number
}

export interface Standing {
  readonly gridId: GridId
  readonly streetId: StreetId
  readonly colour: Colour
  readonly score: number
  readonly parts: readonly StandingPart[]
  /** Since when it has this colour. */
  readonly since: EpochMs
}

/** One row of the history: written with every change of colour, and once when a grid is first seen. */
export interface StandingChange {
  readonly gridId: GridId
  readonly streetId: StreetId
  readonly at: EpochMs
  readonly from: Colour | null
  readonly to: Colour
  readonly score: number
  readonly parts: readonly StandingPart[]
}

const weight = z.number().min(0).max(100)
const threshold = z.number().positive()

/**
 * `standings` of the configuration. The defaults are a starting point: a crowd has five minutes to be handled where the
 * others have an hour and more, so it weighs three; a camera's fault is no state of the street. What is overdue weighs
 * two more, since somebody was told and did not come; what comes back half, since handling it once did not help. Each
 * colour begins at about twice the score of the one before: 2 points are two parked cars, 20 a grid that has been left
 * to itself.
 */
export const standingsSchema = z
  .strictObject({
    weights: z
      .strictObject({
        'illegal-parking': weight.default(1),
        crowding: weight.default(3),
        'overflowing-bin': weight.default(1),
        'dirty-road': weight.default(1),
        'camera-health': weight.default(0),
      } satisfies Record<RuleKind, z.ZodType>)
      .prefault({})
      .describe('points of one open incident'),
    overdue: weight.default(2).describe('times the weight, for each overdue job, on top'),
    repeated: weight.default(0.5).describe('times the weight, for each repetition, on top'),
    repeatedWithin: duration.prefault('1d').describe('incidents of one kind and place within it are repetitions'),
    thresholds: z
      .strictObject({
        blue: threshold.default(2),
        yellow: threshold.default(5),
        orange: threshold.default(10),
        red: threshold.default(20),
      })
      .prefault({})
      .refine(({ blue, yellow, orange, red }) => blue < yellow && yellow < orange && orange < red, 'expected to rise')
      .describe('the score from which a grid has the colour'),
    release: z
      .number()
      .positive()
      .max(1)
      .default(0.8)
      .describe('share of its threshold below which a colour is left again'),
    holdFor: duration.prefault('5m').describe('a colour stays at least so long before it gets better'),
  })
  .describe('五色评估: weights and thresholds by which a grid is green, blue, yellow, orange or red')
export type StandingSettings = z.output<typeof standingsSchema>
