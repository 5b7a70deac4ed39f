// The board of jobs: cards of each state, most urgent first, and how many there are.
import { z } from 'zod'
import { DEADLINES } from '../../core/deadline.ts'
import { ID_PATTERN, type JobId, type StreetId, type TeamId, type WorkerId } from '../../core/ids.ts'
import { JOB_STATES } from '../../core/job.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { actorOf } from '../access.ts'
import { readingScope } from '../authorize.ts'
import type { BoardFilter } from '../board-ports.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { answers } from '../problem.ts'
import { jobSchema } from '../schemas.ts'
import { type Api, type ApiPorts, idParams, jobTarget } from './route.ts'

const at = z.number().int().describe('epoch milliseconds')
const id = z.string().regex(ID_PATTERN, 'not an id')
const flag = z.enum(['true', 'false']).transform(text => text === 'true')
const ON_THE_BOARD = JOB_STATES.filter(state => state !== 'cancelled' && state !== 'joined')

const filters = {
  states: z
    .string()
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(ON_THE_BOARD)).min(1).max(ON_THE_BOARD.length))
    .optional()
    .describe('by commas; all, if left out. Closed are those of the last day'),
  kind: z.enum(RULE_KINDS).optional(),
  street: id.optional(),
  team: id.optional(),
  worker: id.optional(),
  overdue: flag.optional().describe('a deadline passed, and what it was for is still not done'),
  supervised: flag.optional(),
} as const

/** A job without what only its own page shows. */
export const cardSchema = jobSchema
  .omit({ assignment: true, incidentIds: true, endReason: true, mergedInto: true })
  .extend({
    cameraId: z.string().nullable().describe('of its first incident'),
    due: z
      .object({ deadline: z.enum(DEADLINES), dueAt: at, missedAt: at.nullable() })
      .nullable()
      .describe('the deadline that is due next, or was missed first'),
    overdue: z.boolean(),
  })
  .meta({ id: 'JobCard' })

export const tallySchema = z.object({
  states: z.array(z.object({ state: z.enum(JOB_STATES), jobs: z.number().int() })).readonly(),
  overdue: z.number().int(),
  supervised: z.number().int(),
})

const query = z.strictObject({ ...pageQuery, ...filters })

export const mergeTargetsSchema = z.object({
  items: z
    .array(
      jobSchema
        .pick({ id: true, kind: true, placeId: true, severity: true, state: true, createdAt: true })
        .extend({
          ...jobSchema.pick({ teamId: true, workerId: true, lat: true, lon: true }).shape,
          cameraId: z.string().nullable().describe('of its first incident'),
          because: z.enum(['same-camera', 'near', 'open']).describe('`near`: within 200 m'),
          distanceM: z.number().int().nullable().describe('null where one of the two positions is unknown'),
          pictureId: z.string().nullable().describe('evidence of its first incident, as it began'),
        })
        .meta({ id: 'MergeTarget' }),
    )
    .readonly(),
})
const mergeQuery = z.strictObject({
  text: z.string().trim().min(1).max(80).optional().describe('in its id, its place, its camera’s or zone’s name'),
})
const MOST_TARGETS = 24

function wanted({
  states,
  kind,
  street,
  team,
  worker,
  overdue,
  supervised,
}: z.output<z.ZodObject<typeof filters>>): BoardFilter {
  return {
    ...(states && { states }),
    ...(kind && { kind }),
    ...(street && { street: street as StreetId }),
    ...(team && { team: team as TeamId }),
    ...(worker && { worker: worker as WorkerId }),
    ...(overdue !== undefined && { overdue }),
    ...(supervised !== undefined && { supervised }),
  }
}

export function boardRoutes(app: Api, { board, reading }: Pick<ApiPorts, 'board' | 'reading'>): void {
  const access = { action: 'job:read', target: 'filtered' } as const
  const tags = ['jobs']

  app.get(
    '/api/board',
    {
      config: { access },
      schema: {
        summary: 'How many jobs are in which state, overdue and under supervision',
        tags,
        querystring: z.strictObject(filters),
        response: answers(tallySchema),
      },
    },
    request => board.tally({ ...wanted(request.query), ...readingScope(actorOf(request)) }),
  )

  app.get(
    '/api/board/cards',
    {
      config: { access },
      schema: {
        summary: 'Jobs that are open, or were closed within a day; what is due first comes first',
        tags,
        querystring: query,
        response: answers(
          z.object({
            items: z.array(cardSchema).readonly(),
            next: z.string().nullable().describe('send it as `before` for the next page; null at the end'),
          }),
        ),
      },
    },
    async request => {
      const { limit, before } = pageRequest(request.query)
      const scope = readingScope(actorOf(request))
      const items = await board.cards({ ...wanted(request.query), ...scope, limit, ...(before && { after: before }) })
      const last = items.at(-1)
      return { items, next: last && items.length >= limit ? `${last.urgency}~${last.id}` : null }
    },
  )

  app.get(
    '/api/jobs/:id/merge-targets',
    {
      config: { access: { action: 'job:dispatch', target: jobTarget(reading) } },
      schema: {
        summary: 'Open jobs that a job may be a duplicate of: of the same camera first, then the nearest',
        tags,
        params: idParams,
        querystring: mergeQuery,
        response: answers(mergeTargetsSchema),
      },
    },
    async request => {
      const { text } = request.query
      const wanted = { ...readingScope(actorOf(request)), ...(text && { text }), limit: MOST_TARGETS }
      return { items: await board.mergeTargets(request.params.id as JobId, wanted) }
    },
  )
}
