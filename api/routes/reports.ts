// Reports as pages to print: the month of the district, of a street, or of a team.
import { z } from 'zod'
import { ID_PATTERN } from '../../core/ids.ts'
import { identityOf } from '../access.ts'
import { answersWith } from '../problem.ts'
import { monthlyPage } from '../report/monthly.ts'
import { registerExport } from './hand-out.ts'
import { scopeOf } from './kpis.ts'
import type { Api, ApiPorts } from './route.ts'

const query = z.object({
  month: z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'expected a month such as 2026-01'),
  street: z.string().regex(ID_PATTERN).optional().describe('one street only'),
})

export function reportRoutes(app: Api, { figures, register }: ApiPorts): void {
  app.get(
    '/reports/monthly',
    {
      config: { access: { action: 'kpi:read', target: 'filtered' } },
      schema: {
        summary: 'The month as a page to print (A4)',
        tags: ['figures'],
        querystring: query,
        response: answersWith('text/html', 'The report'),
      },
    },
    async (request, reply) => {
      const { month, street } = request.query
      const { actor, signedIn } = identityOf(request)
      const scope = scopeOf(request, street)
      await registerExport(request, register, `report-${month}${street ? `-${street}` : ''}.html`)
      const page = monthlyPage({
        month,
        scope: scope.teamId ? `班组 ${scope.teamId}` : scope.streets ? `街道 ${scope.streets.join('、')}` : '全区',
        madeBy: signedIn?.user.name ?? actor.name,
        figures: await figures.month(scope, month),
        codes: figures.codes,
      })
      return reply.type('text/html; charset=utf-8').send(page)
    },
  )
}
