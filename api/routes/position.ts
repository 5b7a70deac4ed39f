// Where a worker's phone is: each reports their own, so that the nearest can be sent.
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { WorkerId } from '../../core/ids.ts'
import { actorOf } from '../access.ts'
import { answers } from '../problem.ts'
import { positionBody } from '../rota-views.ts'
import type { Api, ApiPorts } from './route.ts'

export function positionRoutes(app: Api, { positions }: Pick<ApiPorts, 'positions'>): void {
  app.post(
    '/api/me/position',
    {
      config: { access: { action: 'me:change', target: 'filtered' } },
      schema: {
        summary: 'Say where one is; only the newest is kept. For users and tokens that stand for a worker',
        tags: ['rota'],
        body: positionBody,
        response: answers(
          z.object({
            kept: z.boolean().describe('false: off shift, a newer one is known, or one of a few seconds ago'),
          }),
        ),
      },
    },
    async request => {
      const { name, workerId } = actorOf(request)
      if (workerId === undefined) throw new JiemuError('worker-needed', { actor: name })
      return { kept: await positions.report({ workerId: workerId as WorkerId, ...request.body }) }
    },
  )
}
