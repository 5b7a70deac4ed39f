// Evidence: the pictures of an incident. Every look is registered (条例 of 2025-04-01), by name.
import { createReadStream } from 'node:fs'
import type { EvidenceId } from '../../core/ids.ts'
import { actorOf, idOf } from '../access.ts'
import type { EvidenceFiles } from '../ports.ts'
import { answersWith } from '../problem.ts'
import { type Api, type ApiPorts, findIncident, idParams, missing, whoseIncident } from './route.ts'

/** A provisional picture, whose candidate has not fired, belongs to nobody's incident and is shown to nobody. */
async function open(evidence: EvidenceFiles, id: EvidenceId) {
  const found = await evidence.open(id)
  const incidentId = found?.row.incidentId
  if (!found || !incidentId) throw missing('picture', id)
  return { ...found, incidentId }
}

export function evidenceRoutes(app: Api, { evidence, reading, log }: ApiPorts): void {
  app.get(
    '/api/evidence/:id',
    {
      config: {
        access: {
          action: 'evidence:read',
          target: async request => {
            const { incidentId } = await open(evidence, idOf(request))
            return whoseIncident(await findIncident(reading, incidentId))
          },
        },
      },
      schema: {
        summary: 'A picture of an incident',
        tags: ['incidents'],
        params: idParams,
        response: answersWith('image/jpeg', 'The picture'),
      },
    },
    async (request, reply) => {
      const { path, row, incidentId } = await open(evidence, request.params.id as EvidenceId)
      log.info({ actor: actorOf(request).name, evidence: row.id, incident: incidentId }, 'picture shown')
      return reply
        .type(row.mediaType)
        .header('content-length', row.bytes)
        .header('cache-control', 'private, max-age=3600')
        .send(createReadStream(path))
    },
  )
}
