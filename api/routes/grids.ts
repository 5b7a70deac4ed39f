// 五色评估: how the grids stand, what their colours are made of, and how these have changed.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GridId } from '../../core/ids.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { COLOURS, type Standing } from '../../core/standing.ts'
import { actorOf, idOf } from '../access.ts'
import { type Resource, readingScope } from '../authorize.ts'
import type { Standings } from '../figures-ports.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams, missing } from './route.ts'

const part = z.object({
  kind: z.enum(RULE_KINDS),
  open: z.number().int(),
  overdue: z.number().int(),
  repeated: z.number().int(),
  points: z.number(),
})
const standing = {
  gridId: z.string(),
  streetId: z.string(),
  colour: z.enum(COLOURS),
  score: z.number(),
  parts: z.array(part).readonly().describe('what the score is made of, most points first'),
  since: z.number().int().describe('epoch milliseconds; since when it has this colour'),
} as const
export const gridSchema = z.object(standing).meta({ id: 'Grid' })

const change = z.object({
  at: z.number().int(),
  from: z.enum(COLOURS).nullable().describe('null: it was seen for the first time'),
  to: z.enum(COLOURS),
  score: z.number(),
  parts: z.array(part).readonly(),
})

/** A year and more of a grid that changes every day. */
const HISTORY = 400

export const whoseGrid = ({ streetId }: Pick<Standing, 'streetId'>): Resource => ({ streetId, teamId: null })

/** @throws JiemuError not-found */
async function findGrid(standings: Standings, id: GridId): Promise<Standing> {
  const found = await standings.one(id)
  if (!found) throw missing('grid', id)
  return found
}

export function gridRoutes(app: Api, { standings }: Pick<ApiPorts, 'standings'>): void {
  const target = async (request: FastifyRequest) => whoseGrid(await findGrid(standings, idOf(request)))

  app.get(
    '/api/grids',
    {
      config: { access: { action: 'grid:read', target: 'filtered' } },
      schema: {
        summary: 'Grids with their colours (五色评估), by id',
        tags: ['figures'],
        response: answers(z.object({ items: z.array(gridSchema).readonly() })),
      },
    },
    async request => {
      const { streets, teamId } = readingScope(actorOf(request))
      // A grid belongs to a street, and to no team.
      return { items: await standings.list(teamId ? [] : streets) }
    },
  )

  app.get(
    '/api/grids/:id',
    {
      config: { access: { action: 'grid:read', target } },
      schema: {
        summary: 'One grid, and the changes of its colour, newest first',
        tags: ['figures'],
        params: idParams,
        response: answers(z.object({ ...standing, history: z.array(change).readonly() })),
      },
    },
    async request => {
      const id = request.params.id as GridId
      return { ...(await findGrid(standings, id)), history: await standings.history(id, HISTORY) }
    },
  )
}
