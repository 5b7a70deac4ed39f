// Legal holds: nothing of a held case is deleted until the hold is released.
import { z } from 'zod'
import type { IncidentId, JobId } from '../../core/ids.ts'
import type { Case } from '../../core/keeping.ts'
import { actorOf } from '../access.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams, incidentTarget, jobTarget } from './route.ts'

export const holdSchema = z
  .object({
    incidentId: z.string().nullable(),
    jobId: z.string().nullable(),
    reason: z.string(),
    placedBy: z.string(),
    placedAt: z.number().int(),
    releasedBy: z.string().nullable(),
    releasedAt: z.number().int().nullable(),
    releaseReason: z.string().nullable(),
  })
  .meta({ id: 'LegalHold' })
const because = z.strictObject({ reason: z.string().trim().min(1).max(500) })
const tags = ['keeping']

export function holdRoutes(app: Api, { reading, holds }: ApiPorts): void {
  const cases = [
    {
      path: 'incidents',
      target: incidentTarget(reading),
      of: (id: string): Case => ({ incidentId: id as IncidentId }),
    },
    { path: 'jobs', target: jobTarget(reading), of: (id: string): Case => ({ jobId: id as JobId }) },
  ] as const
  for (const { path, target, of } of cases) {
    const config = { access: { action: 'case:hold', target } } as const
    const schema = { tags, params: idParams, body: because, response: answers(holdSchema) }
    app.post(
      `/api/${path}/:id/hold`,
      {
        config,
        schema: { ...schema, summary: 'Hold it: nothing of it is deleted; held already, it stays as it is held' },
      },
      request => holds.place(of(request.params.id), request.body.reason, actorOf(request).name),
    )
    app.delete(
      `/api/${path}/:id/hold`,
      { config, schema: { ...schema, summary: 'Release the hold: retention goes on with it' } },
      request => holds.release(of(request.params.id), request.body.reason, actorOf(request).name),
    )
  }

  app.get(
    '/api/holds',
    {
      config: { access: { action: 'register:read', target: 'district' } },
      schema: {
        summary: 'The holds that stand, oldest first',
        tags,
        response: answers(z.object({ items: z.array(holdSchema).readonly() })),
      },
    },
    async () => ({ items: await holds.standing() }),
  )
}
