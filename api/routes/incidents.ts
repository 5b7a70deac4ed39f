// Incidents: read them, and decide whether what a camera reports is so.
import { z } from 'zod'
import { type CameraId, ID_PATTERN, type IncidentId } from '../../core/ids.ts'
import { REJECT_REASONS } from '../../core/incident.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import { actorOf } from '../access.ts'
import { jobsFor } from '../assignment-views.ts'
import { readingScope } from '../authorize.ts'
import { MOST_INCIDENTS, pageOf, pageQuery, pageRequest, pageSchema } from '../paging.ts'
import type { IncidentFilter } from '../ports.ts'
import { answers } from '../problem.ts'
import type { Recipient } from '../review-ports.ts'
import { incidentDetailSchema, incidentSchema, PHYSICAL_STATES, REVIEW_STATES } from '../schemas.ts'
import { type Api, type ApiPorts, findIncident, idParams, incidentTarget } from './route.ts'

const query = z.strictObject({
  ...pageQuery,
  limit: z.coerce.number().int().min(1).max(MOST_INCIDENTS).default(50),
  physical: z.enum(PHYSICAL_STATES).optional(),
  review: z.enum(REVIEW_STATES).optional(),
  kind: z.enum(RULE_KINDS).optional(),
  camera: z.string().max(63).optional(),
})

const takeOver = z.boolean().default(false).describe('although somebody else looks at it')

const confirmation = z.strictObject({
  takeOver,
  to: z
    .union([
      z.strictObject({ workerId: z.string().regex(ID_PATTERN) }),
      z.strictObject({ teamId: z.string().regex(ID_PATTERN) }),
    ])
    .optional()
    .describe('whom the operator would like to have the job; refused where they could not go now'),
})

const rejection = z.strictObject({
  takeOver,
  reason: z.enum(REJECT_REASONS),
  note: z.string().trim().max(500).optional().describe('in the operator’s own words'),
})

const undoing = z.strictObject({
  reason: z.string().trim().max(500).optional().describe('needed once somebody has accepted the job'),
})

function filterOf({
  physical,
  review,
  kind,
  camera,
  ...page
}: z.output<typeof query>): Omit<IncidentFilter, 'streets'> {
  return {
    ...pageRequest(page),
    ...(physical && { physical }),
    ...(review && { review }),
    ...(kind && { kind }),
    ...(camera && { cameraId: camera as CameraId }),
  }
}

export function incidentRoutes(app: Api, { reading, commands, rota }: ApiPorts): void {
  const shown = async (id: IncidentId, actor: Actor) => {
    const found = await findIncident(reading, id)
    return { ...found, job: found.job && (await jobsFor(actor, rota))(found.job) }
  }
  const target = incidentTarget(reading)
  const tags = ['incidents']

  app.get(
    '/api/incidents',
    {
      config: { access: { action: 'incident:read', target: 'filtered' } },
      schema: {
        summary: 'Incidents, newest first',
        tags,
        querystring: query,
        response: answers(pageSchema(incidentSchema)),
      },
    },
    async request => {
      const filter = { ...filterOf(request.query), ...readingScope(actorOf(request)) }
      return pageOf(await reading.listIncidents(filter), filter.limit, incident => incident.openedAt)
    },
  )

  app.get(
    '/api/incidents/:id',
    {
      config: { access: { action: 'incident:read', target } },
      schema: {
        summary: 'One incident: why it was raised, what happened since, its pictures and its job',
        tags,
        params: idParams,
        response: answers(incidentDetailSchema),
      },
    },
    request => shown(request.params.id as IncidentId, actorOf(request)),
  )

  app.post(
    '/api/incidents/:id/confirm',
    {
      config: { access: { action: 'incident:decide', target } },
      schema: {
        summary: 'Confirm an incident: a job is made, or a job near it takes it in',
        tags,
        params: idParams,
        body: confirmation,
        response: answers(incidentDetailSchema),
      },
    },
    async request => {
      const id = request.params.id as IncidentId
      const { takeOver, to } = request.body
      await commands.confirm(id, actorOf(request), { takeOver, ...(to && { to: to as Recipient }) })
      return shown(id, actorOf(request))
    },
  )

  app.post(
    '/api/incidents/:id/reject',
    {
      config: { access: { action: 'incident:decide', target } },
      schema: {
        summary: 'Reject an incident, with the reason',
        tags,
        params: idParams,
        body: rejection,
        response: answers(incidentDetailSchema),
      },
    },
    async request => {
      const id = request.params.id as IncidentId
      const { reason, note, takeOver } = request.body
      await commands.reject(id, reason, note || null, actorOf(request), { takeOver })
      return shown(id, actorOf(request))
    },
  )

  app.post(
    '/api/incidents/:id/undo',
    {
      config: { access: { action: 'incident:undo', target } },
      schema: {
        summary: 'Take a decision back within ten seconds: its job is cancelled, and the alert is pending again',
        tags,
        params: idParams,
        body: undoing,
        response: answers(incidentDetailSchema),
      },
    },
    async request => {
      const id = request.params.id as IncidentId
      await commands.undo(id, request.body.reason || null, actorOf(request))
      return shown(id, actorOf(request))
    },
  )
}
