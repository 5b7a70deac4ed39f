// Cameras: where they are, what their zones watch, and how their streams do; never how to log in to them.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CameraId } from '../../core/ids.ts'
import { actorOf, idOf } from '../access.ts'
import { permits } from '../authorize.ts'
import { answers } from '../problem.ts'
import { cameraSchema, cameraView } from '../schemas.ts'
import { type Api, type ApiPorts, commandHeaders, findCamera, idParams, keyOf, whoseCamera } from './route.ts'

export function cameraRoutes(app: Api, { cameras }: ApiPorts): void {
  const target = async (request: FastifyRequest) => whoseCamera(await findCamera(cameras, idOf(request)))
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
        access: { action: 'camera:read', target },
      },
      schema: { summary: 'One camera', tags: ['cameras'], params: idParams, response: answers(cameraSchema) },
    },
    async request => cameraView(await findCamera(cameras, request.params.id as CameraId)),
  )

  app.post(
    '/api/cameras/:id/renew-view',
    {
      config: { access: { action: 'camera:confirm', target } },
      schema: {
        summary: 'Take what the camera shows now for its view; its zones wait until they are confirmed on it',
        tags: ['cameras'],
        params: idParams,
        headers: commandHeaders,
        body: z.strictObject({}),
        response: answers(cameraSchema),
      },
    },
    async request => {
      const id = request.params.id as CameraId
      const actor = actorOf(request)
      await cameras.renewView(id, actor, keyOf(request.headers, 'renew-view', actor))
      return cameraView(await findCamera(cameras, id))
    },
  )

  app.post(
    '/api/cameras/:id/confirm-view',
    {
      config: { access: { action: 'camera:confirm', target } },
      schema: {
        summary: 'Confirm that the zones fit what the camera shows, and are judged again',
        tags: ['cameras'],
        params: idParams,
        body: z.strictObject({
          pending: z.string().min(1).max(80).describe('the occasion, as `sight.pending` has it'),
        }),
        response: answers(cameraSchema),
      },
    },
    async request => {
      const id = request.params.id as CameraId
      await cameras.confirmView(id, request.body.pending, actorOf(request))
      return cameraView(await findCamera(cameras, id))
    },
  )
}
