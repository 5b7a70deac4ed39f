// Trying before saving: a camera's connection, the cameras of the network, a zone on the last hour or on a clip, a count by hand.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { joinSource } from '../../core/camera-source.ts'
import { CLIP_LIMIT_MB } from '../../core/clip.ts'
import { fitCountScale } from '../../core/count-scale.ts'
import { JiemuError } from '../../core/errors.ts'
import { bottomCentre, contains } from '../../core/geometry.ts'
import type { CameraId } from '../../core/ids.ts'
import { DEFAULT_START_AT, systemClock } from '../../core/time.ts'
import { idOf } from '../access.ts'
import { answers } from '../problem.ts'
import type { TrialZone } from '../setup-ports.ts'
import {
  clipTrialSchema,
  clipTrialView,
  countBody,
  countScaleSchema,
  foundSchema,
  profileSchema,
  profilesBody,
  reportSchema,
  reportView,
  seenSchema,
  seenView,
  testAgainBody,
  testBody,
  trialSchema,
  trialView,
  trialZoneBody,
  tryBody,
} from '../trial-views.ts'
import { type Api, type ApiPorts, findCamera, idParams, missing, whoseCamera } from './route.ts'

const tags = ['trials']
const HOUR_MS = 3_600_000
const LONGEST_MS = 24 * HOUR_MS
const LEAST_COUNTED = 5
/** Forty pictures of a full square. */
const COUNTS_LIMIT_BYTES = 2_000_000
const ZONE_LIMIT_BYTES = 20_000
const clipParams = idParams.extend({ trial: z.string().regex(/^clip-[0-9a-f-]{36}$/) })

export function trialRoutes(app: Api, { cameras, trials, scenes }: ApiPorts): void {
  const target = async (request: FastifyRequest) => whoseCamera(await findCamera(cameras, idOf(request)))
  const configure = { action: 'camera:configure', target } as const
  /** About no camera of anybody: the network and what is typed in. */
  const anywhere = { action: 'camera:configure', target: 'filtered' } as const

  app.post(
    '/api/cameras/test',
    {
      config: { access: anywhere },
      schema: {
        summary: 'Open a stream that is not stored yet: its picture, or why there is none',
        tags,
        body: testBody,
        response: answers(reportSchema),
      },
    },
    async request => reportView(await trials.test(joinSource(request.body.source, undefined, 'the address'))),
  )

  app.post(
    '/api/cameras/:id/test',
    {
      config: { access: configure },
      schema: {
        summary: 'Open a camera’s stream, with its stored login where no other is given',
        tags,
        params: idParams,
        body: testAgainBody,
        response: answers(reportSchema),
      },
    },
    async request => {
      const source = await trials.sourceWith(request.params.id as CameraId, request.body.source)
      return reportView(await trials.test(source))
    },
  )

  app.post(
    '/api/cameras/discover',
    {
      config: { access: anywhere },
      schema: {
        summary: 'Ask the server’s networks which cameras are there (ONVIF WS-Discovery); takes four seconds',
        tags,
        body: z.strictObject({}),
        response: answers(z.object({ items: z.array(foundSchema).readonly() })),
      },
    },
    async () => ({ items: await trials.discover() }),
  )

  app.post(
    '/api/cameras/profiles',
    {
      config: { access: anywhere },
      schema: {
        summary: 'Ask one camera over ONVIF where its streams are, the largest first',
        tags,
        body: profilesBody,
        response: answers(z.object({ items: z.array(profileSchema).readonly() })),
      },
    },
    async request => ({ items: await trials.profiles(request.body.address, request.body.login) }),
  )

  app.get(
    '/api/cameras/:id/scene',
    {
      config: { access: { action: 'camera:confirm', target } },
      schema: {
        summary: 'What the camera shows right now and what is found in it; ask again every second or two',
        tags,
        params: idParams,
        response: answers(seenSchema),
      },
    },
    async request => seenView(scenes.newest(request.params.id as CameraId)),
  )

  app.post(
    '/api/cameras/:id/try',
    {
      config: { access: configure },
      schema: {
        summary: 'What a zone would have done in the last hour, by the real rule on the detection log',
        tags,
        params: idParams,
        body: tryBody,
        response: answers(trialSchema),
      },
    },
    async request => {
      const { from, to = systemClock.now(), ...zone } = request.body
      const span = { from: from ?? to - HOUR_MS, to }
      if (!(span.from < to && to - span.from <= LONGEST_MS)) {
        throw new JiemuError('request-invalid', { problem: 'from…to: expected up to 24 hours' })
      }
      return trialView(await trials.onLog(request.params.id as CameraId, zoneOf(zone), span))
    },
  )

  app.post(
    '/api/cameras/:id/try-clip',
    {
      config: { access: configure },
      schema: {
        summary: `Try a zone on a clip, as multipart/form-data: \`zone\` (as for try, in JSON), then \`file\`, an MP4 of at most ${CLIP_LIMIT_MB} MB`,
        tags,
        params: idParams,
        response: answers(clipTrialSchema),
      },
    },
    async request => {
      const { zone, startAt, clip } = await clipOf(request)
      return clipTrialView(await trials.onClip(request.params.id as CameraId, zone, clip, startAt))
    },
  )

  app.get(
    '/api/cameras/:id/clip-trials/:trial',
    {
      config: { access: configure },
      schema: {
        summary: 'How far the trial of a clip is, and what came of it',
        tags,
        params: clipParams,
        response: answers(clipTrialSchema),
      },
    },
    async request => {
      const { id, trial } = request.params
      const found = trials.clip(id as CameraId, trial)
      if (!found) throw missing('clip', trial)
      return clipTrialView(found)
    },
  )

  app.delete(
    '/api/cameras/:id/clip-trials/:trial',
    {
      config: { access: configure },
      schema: {
        summary: 'Stop trying a clip; its file is deleted',
        tags,
        params: clipParams,
        response: answers(z.object({ cancelled: z.literal(true) })),
      },
    },
    async request => {
      trials.cancelClip(request.params.id as CameraId, request.params.trial)
      return { cancelled: true as const }
    },
  )

  app.post(
    '/api/cameras/:id/count-scale',
    {
      bodyLimit: COUNTS_LIMIT_BYTES,
      config: { access: configure },
      schema: {
        summary: 'Fit a crowding zone’s countScale on pictures in which a person counted',
        tags,
        params: idParams,
        body: countBody,
        response: answers(countScaleSchema),
      },
    },
    async request => {
      const { polygon, minScore, pictures } = request.body
      const pairs = pictures.map(({ counted, objects }) => {
        const people = objects.filter(({ label, score, box }) => {
          return label === 'person' && score >= minScore && contains(polygon, bottomCentre(box))
        })
        return { truth: counted, seen: people.length }
      })
      const scale = pairs.length < LEAST_COUNTED ? null : fitCountScale(pairs)
      if (!scale) throw new JiemuError('count-too-few', { count: pairs.length, least: LEAST_COUNTED })
      return { ...scale, detected: pairs.map(({ seen }) => seen) }
    },
  )
}

function zoneOf({ zone, ...rest }: z.output<typeof trialZoneBody>): TrialZone {
  return { zoneId: zone ?? null, ...rest }
}

const clipBody = trialZoneBody.extend({ startAt: z.number().int().optional() })

/** The zone comes before the file: what it is tried for must be sound before 200 MB are taken in. @throws JiemuError request-invalid */
async function clipOf(request: FastifyRequest) {
  const invalid = (problem: string, cause?: unknown) => new JiemuError('request-invalid', { problem }, cause)
  if (!request.isMultipart()) throw invalid('expected multipart/form-data')
  const limits = { fileSize: CLIP_LIMIT_MB * 1e6 + 1, files: 1, fields: 1, parts: 2, fieldSize: ZONE_LIMIT_BYTES }
  const part = await request.file({ limits, throwFileSizeLimit: false }).catch(thrown => {
    throw invalid('the form cannot be read', thrown)
  })
  if (!part) throw invalid('there is no file in it')
  const { zone: field } = part.fields
  const text = field && !Array.isArray(field) && field.type === 'field' ? String(field.value) : '{}'
  const asked = clipBody.safeParse(jsonOf(text))
  if (!asked.success) throw invalid(`zone, before the file: ${asked.error.issues[0]?.message ?? 'invalid'}`)
  const { startAt = DEFAULT_START_AT, ...zone } = asked.data
  return { zone: zoneOf(zone), startAt, clip: part.file }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
