// 主动上报: somebody of ours opens an incident that no rule has seen, on a camera's picture or in the street.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { CameraId, GridId, IncidentId, TeamId } from '../../core/ids.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { BY_HAND } from '../../core/incident.ts'
import { SEVERITIES, ZONE_RULES } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import { serviceOf } from '../../core/report.ts'
import { actorOf, idOf } from '../access.ts'
import { jobsFor } from '../assignment-views.ts'
import { permits } from '../authorize.ts'
import type { IncidentDetail, Reading } from '../ports.ts'
import { answers } from '../problem.ts'
import { incidentDetailSchema, REVIEW_STATES } from '../schemas.ts'
import {
  type Api,
  type ApiPorts,
  commandHeaders,
  findCamera,
  findIncident,
  keyOf,
  whoseCamera,
  whoseIncident,
} from './route.ts'

const share = z.number().min(0).max(1)
const SMALLEST = 0.005
const box = z
  .strictObject({ x1: share, y1: share, x2: share, y2: share })
  .refine(({ x1, y1, x2, y2 }) => x2 - x1 >= SMALLEST && y2 - y1 >= SMALLEST, 'x2 is right of x1, and y2 below y1')
  .describe('what it is about, in fractions of the frame')

const told = {
  kind: z.enum(ZONE_RULES),
  severity: z.enum(SEVERITIES).optional().describe('as residents’ reports of this kind, if left out'),
  note: z.string().trim().max(500).optional(),
}
const report = z.strictObject({
  ...told,
  cameraId: z.string().regex(ID_PATTERN),
  box,
  takenAt: z
    .number()
    .int()
    .optional()
    .describe('`jiemu-taken-at` of the still that it was drawn on, which is kept; the newest picture, if left out'),
})

const streetReport = z
  .strictObject({
    ...told,
    spot: z
      .strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
      .optional()
      .describe('WGS-84'),
    address: z.string().trim().min(1).max(200).optional(),
    gridId: z
      .string()
      .regex(ID_PATTERN)
      .optional()
      .describe('that of the nearest camera, else of one’s own team, if left out'),
  })
  .refine(({ spot, address }) => spot ?? address, 'say where: a spot, an address, or both')

const reported = z.object({
  incidentId: z.string(),
  review: z.enum(REVIEW_STATES).describe('pending: an operator confirms it'),
  jobId: z.string().nullable(),
})

/** A team works where it is sent: what its people see is theirs to report, in whichever street. */
const ownTeam = ({ scope }: Actor): TeamId | null => (scope !== 'district' && 'team' in scope ? scope.team : null)

export function handReportRoutes(app: Api, { handReports, cameras, reading, rota }: ApiPorts): void {
  const by = (actor: Actor) => ({ actor, decides: permits(actor, 'incident:decide', 'filtered') })
  const whole = ({ kind, severity, note }: z.output<typeof report> | z.output<typeof streetReport>) => ({
    kind,
    severity: severity ?? serviceOf(kind)?.severity ?? ('yellow' as const),
    note: note || null,
  })
  const placeOf = ({ spot, gridId }: z.output<typeof streetReport>) => ({
    spot: spot ?? null,
    gridId: (gridId as GridId | undefined) ?? null,
  })

  app.post(
    '/api/incidents',
    {
      config: {
        access: {
          action: 'camera:report',
          target: async (request: FastifyRequest) =>
            whoseCamera(await findCamera(cameras, (request.body as z.output<typeof report>).cameraId as CameraId)),
        },
      },
      schema: {
        summary:
          'Report what a camera shows: an incident, confirmed at once with its job where one decides on alerts oneself',
        tags: ['incidents'],
        headers: commandHeaders,
        body: report,
        response: answers(incidentDetailSchema),
      },
    },
    async request => {
      const { cameraId, box: drawn, takenAt = null } = request.body
      const actor = actorOf(request)
      const id = await handReports.open(
        { ...whole(request.body), cameraId: cameraId as CameraId, box: drawn, takenAt },
        by(actor),
        keyOf(request.headers, 'report', actor),
      )
      const found = await findIncident(reading, id)
      return { ...found, job: found.job && (await jobsFor(actor, rota))(found.job) }
    },
  )

  app.post(
    '/api/reports',
    {
      config: {
        access: {
          action: 'incident:report',
          target: async (request: FastifyRequest) => {
            const actor = actorOf(request)
            const place = placeOf(request.body as z.output<typeof streetReport>)
            return { streetId: (await handReports.gridOf(place, actor)).streetId, teamId: ownTeam(actor) }
          },
        },
      },
      schema: {
        summary:
          'Report what no camera shows, by its place: an incident that only people can see to be done; photos follow it',
        tags: ['incidents'],
        headers: commandHeaders,
        body: streetReport,
        response: answers(reported),
      },
    },
    async request => {
      const actor = actorOf(request)
      const wanted = { ...whole(request.body), ...placeOf(request.body), address: request.body.address ?? null }
      const key = keyOf(request.headers, 'street-report', actor)
      const incidentId = await handReports.openInStreet(wanted, by(actor), key)
      const { incident, job } = await findIncident(reading, incidentId)
      return { incidentId, review: incident.review, jobId: job?.id ?? null }
    },
  )
}

/** Whoever reported something adds photos to it, also where it has become the work of others. */
export const whoseReport = (reading: Reading) => async (request: FastifyRequest) => {
  const found = await findIncident(reading, idOf<IncidentId>(request))
  const actor = actorOf(request)
  const theirs = found.events.some(({ event, actor: by }) => event === 'opened' && by === actor.name)
  return theirs ? { streetId: found.incident.streetId, teamId: ownTeam(actor) } : whoseIncident(found)
}

/** @throws JiemuError request-invalid where a camera's rule opened it */
export function checkReported({ incident }: IncidentDetail): void {
  if (incident.reason.model.name === BY_HAND) return
  throw new JiemuError('request-invalid', { problem: `incident ${incident.id} was not reported by one of our people` })
}
