// Pictures for whoever holds a signed link: blurred, for a while, and each look registered.
import { z } from 'zod'
import type { EvidenceId } from '../../core/ids.ts'
import { answersWith } from '../problem.ts'
import { type Api, type ApiPorts, findIncident, idParams, missing } from './route.ts'

const query = z.strictObject({
  expires: z.coerce.number().int().min(0).max(99_999_999_999).describe('seconds since 1970'),
  signature: z.string().regex(/^[\w-]{1,64}$/, 'not a signature'),
})

export function mediaRoutes(app: Api, { media, register, reading }: ApiPorts): void {
  app.get(
    '/media/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'A blurred picture, for whoever was sent a link to it',
        tags: ['evidence'],
        params: idParams,
        querystring: query,
        response: answersWith('image/jpeg', 'The picture'),
      },
    },
    async (request, reply) => {
      const id = request.params.id as EvidenceId
      const { expires, signature } = request.query
      const found = await media.open(id, expires * 1_000, signature)
      // What was deleted since is gone, and what no incident took over was never anybody's.
      const incidentId = found?.row.incidentId
      if (!found || !incidentId) throw missing('picture', id)
      const { incident } = await findIncident(reading, incidentId)
      await register.record({
        ...{ who: 'link', role: null, purpose: 'media-link', address: request.ip },
        ...{ evidenceId: id, incidentId, jobId: null, streetId: incident.streetId, subject: null },
      })
      return reply.type('image/jpeg').send(Buffer.from(found.jpeg))
    },
  )
}
