// Workers: who they are, where they were last seen, and when they work.
import { z } from 'zod'
import { applies, type Calendar, calendarSchema } from './calendar.ts'
import type { Position } from './geo.ts'
import { type GridId, ID_PATTERN, type TeamId, type WorkerId } from './ids.ts'
import { RULE_KINDS, type RuleKind } from './observation.ts'
import type { Team } from './team.ts'
import { duration, type EpochMs } from './time.ts'

const id = z.string().regex(ID_PATTERN)
const teamId = id.transform(text => text as TeamId)
const workerId = id.transform(text => text as WorkerId)

/** What is said of a worker whom one knows by id and team. */
export const workerFields = {
  name: z.string().min(1).max(80),
  leader: z.boolean().default(false).describe('leads the team: gets what nobody else can take, even when full'),
  skills: z.array(z.enum(RULE_KINDS)).min(1).optional().describe('kinds of incident; the team’s, if left out'),
  grids: z
    .array(id.transform(text => text as GridId))
    .min(1)
    .optional()
    .describe('grids of the team that are theirs; all of them, if left out'),
  loadCap: z.number().int().positive().max(100).default(3).describe('open jobs at once; more would only wait'),
  active: z.boolean().default(true).describe('false for somebody who left: they get no more jobs'),
}

export const workerSchema = z.strictObject({ id: workerId, team: teamId, ...workerFields })
/** As the cameras' file has it. */
export type WorkerEntry = z.output<typeof workerSchema>

export interface Worker {
  readonly id: WorkerId
  readonly name: string
  readonly teamId: TeamId
  readonly leader: boolean
  /** Null: the team's. */
  readonly skills: readonly RuleKind[] | null
  readonly grids: readonly GridId[] | null
  readonly loadCap: number
  readonly active: boolean
}

/** Where a worker's phone was last; nothing older is kept. */
export interface WorkerPosition extends Position {
  readonly workerId: WorkerId
  readonly at: EpochMs
  readonly accuracyM: number | null
}

/** How people are chosen. */
export const assignmentSchema = z.strictObject({
  positionMaxAge: duration
    .prefault('15m')
    .describe('a position that is older says nothing: in 15 minutes somebody on an e-bike is 4 km further'),
})
export type AssignmentSettings = z.output<typeof assignmentSchema>

/** A row of the rota: of a whole team, or of one worker, whose rows then count instead of the team's. */
export const shiftSchema = z
  .strictObject({ id, team: teamId.optional(), worker: workerId.optional(), ...calendarSchema.shape })
  .refine(shift => (shift.team === undefined) !== (shift.worker === undefined), 'expected either a team or a worker')
/** As the cameras' file has it. */
export type ShiftEntry = z.output<typeof shiftSchema>

export interface Shift {
  readonly id: string
  readonly teamId: TeamId | null
  readonly workerId: WorkerId | null
  readonly calendar: Calendar
}

export const OVERRIDE_REASONS = ['leave', 'sick', 'swap', 'extra', 'training', 'other'] as const

/** An exception from the rota, for a while. */
export interface ShiftOverride {
  readonly id: string
  readonly teamId: TeamId | null
  readonly workerId: WorkerId | null
  /** Whether they work then. */
  readonly working: boolean
  readonly fromAt: EpochMs
  /** Exclusive. */
  readonly toAt: EpochMs
  readonly why: (typeof OVERRIDE_REASONS)[number]
  readonly note: string | null
  readonly createdAt: EpochMs
  readonly createdBy: string
}

/** What says who works when. */
export interface Rota {
  readonly shifts: readonly Shift[]
  readonly overrides: readonly ShiftOverride[]
}

/** One thing of a rota that is kept; when an exception is written, and by whom, the store knows itself. */
export type RotaRecord =
  | { readonly what: 'worker'; readonly record: Worker }
  | { readonly what: 'shift'; readonly record: Shift }
  | { readonly what: 'shift-override'; readonly record: Omit<ShiftOverride, 'createdAt' | 'createdBy'> }

/** Who changes a rota. */
export interface RotaKeeper {
  readonly name: string
  /** Whose rota they may keep; null is every team's. */
  readonly ofTeam: TeamId | null
}

/**
 * Whether a worker of a team works at `at`, or, without a worker, the team as a whole. Of the exceptions in force the
 * worker's own come before the team's, and the latest before older ones; without any the worker's rota, else the
 * team's, else the hours that the team itself names.
 */
export function isOnShift(
  { shifts, overrides }: Rota,
  team: Pick<Team, 'id' | 'shift'>,
  worker: Pick<Worker, 'id'> | null,
  at: EpochMs,
): boolean {
  const inForce = overrides.filter(({ fromAt, toAt }) => fromAt <= at && at < toAt)
  const ofWorker = <T extends Pick<Shift, 'workerId'>>(rows: readonly T[]) =>
    worker ? rows.filter(row => row.workerId === worker.id) : []
  const ofTeam = <T extends Pick<Shift, 'teamId'>>(rows: readonly T[]) => rows.filter(row => row.teamId === team.id)
  const exception = latest(ofWorker(inForce)) ?? latest(ofTeam(inForce))
  if (exception) return exception.working
  const own = ofWorker(shifts)
  const rota = own.length > 0 ? own : ofTeam(shifts)
  return rota.length > 0 ? rota.some(({ calendar }) => applies(calendar, at)) : applies(team.shift, at)
}

/** Who of a team works at `at`; nobody where it lists no workers, and works as a whole. */
export function onShiftOf<T extends Pick<Worker, 'id' | 'teamId' | 'active'>>(
  rota: Rota,
  team: Pick<Team, 'id' | 'shift'>,
  workers: readonly T[],
  at: EpochMs,
): readonly T[] {
  return workers.filter(worker => worker.teamId === team.id && worker.active && isOnShift(rota, team, worker, at))
}

function latest(overrides: readonly ShiftOverride[]): ShiftOverride | undefined {
  return overrides.toSorted(
    (one, other) => other.createdAt - one.createdAt || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0),
  )[0]
}
