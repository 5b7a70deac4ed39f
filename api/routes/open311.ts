// Open311 GeoReport v2: residents' reports come in, and what became of them is told; six methods, each as XML and as JSON.
import formbody from '@fastify/formbody'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { type Reporter, type ReportId, SERVICES, serviceOf } from '../../core/report.ts'
import * as documents from '../open311/documents.ts'
import { type Answer, attributeCodes, FORMATS, type Format, write } from '../open311/documents.ts'
import { applicationOf, type Open311Settings } from '../open311/keys.ts'
import type { ReportStatus, Reports } from '../ports.ts'
import { problemOf } from '../problem.ts'
import { logUnexpected, pathOf } from '../request-log.ts'
import type { Api, ApiPorts } from './route.ts'

/** The specification's own limits: ninety days, a thousand requests. */
const SPAN_MS = 90 * 86_400_000
const MOST = 1_000

const blankAsNothing = (value: unknown) => (value === '' ? undefined : value)
const text = (most: number) => z.preprocess(blankAsNothing, z.string().trim().max(most).optional())
const degrees = (limit: number) => z.preprocess(blankAsNothing, z.coerce.number().min(-limit).max(limit).optional())
/** With an offset, to the minute or finer; no thirteenth month, and no 30 February. */
const moment = z.union([z.iso.datetime({ offset: true }), z.iso.datetime({ offset: true, precision: -1 })], {
  error: 'expected a date such as 2026-01-05T08:00:00Z',
})
const instant = z.preprocess(blankAsNothing, moment.transform(value => Date.parse(value)).optional())

const everywhere = { jurisdiction_id: text(80), api_key: text(200) } as const
const anyQuery = z.looseObject(everywhere)

const body = z.looseObject({
  ...everywhere,
  service_code: z.string().max(80),
  lat: degrees(90),
  long: degrees(180),
  address_string: text(300),
  address_id: text(80),
  email: text(200),
  device_id: text(200),
  account_id: text(200),
  first_name: text(80),
  last_name: text(80),
  phone: text(40),
  description: text(4_000),
  media_url: z.preprocess(
    blankAsNothing,
    z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .optional(),
  ),
})

const query = z.looseObject({
  ...everywhere,
  service_request_id: text(2_000).describe('several, with commas between them; all else is ignored then'),
  service_code: text(400),
  start_date: instant,
  end_date: instant,
  status: text(20),
})

const fileParams = z.object({
  file: z.string().regex(/^[\w.~-]{1,80}\.(json|xml)$/, 'expected an id and .json or .xml'),
})
const tags = ['open311']
const open = { access: 'public' } as const

function isFormat(name: string | undefined): name is Format {
  return FORMATS.some(format => format === name)
}

/** By the end of the path; XML is what the specification requires, and the form of what nobody asked for. */
function formatOf(request: Pick<FastifyRequest, 'url'>): Format {
  const end = pathOf(request).split('.').at(-1)
  return isFormat(end) ? end : 'xml'
}

function send(request: FastifyRequest, reply: FastifyReply, answer: Answer, status = 200) {
  const { type, body } = write(answer, formatOf(request))
  return reply.code(status).type(type).send(body)
}

const nameOf = (file: string): string => file.replace(/\.(json|xml)$/, '')

/** Absent where the setting `open311` is. */
export async function open311Routes(app: Api, { residents, log }: Pick<ApiPorts, 'residents' | 'log'>): Promise<void> {
  if (!residents) return
  const { settings, reports } = residents

  await app.register(async (scoped: Api) => {
    await scoped.register(formbody, { bodyLimit: 16_384 })
    scoped.setErrorHandler((error, request, reply) => {
      const { code, status, detail } = problemOf(error, request.id)
      if (code === 'unexpected') logUnexpected(log, request, error)
      return send(request, reply, documents.errors(status, detail), status)
    })
    scoped.addHook('preHandler', async ({ query, body }) => {
      // Every route here has a schema for them.
      const [asked, told] = [query, body ?? {}] as z.output<typeof anyQuery>[]
      const jurisdiction = told?.jurisdiction_id ?? asked?.jurisdiction_id
      if (jurisdiction && settings.jurisdiction && jurisdiction !== settings.jurisdiction) {
        throw new JiemuError('not-found', { what: 'jurisdiction', id: jurisdiction })
      }
    })

    for (const format of FORMATS) {
      scoped.get(
        `/open311/discovery.${format}`,
        { config: open, schema: { summary: 'Open311: where what is', tags, querystring: anyQuery } },
        (request, reply) =>
          send(request, reply, documents.discovery(`${request.protocol}://${request.host}`, settings.contact)),
      )
      scoped.get(
        `/open311/v2/services.${format}`,
        { config: open, schema: { summary: 'Open311: what residents may ask for', tags, querystring: anyQuery } },
        (request, reply) => send(request, reply, documents.services(SERVICES)),
      )
      scoped.post(
        `/open311/v2/requests.${format}`,
        {
          config: { access: 'keyed' },
          schema: { summary: 'Open311: hand in a report', tags, querystring: anyQuery, body },
        },
        async (request, reply) => {
          const asked = request.body
          const via = applicationOf(settings.keys, asked.api_key)
          if (!via) throw new JiemuError('api-key-invalid')
          const service = serviceOf(asked.service_code)
          if (!service) throw new JiemuError('not-found', { what: 'service', id: asked.service_code })
          const spot = asked.lat !== undefined && asked.long !== undefined ? { lat: asked.lat, lon: asked.long } : null
          if (!spot && !asked.address_string && !asked.address_id) throw new JiemuError('report-without-place')
          const { id } = await reports.take({
            service: service.code,
            spot,
            address: asked.address_string ?? asked.address_id ?? null,
            description: asked.description ?? null,
            mediaUrl: asked.media_url ?? null,
            attributes: attributesOf(asked, attributeCodes(service.code)),
            reporter: reporterOf(asked),
            via,
          })
          return send(
            request,
            reply,
            documents.taken(id, '已受理 Taken in; its status can be followed.', asked.account_id ?? null),
            201,
          )
        },
      )
      scoped.get(
        `/open311/v2/requests.${format}`,
        { config: open, schema: { summary: 'Open311: what became of reports', tags, querystring: query } },
        async (request, reply) => {
          const found = await reports.list(filterOf(request.query))
          return send(request, reply, documents.requests(found, fullFor(settings, request.query.api_key)))
        },
      )
    }

    scoped.get(
      '/open311/v2/services/:file',
      {
        config: open,
        schema: { summary: 'Open311: what one service asks besides', tags, params: fileParams, querystring: anyQuery },
      },
      (request, reply) => {
        const code = nameOf(request.params.file)
        const service = serviceOf(code)
        if (!service) throw new JiemuError('not-found', { what: 'service', id: code })
        return send(request, reply, documents.serviceDefinition(service))
      },
    )
    scoped.get(
      '/open311/v2/requests/:file',
      {
        config: open,
        schema: { summary: 'Open311: what became of one report', tags, params: fileParams, querystring: anyQuery },
      },
      async (request, reply) => {
        const found = await one(reports, nameOf(request.params.file))
        return send(request, reply, documents.requests([found], fullFor(settings, request.query.api_key)))
      },
    )
    scoped.get(
      '/open311/v2/tokens/:file',
      {
        config: open,
        schema: {
          summary: 'Open311: the request of a token; here both are one',
          tags,
          params: fileParams,
          querystring: anyQuery,
        },
      },
      async (request, reply) => {
        const { id } = await one(reports, nameOf(request.params.file))
        return send(request, reply, documents.token(id))
      },
    )
  })
}

/** @throws JiemuError not-found */
async function one(reports: Reports, id: string): Promise<ReportStatus> {
  const [found] = await reports.list({ ids: [id as ReportId], limit: 1 })
  if (!found) throw new JiemuError('not-found', { what: 'service request', id })
  return found
}

function fullFor(settings: Open311Settings, key: string | undefined): (report: ReportStatus) => boolean {
  const application = applicationOf(settings.keys, key)
  return report => application !== undefined && report.via === application
}

/** @throws JiemuError request-invalid */
function filterOf(asked: z.output<typeof query>): Parameters<Reports['list']>[0] {
  const parts = (list: string | undefined) => {
    const named = list
      ?.split(',')
      .map(part => part.trim())
      .filter(Boolean)
    // Nothing but commas asks for nothing.
    return named?.length ? named : undefined
  }
  const ids = parts(asked.service_request_id)
  if (ids) return { ids: ids as ReportId[], limit: MOST }
  const codes = parts(asked.service_code)
  const statuses = parts(asked.status)
  const unknown = codes?.find(code => !serviceOf(code))
  if (unknown) throw new JiemuError('not-found', { what: 'service', id: unknown })
  if (statuses?.some(status => status !== 'open' && status !== 'closed')) {
    throw new JiemuError('request-invalid', { problem: 'status: expected open, closed or both' })
  }
  const { start_date: from, end_date: to } = asked
  if (from !== undefined && to !== undefined && to < from) {
    throw new JiemuError('request-invalid', { problem: 'end_date: expected a time after start_date' })
  }
  const until = to ?? (from === undefined ? undefined : from + SPAN_MS)
  return {
    limit: MOST,
    ...(codes && { services: codes as ReportStatus['service'][] }),
    ...(statuses?.length === 1 && { status: statuses[0] === 'open' ? ('open' as const) : ('closed' as const) }),
    ...(from !== undefined && { from }),
    // A longer span than ninety days gives its last ninety.
    ...(until !== undefined && { to: until, from: Math.max(from ?? 0, until - SPAN_MS) }),
  }
}

function attributesOf(
  asked: Readonly<Record<string, unknown>>,
  codes: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    codes.flatMap(code => {
      const value = asked[`attribute[${code}]`]
      // By code points: half of a pair is no text.
      const said = typeof value === 'string' ? [...value.trim()].slice(0, 80).join('') : ''
      return said === '' ? [] : [[code, said]]
    }),
  )
}

function reporterOf(asked: z.output<typeof body>): Reporter {
  return {
    ...(asked.email && { email: asked.email }),
    ...(asked.device_id && { deviceId: asked.device_id }),
    ...(asked.account_id && { accountId: asked.account_id }),
    ...(asked.first_name && { firstName: asked.first_name }),
    ...(asked.last_name && { lastName: asked.last_name }),
    ...(asked.phone && { phone: asked.phone }),
  }
}
