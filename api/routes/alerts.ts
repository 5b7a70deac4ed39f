// Alerts under an operator's eye: who looks at one, what would follow from it, and many decided at once.
import { z } from 'zod'
import { DEADLINES } from '../../core/deadline.ts'
import { toJiemuError } from '../../core/errors.ts'
import { ID_PATTERN, type IncidentId } from '../../core/ids.ts'
import { REJECT_REASONS } from '../../core/incident.ts'
import type { Actor } from '../../core/permission.ts'
import { actorOf } from '../access.ts'
import { assignmentSchema, offersSchema } from '../assignment-schemas.ts'
import { jobsFor, offersFor } from '../assignment-views.ts'
import { type Action, authorize, permits, readingScope } from '../authorize.ts'
import { answers } from '../problem.ts'
import { JOININGS, NEARNESSES } from '../review-ports.ts'
import { deadlinesSchema, incidentSchema, jobSchema } from '../schemas.ts'
import { type Api, type ApiPorts, findIncident, idParams, incidentTarget, missing } from './route.ts'

const claiming = z.strictObject({
  takeOver: z.boolean().default(false).describe('although somebody else looks at it'),
})

const at = z.number().int().describe('epoch milliseconds')
const position = z.object({ lat: z.number(), lon: z.number() }).nullable().describe('WGS-84')

/** A group of one camera and minute is smaller; this many take a second or two. */
const MOST_AT_ONCE = 200

const ids = z.array(z.string().regex(ID_PATTERN)).min(1).max(MOST_AT_ONCE)

const results = z.object({
  items: z
    .array(
      z.object({
        id: z.string(),
        done: z.boolean(),
        problem: z
          .object({ code: z.string(), detail: z.string(), hint: z.string() })
          .nullable()
          .describe('why this one was left as it was'),
      }),
    )
    .readonly(),
})

export const outlookSchema = z.object({
  at,
  position,
  joins: z
    .object({ job: jobSchema, because: z.enum(JOININGS), distanceM: z.number().nullable() })
    .nullable()
    .describe('the open job that it has, or that would take it in; null where it would get its own'),
  assignment: assignmentSchema.nullable().describe('who would go, and why; of an open job, who has it'),
  dues: z
    .array(z.object({ deadline: z.enum(DEADLINES), dueAt: at }))
    .readonly()
    .describe('of a job of its own, if it were confirmed now'),
  deadlines: deadlinesSchema.describe('of the open job'),
  offers: offersSchema.shape.offers.describe('whom one could name for it; empty for those who may not'),
  teams: offersSchema.shape.teams,
  near: z
    .array(
      z.object({
        incident: incidentSchema,
        because: z.enum(NEARNESSES),
        distanceM: z.number().nullable(),
        position,
      }),
    )
    .readonly()
    .describe('other open incidents, nearest first'),
})

/** Two minutes on foot: what one visit may see to as well. */
const NEAR_M = 300
const MOST_NEAR = 20

export function alertRoutes(app: Api, { reading, commands, rota }: ApiPorts): void {
  const target = incidentTarget(reading)
  const tags = ['incidents']

  app.post(
    '/api/incidents/:id/claim',
    {
      config: { access: { action: 'incident:decide', target } },
      schema: {
        summary: 'Say that you look at an alert: others see it for 30 s, unless it is said again',
        tags,
        params: idParams,
        body: claiming,
        response: answers(incidentSchema),
      },
    },
    async request => {
      const id = request.params.id as IncidentId
      await commands.claim(id, request.body.takeOver, actorOf(request))
      return (await findIncident(reading, id)).incident
    },
  )

  app.delete(
    '/api/incidents/:id/claim',
    {
      config: { access: { action: 'incident:decide', target } },
      schema: {
        summary: 'Look at an alert no more; a colleague’s claim stays as it is',
        tags,
        params: idParams,
        response: answers(incidentSchema),
      },
    },
    async request => {
      const id = request.params.id as IncidentId
      await commands.release(id, actorOf(request))
      return (await findIncident(reading, id)).incident
    },
  )

  app.get(
    '/api/incidents/:id/outlook',
    {
      config: { access: { action: 'incident:read', target } },
      schema: {
        summary:
          'What would follow if it were confirmed now: who goes, by when, or which job takes it in; and what is near',
        tags,
        params: idParams,
        response: answers(outlookSchema),
      },
    },
    async request => {
      const id = request.params.id as IncidentId
      const actor = actorOf(request)
      const [{ joins, assignment, offers, teams, ...rest }, near, shown] = await Promise.all([
        commands.outlook(id),
        reading.incidentsNear(id, readingScope(actor), NEAR_M, MOST_NEAR),
        jobsFor(actor, rota),
      ])
      const found = joins && (await reading.job(joins.jobId))
      const mayName = permits(actor, 'job:dispatch', 'filtered')
      const named = { offers: mayName ? offers : [], teams: mayName ? teams : [], next: null }
      return {
        ...rest,
        near,
        joins: joins && found ? { ...joins, job: shown(found.job) } : null,
        deadlines: found?.deadlines ?? [],
        assignment: shown({ assignment }).assignment,
        offers: (await offersFor(actor, rota, named)).offers,
        teams: named.teams,
      }
    },
  )

  /** One after the other, each in a transaction of its own: what fails for one is no reason to leave the others. */
  async function eachOf(
    wanted: readonly string[],
    action: Action,
    actor: Actor,
    one: (id: IncidentId) => Promise<unknown>,
  ): Promise<z.input<typeof results>> {
    const distinct = [...new Set(wanted)] as IncidentId[]
    const whose = await reading.whoseIncidents(distinct)
    const items: z.input<typeof results>['items'][number][] = []
    for (const id of distinct) {
      try {
        const resource = whose.get(id)
        if (!resource) throw missing('incident', id)
        authorize(actor, action, resource)
        await one(id)
        items.push({ id, done: true, problem: null })
      } catch (thrown) {
        const error = toJiemuError(thrown)
        if (error.code === 'unexpected' || error.retryable) throw thrown
        items.push({ id, done: false, problem: { code: error.code, detail: error.message, hint: error.hint } })
      }
    }
    return { items }
  }

  app.post(
    '/api/incidents/reject-batch',
    {
      config: { access: { action: 'incident:decide', target: 'filtered' } },
      schema: {
        summary: 'Reject several incidents for one reason; each is said to be done, or why not',
        tags,
        body: z.strictObject({
          ids,
          reason: z.enum(REJECT_REASONS),
          note: z.string().trim().max(500).optional(),
          takeOver: z.boolean().default(false),
        }),
        response: answers(results),
      },
    },
    request => {
      const { reason, note, takeOver } = request.body
      const actor = actorOf(request)
      return eachOf(request.body.ids, 'incident:decide', actor, id =>
        commands.reject(id, reason, note || null, actor, { takeOver }),
      )
    },
  )

  app.post(
    '/api/incidents/undo-batch',
    {
      config: { access: { action: 'incident:undo', target: 'filtered' } },
      schema: {
        summary: 'Take several decisions back within ten seconds; each is said to be done, or why not',
        tags,
        body: z.strictObject({ ids }),
        response: answers(results),
      },
    },
    request => {
      const actor = actorOf(request)
      return eachOf(request.body.ids, 'incident:undo', actor, id => commands.undo(id, null, actor))
    },
  )
}
