// Cameras: where they are, what their zones watch, and how their streams do; never how to log in to them.
import { z } from 'zod'
import type { CameraId } from '../../core/ids.ts'
import { actorOf, idOf } from '../access.ts'
import { permits } from '../authorize.ts'
import { answers } from '../problem.ts'
import { cameraSchema, cameraView } from '../schemas.ts'
import { type Api, type ApiPorts, findCamera, idParams, whoseCamera } from './route.ts'

export function cameraRoutes(app: Api, { cameras }: ApiPorts): void {
  app.get(
    '/api/cameras',
    {
      config: { access: { action: 'camera:read', target: 'filtered' } },
      schema: {
        summary: 'Cameras with their zones and health',
        tags: ['cameras'],
        response: answers(z.object({ items: z.array(cameraSchema) })),
      },
    },
    async request => {
      const actor = actorOf(request)
      const seen = (await cameras.list()).filter(status => permits(actor, 'camera:read', whoseCamera(status)))
      return { items: seen.map(cameraView) }
    },
  )

  app.get(
    '/api/cameras/:id',
    {
      config: {
        access: {
          action: 'camera:read',
          target: async request => whoseCamera(await findCamera(cameras, idOf(request))),
        },
      },
      schema: { summary: 'One camera', tags: ['cameras'], params: idParams, response: answers(cameraSchema) },
    },
    async request => cameraView(await findCamera(cameras, request.params.id as CameraId)),
  )
}
