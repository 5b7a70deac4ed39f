// Zones: drawn, changed, retired and restored one by one, every change a version that says who made it and when.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { CameraId } from '../../core/ids.ts'
import { actorOf, idOf } from '../access.ts'
import { answers } from '../problem.ts'
import {
  newZoneBody,
  restoreBody,
  retireQuery,
  ruleFormSchema,
  zoneBody,
  zoneEntryOf,
  zoneParams,
  zoneVersionSchema,
  zoneVersionView,
} from '../setup-views.ts'
import { type Api, type ApiPorts, findCamera, idParams, whoseCamera } from './route.ts'

const tags = ['zones']

export function zoneRoutes(app: Api, { cameras, changes, rules }: ApiPorts): void {
  const target = async (request: FastifyRequest) => whoseCamera(await findCamera(cameras, idOf(request)))
  const configure = { action: 'camera:configure', target } as const

  app.get(
    '/api/rules',
    {
      config: { access: { action: 'camera:read', target: 'filtered' } },
      schema: {
        summary: 'The rules that a zone may have, each with its options as JSON schema',
        tags,
        response: answers(z.object({ items: z.array(ruleFormSchema).readonly() })),
      },
    },
    async () => ({ items: rules }),
  )

  app.get(
    '/api/cameras/:id/zone-versions',
    {
      config: { access: { action: 'camera:read', target } },
      schema: {
        summary: 'Every version of every zone that the camera has or had, the newest first: who and when',
        tags,
        params: idParams,
        response: answers(z.object({ items: z.array(zoneVersionSchema).readonly() })),
      },
    },
    async request => ({
      items: (await changes.zoneVersions(request.params.id as CameraId)).map(zoneVersionView),
    }),
  )

  app.post(
    '/api/cameras/:id/zones',
    {
      config: { access: configure },
      schema: {
        summary: 'Draw a zone; the camera judges it within two seconds',
        tags,
        params: idParams,
        body: newZoneBody,
        response: answers(zoneVersionSchema),
      },
    },
    async request => {
      const { id: zoneId, ...zone } = request.body
      const id = request.params.id as CameraId
      return zoneVersionView(await changes.putZone(id, zoneEntryOf(zoneId, zone), null, actorOf(request).name))
    },
  )

  app.put(
    '/api/cameras/:id/zones/:zone',
    {
      config: { access: configure },
      schema: {
        summary: 'Give a zone its next version; refused where somebody else has changed it meanwhile',
        tags,
        params: zoneParams,
        body: zoneBody,
        response: answers(zoneVersionSchema),
      },
    },
    async request => {
      const { id, zone: zoneId } = request.params
      const { version, ...zone } = request.body
      return zoneVersionView(
        await changes.putZone(id as CameraId, zoneEntryOf(zoneId, zone), version, actorOf(request).name),
      )
    },
  )

  app.delete(
    '/api/cameras/:id/zones/:zone',
    {
      config: { access: configure },
      schema: {
        summary: 'Retire a zone; its versions stay, and any can be restored',
        tags,
        params: zoneParams,
        querystring: retireQuery,
        response: answers(zoneVersionSchema),
      },
    },
    async request => {
      const { id, zone } = request.params
      return zoneVersionView(
        await changes.retireZone(id as CameraId, zone, request.query.version, actorOf(request).name),
      )
    },
  )

  app.post(
    '/api/cameras/:id/zones/:zone/restore',
    {
      config: { access: configure },
      schema: {
        summary: 'Make an old version of a zone its next one',
        tags,
        params: zoneParams,
        body: restoreBody,
        response: answers(zoneVersionSchema),
      },
    },
    async request => {
      const { id, zone } = request.params
      const { version, base } = request.body
      return zoneVersionView(await changes.restoreZone(id as CameraId, zone, version, base, actorOf(request).name))
    },
  )
}
