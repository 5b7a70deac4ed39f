// 主动上报: an operator opens an incident that no rule has seen, on a camera's picture.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CameraId } from '../../core/ids.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { SEVERITIES, ZONE_RULES } from '../../core/observation.ts'
import { serviceOf } from '../../core/report.ts'
import { actorOf } from '../access.ts'
import { jobsFor } from '../assignment-views.ts'
import { answers } from '../problem.ts'
import { incidentDetailSchema } from '../schemas.ts'
import { type Api, type ApiPorts, commandHeaders, findCamera, findIncident, keyOf, whoseCamera } from './route.ts'

const share = z.number().min(0).max(1)
const SMALLEST = 0.005
const box = z
  .strictObject({ x1: share, y1: share, x2: share, y2: share })
  .refine(({ x1, y1, x2, y2 }) => x2 - x1 >= SMALLEST && y2 - y1 >= SMALLEST, 'x2 is right of x1, and y2 below y1')
  .describe('what it is about, in fractions of the frame')

const report = z.strictObject({
  cameraId: z.string().regex(ID_PATTERN),
  kind: z.enum(ZONE_RULES),
  box,
  severity: z.enum(SEVERITIES).optional().describe('as residents’ reports of this kind, if left out'),
  note: z.string().trim().max(500).optional(),
})

export function handReportRoutes(app: Api, { handReports, cameras, reading, rota }: ApiPorts): void {
  app.post(
    '/api/incidents',
    {
      config: {
        access: {
          action: 'incident:decide',
          target: async (request: FastifyRequest) =>
            whoseCamera(await findCamera(cameras, (request.body as z.output<typeof report>).cameraId as CameraId)),
        },
      },
      schema: {
        summary: 'Report what a camera shows: an incident that is confirmed at once, and its job',
        tags: ['incidents'],
        headers: commandHeaders,
        body: report,
        response: answers(incidentDetailSchema),
      },
    },
    async request => {
      const { cameraId, kind, severity, note, ...drawn } = request.body
      const actor = actorOf(request)
      const wanted = { ...drawn, cameraId: cameraId as CameraId, kind, note: note || null }
      const id = await handReports.open(
        { ...wanted, severity: severity ?? serviceOf(kind)?.severity ?? 'yellow' },
        actor,
        keyOf(request.headers, 'report', actor),
      )
      const found = await findIncident(reading, id)
      return { ...found, job: found.job && (await jobsFor(actor, rota))(found.job) }
    },
  )
}
