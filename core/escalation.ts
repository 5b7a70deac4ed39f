// Escalation: who is told when a deadline passes, one level after the other, how often, and when not at night.
import { z } from 'zod'
import { applies, calendarSchema, windowEnd } from './calendar.ts'
import { ID_PATTERN, type StreetId } from './ids.ts'
import { RULE_KINDS, SEVERITIES, type Severity } from './observation.ts'
import { ROLES } from './permission.ts'
import { duration, type EpochMs } from './time.ts'

const ON_DUTY = 'on-duty'
const ADDRESSEES: readonly string[] = [...ROLES, ON_DUTY]

const pause = duration.refine(durationMs => durationMs >= 10_000, 'expected ten seconds at least')

export const escalationLevelSchema = z.strictObject({
  name: z.string().min(1).max(40).describe('as people call it'),
  tell: z
    .array(z.string().regex(ID_PATTERN))
    .min(1)
    .describe(`roles, "${ON_DUTY}" for whoever is on duty by the rota, or names of destinations`),
  wait: pause.prefault('10m').describe('without an answer for so long, the next level is told'),
  repeat: pause.prefault('10m').describe('told again after this; the last level at doubling distances, up to a day'),
  quiet: calendarSchema
    .optional()
    .describe('hours in which it is not told of anything below orange, but when they end'),
})
export type EscalationLevel = z.output<typeof escalationLevelSchema>

export const escalationSchema = z.strictObject({
  kind: z.enum(RULE_KINDS).optional().describe('all kinds, if left out'),
  street: z
    .string()
    .regex(ID_PATTERN)
    .transform(text => text as StreetId)
    .optional()
    .describe('all streets, if left out; a chain of one street goes before one of a kind'),
  levels: z.array(escalationLevelSchema).min(1).max(9),
})
export type EscalationChain = z.output<typeof escalationSchema>

export const DEFAULT_LEVELS: readonly EscalationLevel[] = z.array(escalationLevelSchema).parse([
  { name: '班组长', tell: ['team-leader'], wait: '5m', repeat: '5m' },
  { name: '监督员', tell: ['supervisor'], wait: '10m', repeat: '5m' },
  { name: '值班长', tell: [ON_DUTY], wait: '30m', repeat: '10m' },
  { name: '区级', tell: ['admin'], repeat: '30m' },
])

/** Two weeks of quiet nights and days: whoever never wants to be told is told all the same. */
const LONGEST_QUIET_WINDOWS = 15

/** When a level is told of what happens at `at`: at once, or when its quiet hours end. */
export function tellAt({ quiet }: EscalationLevel, severity: Severity, at: EpochMs): EpochMs {
  if (!quiet || SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf('orange')) return at
  let told = at
  for (let count = 0; count < LONGEST_QUIET_WINDOWS; count += 1) {
    if (!applies(quiet, told)) return told
    told = windowEnd(quiet, told)
  }
  return at
}

/** Whom a level means: people by role, whoever is on duty, and destinations by name. */
export function addresseesOf({ tell }: EscalationLevel) {
  return {
    roles: tell.filter(name => ADDRESSEES.includes(name) && name !== ON_DUTY),
    onDuty: tell.includes(ON_DUTY),
    destinations: tell.filter(name => !ADDRESSEES.includes(name)),
  }
}

const DAY_MS = 86_400_000

/**
 * When a level is told next, or the one above it.
 * @param told when it was told first @param last when it was told last @param count how often, after the first time
 */
export function nextTurn(
  level: EscalationLevel,
  isLast: boolean,
  told: EpochMs,
  last: EpochMs,
  count: number,
): EpochMs {
  // Above it is nobody: a job that is left for a day writes ten notices, and not a hundred.
  if (isLast) return last + Math.min(level.repeat * 2 ** count, DAY_MS)
  return Math.min(last + level.repeat, Math.max(told + level.wait, last + 1))
}
