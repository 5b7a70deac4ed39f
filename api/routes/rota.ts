// Workers, their shifts and the exceptions from them: read by whoever dispatches, kept by administrators and team leaders.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { contentId, type TeamId, type WorkerId } from '../../core/ids.ts'
import type { Actor } from '../../core/permission.ts'
import type { RotaKeeper, Shift, Worker } from '../../core/worker.ts'
import { actorOf, idOf } from '../access.ts'
import { authorize, type Resource, readingScope } from '../authorize.ts'
import { answers } from '../problem.ts'
import {
  newOverrideBody,
  newShiftBody,
  newWorkerBody,
  overrideBody,
  overrideSchema,
  shiftBody,
  shiftSchema,
  teamSchema,
  workerBody,
  workerSchema,
  workerStatusSchema,
} from '../rota-views.ts'
import { type Api, type ApiPorts, idParams, missing } from './route.ts'

const tags = ['rota']
const read = { action: 'rota:read', target: 'filtered' } as const
const removed = z.object({ removed: z.boolean() })
const listOf = <T extends z.ZodType>(item: T) => answers(z.object({ items: z.array(item).readonly() }))

type Whose = Pick<Shift, 'teamId' | 'workerId'>

/** A team may work in several streets: its rota is kept by the district, and by itself. */
const teams = (teamId: TeamId | null): Resource => ({ streetId: null, teamId })

/** For the store, which asks again whose it is when nobody can change that any more. */
function keeperOf(actor: Actor): RotaKeeper {
  const { name, scope } = actor
  if (scope === 'district') return { name, ofTeam: null }
  // Streets keep no rota: their requests are refused before.
  if (!('team' in scope)) throw new JiemuError('forbidden', { actor: name, action: 'rota:manage' })
  return { name, ofTeam: scope.team }
}

/** Whose rota a request would change: that of the record, and of what the body makes of it. */
function guards(rota: ApiPorts['rota']) {
  const ownerOf = async ({ teamId, workerId }: Whose): Promise<Resource> =>
    // Of a worker whom nobody knows: only who may do it for everybody learns that there is none.
    teams(teamId ?? (workerId && (await rota.worker(workerId))?.teamId) ?? null)
  const byBody = async ({ body }: FastifyRequest): Promise<Resource> => ownerOf(body as Whose)
  const found = <T>(record: T | undefined, what: string, request: FastifyRequest): T => {
    if (!record) throw missing(what, idOf(request))
    return record
  }
  return {
    ownerOf,
    add: { action: 'rota:manage', target: byBody },
    worker: {
      action: 'rota:manage',
      target: async (request: FastifyRequest) =>
        teams(found(await rota.worker(idOf(request)), 'worker', request).teamId),
    },
    shift: {
      action: 'rota:manage',
      target: async (request: FastifyRequest) => ownerOf(found(await rota.shift(idOf(request)), 'shift', request)),
    },
    override: {
      action: 'rota:manage',
      target: async (request: FastifyRequest) =>
        ownerOf(found(await rota.override(idOf(request)), 'shift-override', request)),
    },
  } as const
}

export function rotaRoutes(app: Api, { rota }: Pick<ApiPorts, 'rota'>): void {
  const may = guards(rota)

  app.get(
    '/api/teams',
    {
      config: { access: read },
      schema: { summary: 'The teams, by id', tags, response: listOf(teamSchema) },
    },
    async request => ({ items: await rota.teamList(readingScope(actorOf(request))) }),
  )

  app.get(
    '/api/workers',
    {
      config: { access: read },
      schema: {
        summary: 'Workers, whether they are on shift, what they have to do and where they are, by id',
        tags,
        response: listOf(workerStatusSchema),
      },
    },
    async request => {
      const found = await rota.workers(readingScope(actorOf(request)))
      return { items: found.map(({ worker, ...status }) => ({ ...worker, ...status })) }
    },
  )

  app.post(
    '/api/workers',
    {
      config: { access: may.add },
      schema: { summary: 'Add a worker', tags, body: newWorkerBody, response: answers(workerSchema) },
    },
    async request => {
      const record: Worker = request.body
      await rota.add({ what: 'worker', record }, keeperOf(actorOf(request)))
      return record
    },
  )

  app.put(
    '/api/workers/:id',
    {
      config: { access: may.worker },
      schema: {
        summary: 'Say anew what is said of a worker; holds with the next assignment',
        tags,
        params: idParams,
        body: workerBody,
        response: answers(workerSchema),
      },
    },
    async request => {
      const actor = actorOf(request)
      // Nobody moves a worker into a team that is not theirs.
      authorize(actor, 'rota:manage', teams(request.body.teamId))
      const record: Worker = { id: request.params.id as WorkerId, ...request.body }
      await rota.change({ what: 'worker', record }, keeperOf(actor))
      return record
    },
  )

  app.get(
    '/api/shifts',
    {
      config: { access: read },
      schema: { summary: 'The rota: who works when, by id', tags, response: listOf(shiftSchema) },
    },
    async request => ({ items: await rota.shifts(readingScope(actorOf(request))) }),
  )

  app.post(
    '/api/shifts',
    {
      config: { access: may.add },
      schema: { summary: 'Add a row to the rota', tags, body: newShiftBody, response: answers(shiftSchema) },
    },
    async request => {
      await rota.add({ what: 'shift', record: request.body }, keeperOf(actorOf(request)))
      return request.body
    },
  )

  app.put(
    '/api/shifts/:id',
    {
      config: { access: may.shift },
      schema: {
        summary: 'Change a row of the rota',
        tags,
        params: idParams,
        body: shiftBody,
        response: answers(shiftSchema),
      },
    },
    async request => {
      const actor = actorOf(request)
      authorize(actor, 'rota:manage', await may.ownerOf(request.body))
      const record = { id: request.params.id, ...request.body }
      await rota.change({ what: 'shift', record }, keeperOf(actor))
      return record
    },
  )

  app.get(
    '/api/shift-overrides',
    {
      config: { access: read },
      schema: {
        summary: 'Exceptions from the rota: leave, illness, swaps; the first to begin first',
        tags,
        querystring: z.strictObject({
          endingAfter: z.coerce.number().int().min(0).optional().describe('epoch milliseconds; now, if left out'),
        }),
        response: listOf(overrideSchema),
      },
    },
    async request => ({
      items: await rota.overrides(readingScope(actorOf(request)), request.query.endingAfter),
    }),
  )

  app.post(
    '/api/shift-overrides',
    {
      config: { access: may.add },
      schema: {
        summary: 'Add an exception from the rota',
        tags,
        body: newOverrideBody,
        response: answers(overrideSchema),
      },
    },
    async request => {
      const { id, ...rest } = request.body
      const record = { id: id ?? `ovr-${contentId(JSON.stringify(rest))}`, ...rest }
      await rota.add({ what: 'shift-override', record }, keeperOf(actorOf(request)))
      return writtenOverride(record.id)
    },
  )

  app.put(
    '/api/shift-overrides/:id',
    {
      config: { access: may.override },
      schema: {
        summary: 'Change an exception from the rota; it counts as said just now',
        tags,
        params: idParams,
        body: overrideBody,
        response: answers(overrideSchema),
      },
    },
    async request => {
      const actor = actorOf(request)
      authorize(actor, 'rota:manage', await may.ownerOf(request.body))
      const record = { id: request.params.id, ...request.body }
      await rota.change({ what: 'shift-override', record }, keeperOf(actor))
      return writtenOverride(record.id)
    },
  )

  for (const { path, what, access, summary } of [
    {
      path: 'workers',
      what: 'worker',
      access: may.worker,
      summary: 'Remove a worker who has no open jobs, with their own shifts and exceptions',
    },
    { path: 'shifts', what: 'shift', access: may.shift, summary: 'Remove a row of the rota' },
    { path: 'shift-overrides', what: 'shift-override', access: may.override, summary: 'Take an exception back' },
  ] as const) {
    app.delete(
      `/api/${path}/:id`,
      { config: { access }, schema: { summary, tags, params: idParams, response: answers(removed) } },
      async request => {
        await rota.remove(what, request.params.id, keeperOf(actorOf(request)))
        return { removed: true }
      },
    )
  }

  async function writtenOverride(id: string) {
    const written = await rota.override(id)
    if (!written) throw missing('shift-override', id)
    return written
  }
}
