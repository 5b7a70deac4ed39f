// The board of jobs: cards of each state, most urgent first, and how many there are.
import { z } from 'zod'
import { DEADLINES } from '../../core/deadline.ts'
import { ID_PATTERN, type StreetId, type TeamId, type WorkerId } from '../../core/ids.ts'
import { JOB_STATES } from '../../core/job.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { actorOf } from '../access.ts'
import { readingScope } from '../authorize.ts'
import type { BoardFilter } from '../board-ports.ts'
import { pageQuery, pageRequest } from '../paging.ts'
import { answers } from '../problem.ts'
import { jobSchema } from '../schemas.ts'
import type { Api, ApiPorts } from './route.ts'

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

export function boardRoutes(app: Api, { board }: Pick<ApiPorts, 'board'>): void {
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
}
