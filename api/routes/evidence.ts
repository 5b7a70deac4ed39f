// Evidence: the pictures of a case, each look registered before its first byte; and the photos that people add.
import { createReadStream } from 'node:fs'
import { basename, dirname } from 'node:path'
import multipart from '@fastify/multipart'
import send from '@fastify/send'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { EvidenceId, IncidentId, JobId } from '../../core/ids.ts'
import type { Evidence } from '../../core/incident.ts'
import type { Job } from '../../core/job.ts'
import { PHOTO_LIMIT_BYTES, type ViewPurpose } from '../../core/keeping.ts'
import { actorOf, identityOf, idOf } from '../access.ts'
import type { Resource } from '../authorize.ts'
import { onceALink } from '../evidence-links.ts'
import { answers, answersWith } from '../problem.ts'
import { evidenceSchema } from '../schemas.ts'
import { checkReported, whoseReport } from './hand-report.ts'
import {
  type Api,
  type ApiPorts,
  commandHeaders,
  findIncident,
  findJob,
  idParams,
  jobTarget,
  missing,
  whoseIncident,
  whoseJob,
} from './route.ts'

const tags = ['evidence']

const linkQuery = z.strictObject({
  expires: z.coerce.number().int().min(0).max(99_999_999_999).describe('seconds since 1970'),
  signature: z.string().regex(/^[\w-]{1,64}$/, 'not a signature'),
})

const link = z.object({
  url: z.string().describe('of this server; opens for whoever asked, signed in as now'),
  expiresAt: z.number().int(),
})

const takenPhoto = z.object({
  evidence: evidenceSchema,
  place: z
    .object({ latitude: z.number(), longitude: z.number() })
    .nullable()
    .describe('where the phone says that it was taken, WGS-84; not kept with the picture'),
  distanceM: z.number().int().nullable().describe('from there to the job’s place, to ten metres; kept'),
  shotAt: z.number().int().nullable(),
})

/** What a page read from a photo before it made it smaller: fields of the form, before the file. */
const saidOfPhoto = z.object({
  moment: z.enum(['before', 'after']),
  lat: z.coerce.number().min(-90).max(90).optional(),
  lon: z.coerce.number().min(-180).max(180).optional(),
  shotAt: z.coerce.number().int().min(0).max(9_999_999_999_999).optional(),
})

const photoSchema = (summary: string) => ({
  ...{ summary, tags, params: idParams, headers: commandHeaders, response: answers(takenPhoto) },
})

const saidOfNotePhoto = saidOfPhoto.extend({ moment: z.literal('note').default('note') })

export async function evidenceRoutes(app: Api, ports: ApiPorts): Promise<void> {
  const { evidence, links, register, deletion, photos, reading, clock } = ports
  const playing = onceALink(clock)

  /** A provisional picture, whose candidate has not fired, belongs to nobody's case and is shown to nobody. */
  const open = async (id: EvidenceId) => {
    const found = await evidence.open(id)
    if (!found) throw missing('picture', id)
    const { incidentId, jobId } = found.row
    if (jobId) return { ...found, whose: whoseJob(await findJob(reading, jobId)) }
    if (incidentId) return { ...found, whose: whoseIncident(await findIncident(reading, incidentId)) }
    throw missing('picture', id)
  }
  const target = async (request: FastifyRequest): Promise<Resource> => (await open(idOf(request))).whose

  /** @returns the picture and the look's number in the register */
  const look = async (request: FastifyRequest, purpose: ViewPurpose, found?: Awaited<ReturnType<typeof open>>) => {
    const { path, row, whose } = found ?? (await open(idOf(request)))
    const { name, role } = actorOf(request)
    const { incidentId, jobId } = row
    const of = { evidenceId: row.id, incidentId, jobId, streetId: whose.streetId, subject: null }
    const registered = await register.record({ who: name, role, purpose, address: request.ip, ...of })
    return { path, row, viewer: { name, at: registered.at, number: registered.id } }
  }

  app.post(
    '/api/evidence/:id/link',
    {
      config: { access: { action: 'evidence:read', target } },
      schema: {
        summary: 'A link to a picture, for whoever asks and for two minutes; asking is no look yet',
        tags,
        params: idParams,
        response: answers(link),
      },
    },
    async request => links.linkFor(request.params.id as EvidenceId, identityOf(request)),
  )

  app.get(
    '/api/evidence/:id',
    {
      config: { access: { action: 'evidence:read', target } },
      schema: {
        summary:
          'A picture by its link, marked with who looks at it and when, or a clip as it is, in ranges where they are asked for; the look is registered, of a clip once a link. `jiemu-sha256` is the original’s',
        tags,
        params: idParams,
        querystring: linkQuery,
        response: answersWith('image/jpeg', 'The picture'),
      },
    },
    async (request, reply) => {
      const { expires, signature } = request.query
      links.check(request.params.id as EvidenceId, identityOf(request), expires * 1_000, signature)
      const found = await open(idOf(request))
      const { mediaType, sha256 } = found.row
      if (mediaType === 'video/mp4') {
        await playing(signature, expires * 1_000, () => look(request, 'view', found))
        return sendRange(request, reply.header('jiemu-sha256', sha256), found)
      }
      const { path, row, viewer } = await look(request, 'view', found)
      reply.type(mediaType).header('jiemu-sha256', sha256)
      const marked = await evidence.shown(path, row.id, viewer)
      // Another look is another row, so that nothing may answer it from memory.
      return reply.send(Buffer.from(marked))
    },
  )

  app.get(
    '/api/evidence/:id/original',
    {
      config: { access: { action: 'evidence:original-file', target } },
      schema: {
        summary: 'The file as it was kept, byte for byte, to be proved by its SHA-256; registered as an export',
        tags,
        params: idParams,
        response: answersWith('image/jpeg', 'The picture'),
      },
    },
    async (request, reply) => {
      const { path, row } = await look(request, 'export')
      return reply
        .type(row.mediaType)
        .header('jiemu-sha256', row.sha256)
        .header('content-length', row.bytes)
        .header(
          'content-disposition',
          `attachment; filename="${row.sha256}.${row.mediaType === 'video/mp4' ? 'mp4' : 'jpg'}"`,
        )
        .send(createReadStream(path))
    },
  )

  app.delete(
    '/api/evidence/:id',
    {
      config: { access: { action: 'evidence:delete', target } },
      schema: {
        summary: 'Delete a picture that is above the law’s thirty days and not held; a row of the chain proves it',
        tags,
        params: idParams,
        body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
        response: answers(z.object({ deleted: z.literal(true) })),
      },
    },
    async request => {
      await deletion.removeOne(request.params.id as EvidenceId, request.body.reason, actorOf(request).name)
      return { deleted: true as const }
    },
  )

  await app.register(multipart, {
    limits: { fileSize: PHOTO_LIMIT_BYTES, files: 1, fields: 8, parts: 9, fieldSize: 100 },
  })
  app.post(
    '/api/jobs/:id/evidence',
    {
      config: { access: { action: 'job:work', target: jobTarget(reading) } },
      schema: photoSchema(
        'Add a photo to a job, as multipart/form-data: `moment` (before or after), `lat`, `lon` and `shotAt` where they are known, then `file`, at most 15 MB',
      ),
    },
    async request => {
      const { job } = await findJob(reading, request.params.id as JobId)
      return take(request, job, await photoOf(request, saidOfPhoto))
    },
  )

  app.post(
    '/api/jobs/:id/note-photos',
    {
      config: { access: { action: 'job:note', target: jobTarget(reading) } },
      schema: photoSchema(
        'Send a photo for a note about a job, which then names it; as photos of the work are sent, without `moment`',
      ),
    },
    async request => {
      const { job } = await findJob(reading, request.params.id as JobId)
      return take(request, job, await photoOf(request, saidOfNotePhoto))
    },
  )

  app.post(
    '/api/incidents/:id/evidence',
    {
      config: { access: { action: 'incident:report', target: whoseReport(reading) } },
      schema: photoSchema('Add a photo to what one of our people reported; as a job’s photo, always of `before`'),
    },
    async request => {
      const found = await findIncident(reading, request.params.id as IncidentId)
      checkReported(found)
      const { moment, said, bytes } = await photoOf(request, saidOfPhoto)
      if (moment !== 'before') throw new JiemuError('request-invalid', { problem: 'moment: a report shows `before`' })
      return photos.take({
        ...{ bytes, moment, said },
        at: found.report?.spot ?? null,
        jobId: null,
        incidentId: found.incident.id,
        takenBy: actorOf(request).name,
        key: request.headers['idempotency-key'] ?? null,
      })
    },
  )

  function take(request: FastifyRequest, { id: jobId, incidentIds, lat, lon }: Job, photo: SentPhoto) {
    return photos.take({
      ...photo,
      ...{ jobId, at: lat === null || lon === null ? null : { lat, lon } },
      incidentId: incidentIds[0] ?? null,
      takenBy: actorOf(request).name,
      key: commandHeaders.parse(request.headers)['idempotency-key'] ?? null,
    })
  }
}

/** As much of a file as is asked for (RFC 9110 §14): Safari plays nothing else, and every player seeks by it. */
async function sendRange(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, row }: { readonly path: string; readonly row: Evidence },
): Promise<FastifyReply> {
  const options = {
    ...{ root: dirname(path), contentType: false, cacheControl: false, lastModified: false },
    // The name is of the row, never of the request, and a folder above may begin with a dot.
    dotfiles: 'allow',
  } as const
  const { type, statusCode, headers, stream } = await send(request.raw, encodeURIComponent(basename(path)), options)
  if (statusCode === 404) throw missing('picture', row.id)
  const { 'Content-Range': range } = headers
  if (type === 'error')
    return reply
      .code(statusCode)
      .headers(range ? { 'content-range': range } : {})
      .send()
  return reply.code(statusCode).type(row.mediaType).headers(headers).send(stream)
}

type SentPhoto = Awaited<ReturnType<typeof photoOf>>

/** @throws JiemuError request-invalid or evidence-too-large */
async function photoOf(request: FastifyRequest, fields: typeof saidOfPhoto | typeof saidOfNotePhoto) {
  if (!request.isMultipart()) throw new JiemuError('request-invalid', { problem: 'expected multipart/form-data' })
  const unreadable = (thrown: unknown): never => {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    if (code === 'FST_REQ_FILE_TOO_LARGE') {
      throw new JiemuError('evidence-too-large', { limit: PHOTO_LIMIT_BYTES / 1e6 }, thrown)
    }
    if (code.startsWith('FST_')) throw thrown
    // The parser's own errors have no code: no boundary, a broken header, an end too early.
    throw new JiemuError('request-invalid', { problem: 'the form cannot be read' }, thrown)
  }
  const file = await request.file().catch(unreadable)
  if (!file) throw new JiemuError('request-invalid', { problem: 'there is no file in it' })
  const bytes = await file.toBuffer().catch(unreadable)
  const typed = Object.entries(file.fields).flatMap(([name, field]) =>
    field && !Array.isArray(field) && field.type === 'field' ? [[name, field.value] as const] : [],
  )
  const read = fields.safeParse(Object.fromEntries(typed))
  if (!read.success) {
    const { path = [], message = '' } = read.error.issues[0] ?? {}
    throw new JiemuError('request-invalid', { problem: `${path.join('.')}, before the file: ${message}` })
  }
  const { moment, lat, lon, shotAt = null } = read.data
  const place = lat === undefined || lon === undefined ? null : { lat, lon }
  return { moment, bytes, said: { place, shotAt } }
}
