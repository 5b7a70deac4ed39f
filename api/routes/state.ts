// The state of the house: who am I, is everything well, how much is waiting, and the figures for Prometheus.
import { z } from 'zod'
import { actorOf, identityOf } from '../access.ts'
import { readingScope } from '../authorize.ts'
import { meSchema, meView } from '../people-views.ts'
import { answers, answersWith } from '../problem.ts'
import { componentSchema } from '../schemas.ts'
import type { Api, ApiPorts } from './route.ts'

const tags = ['state']

const healthReport = z.object({
  state: z.enum(['ok', 'degraded', 'down']).describe('the worst of the components'),
  components: z.array(componentSchema).readonly(),
})

export const countsSchema = z.object({
  pendingIncidents: z.number().int(),
  activeIncidents: z.number().int(),
  queuedJobs: z.number().int(),
  openJobs: z.number().int(),
  overdueJobs: z.number().int(),
})

export function stateRoutes(app: Api, { reading, health, metrics }: ApiPorts): void {
  app.get(
    '/api/me',
    {
      config: { access: { action: 'me:read', target: 'filtered' } },
      schema: { summary: 'Who asks, and what they may do', tags, response: answers(meSchema) },
    },
    async request => meView(identityOf(request)),
  )

  app.get(
    '/api/counts',
    {
      config: { access: { action: 'incident:read', target: 'filtered' } },
      schema: { summary: 'How many incidents and jobs wait', tags, response: answers(countsSchema) },
    },
    request => reading.counts(readingScope(actorOf(request))),
  )

  app.get(
    '/api/health',
    {
      config: { access: { action: 'health:read', target: 'filtered' } },
      schema: {
        summary: 'Whether the parts of the house are well; 503 where one that is needed is down',
        tags,
        response: { ...answers(healthReport), 503: healthReport },
      },
    },
    async (_request, reply) => {
      const components = await health.report()
      const has = (state: string): boolean => components.some(component => component.state === state)
      const state = has('down') ? 'down' : has('degraded') ? 'degraded' : 'ok'
      return reply.code(state === 'down' ? 503 : 200).send({ state, components })
    },
  )

  app.get(
    '/metrics',
    {
      config: { access: { action: 'metrics:read', target: 'district' } },
      schema: {
        summary: 'Figures in the Prometheus text format',
        tags,
        response: answersWith('text/plain', 'Figures'),
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  )
}
