// The map's own settings: whose tiles lie below it, if anybody's.
import { z } from 'zod'
import { answers } from '../problem.ts'
import type { Api, ApiPorts } from './route.ts'

export function mapRoutes(app: Api, { map }: Pick<ApiPorts, 'map'>): void {
  app.get(
    '/api/map',
    {
      config: { access: { action: 'me:read', target: 'filtered' } },
      schema: {
        summary: 'What lies below the map',
        tags: ['state'],
        response: answers(z.object({ tiles: z.string().nullable(), attribution: z.string() })),
      },
    },
    async () => map,
  )
}
