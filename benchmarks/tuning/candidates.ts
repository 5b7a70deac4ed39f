// Which other options a zone's rule is tried with: a small grid round those that it has, and only ever stricter.
//
// Looser ones would raise alerts that no operator has judged: what they are worth cannot be read off verdicts.

import type { Zone } from '../../core/camera.ts'
import { parseOptions } from '../../core/kind.ts'
import type { RuleKind } from '../../core/observation.ts'
import { formatDuration } from '../../core/time.ts'
import { ruleNamed } from '../../watch/camera-rules.ts'

export type ZoneOptions = Readonly<Record<string, unknown>>

export interface Candidate {
  /** As they stand in the cameras file. */
  readonly options: ZoneOptions
  /** What differs from the zone's own: { grace: ['7m', '8m45s'] }; nothing for the first candidate, which is the zone's own. */
  readonly changes: Readonly<Record<string, readonly [from: unknown, to: unknown]>>
  /** How far it goes from what is there: of two that do the same, the nearer one is proposed. */
  readonly steps: number
}

/** One option, and the values it is tried with: the first is what it has, each next one is stricter. */
interface Axis {
  readonly name: string
  readonly values: readonly unknown[]
}

const DURATION_FACTORS = [1, 1.15, 1.25, 1.5, 2, 3]
const COUNT_FACTORS = [1, 1.15, 1.3, 1.5, 2]
const SCORE_STEPS = [0, 0.05, 0.1, 0.15, 0.2, 0.3]
/** No network that is used here is surer than this of more than half of what is there. */
const HIGHEST_SCORE = 0.9

type Parsed = Readonly<Record<string, unknown>>

/** To whole seconds: nobody sets a grace of 8m2.5s. */
const longer = (name: string, parsed: Parsed): Axis => ({
  name,
  values: DURATION_FACTORS.map(factor => formatDuration(Math.round((Number(parsed[name]) * factor) / 1_000) * 1_000)),
})
const more = (name: string, parsed: Parsed): Axis => ({
  name,
  values: COUNT_FACTORS.map(factor => Math.ceil(Number(parsed[name]) * factor)),
})
const surer = (name: string, parsed: Parsed): Axis => ({
  name,
  values: SCORE_STEPS.map(step => Math.round((Number(parsed[name]) + step) * 100) / 100).filter(
    (value, index) => index === 0 || value <= HIGHEST_SCORE,
  ),
})

const AXES: Readonly<Partial<Record<RuleKind, (parsed: Parsed) => readonly Axis[]>>> = {
  'illegal-parking': parsed => [longer('grace', parsed), surer('minScore', parsed)],
  crowding: parsed => [more('threshold', parsed), longer('hold', parsed), surer('minScore', parsed)],
  'overflowing-bin': parsed => [longer('within', parsed)],
  'dirty-road': parsed => [longer('persist', parsed), more('pieces', parsed), surer('minScore', parsed)],
}

/**
 * The zone's own options first, then all that differ from them in at most two of its rule's options.
 * Empty for rules that are not tuned. @throws JiemuError options-invalid, rule-not-built
 */
export function candidatesFor(zone: Pick<Zone, 'cameraId' | 'id' | 'rule' | 'options'>): readonly Candidate[] {
  const where = `zone ${zone.cameraId}/${zone.id}`
  const { options: schema } = ruleNamed(zone.rule, where)
  const parsed: Parsed = parseOptions(schema, where, zone.options)
  const axes = AXES[zone.rule]?.(parsed)
  if (!axes) return []
  const grid = axes.reduce<readonly (readonly number[])[]>(
    (points, axis) => points.flatMap(point => axis.values.map((_, index) => [...point, index])),
    [[]],
  )
  return grid
    .filter(point => point.filter(index => index > 0).length <= 2)
    .map(point => {
      const moved = axes.flatMap(({ name, values }, axis) => {
        const index = point[axis] ?? 0
        return index > 0 && values[index] !== values[0] ? [[name, [values[0], values[index]]] as const] : []
      })
      return {
        options: { ...zone.options, ...Object.fromEntries(moved.map(([name, [, to]]) => [name, to])) },
        changes: Object.fromEntries(moved),
        steps: point.reduce((sum, index) => sum + index, 0),
      }
    })
    .filter(({ steps, changes }) => steps === 0 || Object.keys(changes).length > 0)
    .filter(({ options }) => schema.safeParse(options).success)
    .toSorted((a, b) => a.steps - b.steps)
}
