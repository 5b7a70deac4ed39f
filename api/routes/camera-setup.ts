// Cameras: added, changed and removed one by one; whoever adds one must be of its street, and nobody is shown a password.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CameraId } from '../../core/ids.ts'
import { actorOf, idOf } from '../access.ts'
import { authorize, type Resource } from '../authorize.ts'
import { answers } from '../problem.ts'
import { cameraSchema, cameraView } from '../schemas.ts'
import { cameraBody, newCameraBody, sourceSchema } from '../setup-views.ts'
import { type Api, type ApiPorts, findCamera, idParams, whoseCamera } from './route.ts'

const tags = ['cameras']

export function cameraSetupRoutes(app: Api, { cameras, changes }: ApiPorts): void {
  const target = async (request: FastifyRequest) => whoseCamera(await findCamera(cameras, idOf(request)))
  const configure = { action: 'camera:configure', target } as const
  const inStreet = ({ street }: Pick<z.output<typeof newCameraBody>, 'street'>): Resource => ({
    streetId: street,
    teamId: null,
  })

  app.post(
    '/api/cameras',
    {
      config: {
        access: {
          action: 'camera:configure',
          target: async request => inStreet(request.body as z.output<typeof newCameraBody>),
        },
      },
      schema: {
        summary: 'Add a network camera; it is watched within two seconds',
        tags,
        body: newCameraBody,
        response: answers(cameraSchema),
      },
    },
    async request => {
      await changes.addCamera(request.body, actorOf(request).name)
      return cameraView(await findCamera(cameras, request.body.id))
    },
  )

  app.patch(
    '/api/cameras/:id',
    {
      config: { access: configure },
      schema: {
        summary: 'Change a camera: what is left out stays, its login too',
        tags,
        params: idParams,
        body: cameraBody,
        response: answers(cameraSchema),
      },
    },
    async request => {
      const id = request.params.id as CameraId
      const actor = actorOf(request)
      const { version = null, ...change } = request.body
      // Nobody moves a camera into a street that is not theirs.
      if (change.street) authorize(actor, 'camera:configure', inStreet({ street: change.street }))
      await changes.changeCamera(id, change, version, actor.name)
      return cameraView(await findCamera(cameras, id))
    },
  )

  app.delete(
    '/api/cameras/:id',
    {
      config: { access: configure },
      schema: {
        summary: 'Remove a camera; its incidents and the versions of its zones stay',
        tags,
        params: idParams,
        response: answers(z.object({ removed: z.literal(true) })),
      },
    },
    async request => {
      await changes.removeCamera(request.params.id as CameraId, actorOf(request).name)
      return { removed: true as const }
    },
  )

  app.get(
    '/api/cameras/:id/source',
    {
      config: { access: configure },
      schema: {
        summary: 'Where a camera’s stream is, without what opens it',
        tags,
        params: idParams,
        response: answers(sourceSchema),
      },
    },
    async request => changes.source(request.params.id as CameraId),
  )
}
