// The way from a frame to the people who are told, stage by stage, beside its budget: as this process times it now.
import { z } from 'zod'
import { LATENCY_BUDGET, TIMED_STAGES } from '../../core/latency-budget.ts'
import { answers } from '../problem.ts'
import type { Api, ApiPorts } from './route.ts'

const ms = z.number().nullable()
const latency = z.object({ count: z.number().int(), p50Ms: ms, p95Ms: ms, p99Ms: ms, maxMs: ms })
const budget = z
  .object({ share: z.string().describe('stages of one share have it together'), ms: z.number() })
  .nullable()
  .describe('null: the camera’s and the network’s, which no budget of ours can hold')

export const latencySchema = z.object({
  startedAt: z.number().int().describe('of this process: what came before is not counted'),
  recentMinutes: z.number().int(),
  stages: z.array(z.object({ stage: z.enum(TIMED_STAGES), budget, recent: latency, sinceStart: latency })).readonly(),
})

export function latencyRoutes(app: Api, { latencies }: Pick<ApiPorts, 'latencies'>): void {
  app.get(
    '/api/latency',
    {
      config: { access: { action: 'kpi:read', target: 'filtered' } },
      schema: {
        summary: 'How long each stage takes, beside its budget; of jobs that a policy begins at once',
        tags: ['figures'],
        response: answers(latencySchema),
      },
    },
    async () => ({
      startedAt: latencies.startedAt,
      recentMinutes: latencies.recentMinutes,
      stages: TIMED_STAGES.map(stage => ({
        stage,
        budget: LATENCY_BUDGET[stage],
        recent: latencies.recent(stage),
        sinceStart: latencies.sinceStart(stage),
      })),
    }),
  )
}
