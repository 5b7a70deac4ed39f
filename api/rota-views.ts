// Workers, shifts and exceptions as the API takes and shows them: what is given is what may be put back.
import { z } from 'zod'
import { calendarSchema } from '../core/calendar.ts'
import { ID_PATTERN, type TeamId, type WorkerId } from '../core/ids.ts'
import { OVERRIDE_REASONS, workerFields } from '../core/worker.ts'

export const idText = z.string().regex(ID_PATTERN, 'not an id')
const teamId = idText.transform(text => text as TeamId)
const workerId = idText.transform(text => text as WorkerId)
const at = z.number().int().min(0).max(8.64e15).describe('epoch milliseconds')

export const workerBody = z.strictObject({
  teamId,
  ...workerFields,
  skills: workerFields.skills.nullable().default(null),
  grids: workerFields.grids.nullable().default(null),
})
export const newWorkerBody = workerBody.extend({ id: workerId })

/** Of a whole team, or of one worker. */
const whose = {
  teamId: teamId.nullable().default(null),
  workerId: workerId.nullable().default(null).describe('instead of a team: whose rows then count before the team’s'),
}
type Whose = { readonly teamId: TeamId | null; readonly workerId: WorkerId | null }
const isOne = ({ teamId, workerId }: Whose): boolean => (teamId === null) !== (workerId === null)
const ONE = 'expected either a teamId or a workerId'

const shift = z.strictObject({ ...whose, calendar: calendarSchema })
export const shiftBody = shift.refine(isOne, ONE)
export const newShiftBody = shift.extend({ id: idText }).refine(isOne, ONE)

/** Longer is no exception, but another rota. */
const LONGEST_MS = 366 * 86_400_000

const override = z.strictObject({
  ...whose,
  working: z.boolean().describe('whether they work then'),
  fromAt: at,
  toAt: at.describe('epoch milliseconds, exclusive'),
  why: z.enum(OVERRIDE_REASONS),
  note: z.string().trim().min(1).max(500).nullable().default(null),
})
const lasts = ({ fromAt, toAt }: { readonly fromAt: number; readonly toAt: number }): boolean =>
  toAt > fromAt && toAt - fromAt <= LONGEST_MS
const LASTS = 'expected toAt after fromAt, and by a year at most'
export const overrideBody = override.refine(isOne, ONE).refine(lasts, LASTS)
export const newOverrideBody = override
  .extend({ id: idText.optional().describe('made of the rest, if left out, so that the same twice is once') })
  .refine(isOne, ONE)
  .refine(lasts, LASTS)

export const positionBody = z.strictObject({
  lat: z.number().min(-90).max(90).describe('WGS-84, as the phone’s receiver says it; never GCJ-02 as off a map'),
  lon: z.number().min(-180).max(180),
  accuracyM: z
    .number()
    .min(0)
    .max(1_000)
    .nullable()
    .default(null)
    .describe('radius in metres; over a kilometre it would say nothing of who is nearest'),
  at: at.describe('when the phone was there, in epoch milliseconds'),
})

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly().nullable()
const worker = {
  id: z.string(),
  name: z.string(),
  teamId: z.string(),
  leader: z.boolean(),
  skills: list(z.string()).describe('null: the team’s'),
  grids: list(z.string()).describe('null: all of the team’s'),
  loadCap: z.number().int(),
  active: z.boolean(),
}
const calendar = z.object({
  timeZone: z.string(),
  days: z.array(z.string()).readonly(),
  from: z.string(),
  to: z.string(),
  holidays: z.array(z.string()).readonly(),
})

export const teamSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    skills: z.array(z.string()).readonly(),
    grids: z.array(z.string()).readonly(),
    neighbours: z.array(z.string()).readonly().describe('where it helps out'),
    loadCap: z.number().int(),
    onDuty: z.boolean().describe('takes what nobody else can: 值班'),
    shift: calendar.describe('when it works, where the rota says nothing'),
  })
  .meta({ id: 'Team' })
export const workerSchema = z.object(worker).meta({ id: 'Worker' })
export const workerStatusSchema = z.object({
  ...worker,
  onShift: z.boolean().describe('now, by the rota with its exceptions'),
  openJobs: z.number().int(),
  position: z
    .object({ lat: z.number(), lon: z.number(), accuracyM: z.number().nullable(), at: z.number().int() })
    .nullable()
    .describe(
      'where their phone was last, in WGS-84; null off shift, and where it is older than `assignment.positionMaxAge`',
    ),
})

const shown = { teamId: z.string().nullable(), workerId: z.string().nullable() }
export const shiftSchema = z
  .object({
    id: z.string(),
    ...shown,
    calendar,
  })
  .meta({ id: 'Shift' })

export const overrideSchema = z
  .object({
    id: z.string(),
    ...shown,
    working: z.boolean(),
    fromAt: at,
    toAt: at,
    why: z.enum(OVERRIDE_REASONS),
    note: z.string().nullable(),
    createdAt: at.describe('of two that are in force the latest counts'),
    createdBy: z.string(),
  })
  .meta({ id: 'ShiftOverride' })
