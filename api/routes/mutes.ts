// 布控/撤防: of a street, a camera, a zone or a kind no alert is raised until a time; ended early, or by itself.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { type CameraId, ID_PATTERN, type StreetId, type ZoneId } from '../../core/ids.ts'
import { LONGEST_MUTE_MS, type Muted, type MuteId } from '../../core/mute.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { actorOf, idOf } from '../access.ts'
import { readingScope, type Target } from '../authorize.ts'
import type { Mutes } from '../mute-ports.ts'
import type { Cameras } from '../ports.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, commandHeaders, findCamera, idParams, keyOf, missing } from './route.ts'

const id = z.string().regex(ID_PATTERN)
const at = z.number().int().describe('epoch milliseconds')

export const muteSchema = z
  .object({
    id: z.string(),
    streetId: z.string().nullable(),
    cameraId: z.string().nullable(),
    zoneId: z.string().nullable(),
    kind: z.enum(RULE_KINDS).nullable(),
    faults: z.boolean().describe('camera-health is held back as well, where no kind is named'),
    fromAt: at,
    untilAt: at.describe('epoch milliseconds; it ends then by itself'),
    reason: z.string(),
    setBy: z.string(),
    endedAt: at.nullable().describe('before its time, by `endedBy`'),
    endedBy: z.string().nullable(),
    endReason: z.string().nullable(),
    held: z.number().int().describe('breaches that would have raised an alert; one that goes on is one'),
    lastHeldAt: at.nullable(),
  })
  .meta({ id: 'Mute' })
export const mutesSchema = z.object({ items: z.array(muteSchema).readonly() })

const newMute = z
  .strictObject({
    streetId: id.optional(),
    cameraId: id.optional(),
    zoneId: id.optional().describe('of `cameraId`'),
    kind: z.enum(RULE_KINDS).optional(),
    faults: z.boolean().default(false).describe('without `kind`: camera-health as well, which else goes on'),
    untilAt: at.describe('epoch milliseconds, within thirty days'),
    reason: z.string().trim().min(1).max(200),
  })
  .refine(({ streetId, cameraId, kind }) => streetId ?? cameraId ?? kind, 'say what: a street, a camera or a kind')
  .refine(({ zoneId, cameraId }) => zoneId === undefined || cameraId !== undefined, 'a zone comes with its camera')

const listQuery = z.strictObject({
  over: z.stringbool().default(false).describe('those that have ended, newest first'),
  limit: z.coerce.number().int().min(1).max(200).default(100),
})
const ending = z.strictObject({ reason: z.string().trim().max(200).optional() })

/** @throws JiemuError not-found, or request-invalid where the camera stands in another street than it is said to */
async function mutedBy(cameras: Cameras, asked: z.output<typeof newMute>): Promise<Muted> {
  const { streetId, cameraId, zoneId, kind = null, faults } = asked
  const named = { zoneId: (zoneId as ZoneId | undefined) ?? null, kind, faults: faults && !kind && !zoneId }
  if (cameraId === undefined) return { ...named, streetId: streetId as StreetId, cameraId: null }
  const { camera } = await findCamera(cameras, cameraId as CameraId)
  if (streetId !== undefined && streetId !== camera.streetId) {
    throw new JiemuError('request-invalid', { problem: `camera ${cameraId} is not in street ${streetId}` })
  }
  if (zoneId !== undefined && !camera.zones.some(zone => zone.id === zoneId)) throw missing('zone', zoneId)
  return { ...named, streetId: camera.streetId, cameraId: camera.id }
}

async function findMute(mutes: Mutes, mute: MuteId) {
  const found = await mutes.find(mute)
  if (!found) throw missing('mute', mute)
  return found
}

export function muteRoutes(app: Api, { mutes, cameras, clock }: ApiPorts): void {
  const tags = ['mutes']
  /** Of a kind in all streets: that is the district's to say. */
  const whose = (streetId: StreetId | null): Target => (streetId ? { streetId, teamId: null } : 'district')
  const wanted = async (request: FastifyRequest): Promise<Target> =>
    whose((await mutedBy(cameras, request.body as z.output<typeof newMute>)).streetId)

  app.get(
    '/api/mutes',
    {
      config: { access: { action: 'mute:read', target: 'filtered' } },
      schema: {
        summary: 'What is muted now, or was before',
        tags,
        querystring: listQuery,
        response: answers(mutesSchema),
      },
    },
    async request => {
      const { over, limit } = request.query
      const scope = readingScope(actorOf(request))
      // A team has no street: it sees what is muted everywhere.
      const streets = scope.streets ?? (scope.teamId ? [] : undefined)
      return { items: await mutes.list(!over, limit, streets) }
    },
  )

  app.post(
    '/api/mutes',
    {
      config: { access: { action: 'mute:set', target: wanted } },
      schema: {
        summary: 'Mute: no alert is raised until then; what is open goes on',
        tags,
        headers: commandHeaders,
        body: newMute,
        response: answers(muteSchema),
      },
    },
    async request => {
      const { untilAt, reason } = request.body
      const leftMs = untilAt - clock.now()
      if (leftMs <= 0) throw new JiemuError('request-invalid', { problem: 'untilAt is over already' })
      if (leftMs > LONGEST_MUTE_MS) throw new JiemuError('request-invalid', { problem: 'untilAt is in over 30 days' })
      const actor = actorOf(request)
      const muted = await mutedBy(cameras, request.body)
      return mutes.add({ ...muted, untilAt, reason, setBy: actor.name }, keyOf(request.headers, 'mute', actor))
    },
  )

  app.delete(
    '/api/mutes/:id',
    {
      config: {
        access: {
          action: 'mute:set',
          target: async request => whose((await findMute(mutes, idOf<MuteId>(request))).streetId),
        },
      },
      schema: {
        summary: 'Arm it again before its time; what still holds raises its alert by itself',
        tags,
        params: idParams,
        body: ending.nullish(),
        response: answers(muteSchema),
      },
    },
    request => mutes.end(request.params.id as MuteId, actorOf(request).name, request.body?.reason || null),
  )
}
