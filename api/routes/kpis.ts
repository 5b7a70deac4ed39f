// The city's figures over a span of days, by street, grid, team, worker, camera, rule or period: as JSON, CSV and XLSX.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StreetId } from '../../core/ids.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { JOB_STATES, type JobState } from '../../core/job.ts'
import { type FiguresSpan, GROUPINGS, JOB_KPIS, KPI_LINES, KPI_NAMES, STAGES, TIME_ZONE } from '../../core/kpi.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { periodOf } from '../../core/periods.ts'
import { actorOf } from '../access.ts'
import { authorize, readingScope } from '../authorize.ts'
import { answers, answersWith } from '../problem.ts'
import { jobsSheet, kpiSheet } from '../sheets/figures-sheets.ts'
import { MEDIA_TYPES, SHEET_FORMATS } from '../sheets/sheet.ts'
import { hand } from './hand-out.ts'
import type { Api, ApiPorts } from './route.ts'

const span = z.object({
  from: z.iso.date().describe(`first day, ${TIME_ZONE}`),
  to: z.iso.date().describe('last day, included'),
  street: z.string().regex(ID_PATTERN).optional().describe('one street only'),
})
const query = span.extend({ by: z.enum(GROUPINGS) })

const figure = z.object({
  top: z.number(),
  bottom: z.number(),
  rate: z.number().nullable().describe('top ÷ bottom; null where bottom is 0'),
})
const stage = z.object({
  n: z.number().int(),
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
})
const figures = {
  kpis: z.record(z.enum(KPI_NAMES), figure),
  stages: z.record(z.enum(STAGES), stage).describe('of the jobs closed in the span'),
}
export const kpiAnswerSchema = z.object({
  timeZone: z.string(),
  total: z.object(figures),
  groups: z.array(z.object({ key: z.string().nullable().describe('null: belongs to none'), ...figures })).readonly(),
})

/** The groups of a figure that are no periods. */
const CASE_GROUPS = ['street', 'grid', 'team', 'worker', 'camera', 'rule'] as const
const casesQuery = span.extend({
  kpi: z.enum(JOB_KPIS),
  line: z.enum(KPI_LINES).describe('those above the line, or all that it is divided by'),
  by: z.enum(CASE_GROUPS).optional().describe('of one group only'),
  key: z.string().min(1).max(80).optional().describe('of which; left out: of those that belong to none'),
})
/** More nobody reads through; the total counts all. */
const MOST_CASES = 1_000

const at = z.number().int().nullable()
export const casesSchema = z.object({
  items: z
    .array(
      z
        .object({
          ...{ id: z.string(), kind: z.enum(RULE_KINDS), streetId: z.string(), gridId: z.string() },
          ...{ placeId: z.string(), cameraId: z.string().nullable(), state: z.enum(JOB_STATES) },
          ...{ teamId: z.string().nullable(), workerId: z.string().nullable() },
          ...{ createdAt: z.number().int(), assignedAt: at, handledAt: at, closedAt: at },
          ...{ returns: z.number().int(), deferrals: z.number().int() },
          countedDueAt: at.describe('the deadline that is counted; null where the figure counts jobs'),
          among: z.boolean().describe('whether it is one of those above the line'),
        })
        .meta({ id: 'FigureCase' }),
    )
    .readonly(),
  total: z.number().int().describe('as many as the figure says'),
})

const tags = ['figures']
const read = { action: 'kpi:read', target: 'filtered' } as const
const take = { action: 'job:export', target: 'filtered' } as const

/** What was asked for, within what the actor may see. @throws JiemuError forbidden or request-invalid */
export function spanOf(request: FastifyRequest, asked: z.output<typeof span>): FiguresSpan {
  return { ...scopeOf(request, asked.street), ...periodOf(asked.from, asked.to) }
}

/** @throws JiemuError forbidden where the street is not the actor's */
export function scopeOf(request: FastifyRequest, street: string | undefined): ReturnType<typeof readingScope> {
  const actor = actorOf(request)
  if (street === undefined) return readingScope(actor)
  const streetId = street as StreetId
  if (actor.scope !== 'district') authorize(actor, 'kpi:read', { streetId, teamId: null })
  return { streets: [streetId] }
}

/** Figures of single people are for those who lead them. */
function checkGrouping(request: FastifyRequest, by: z.output<typeof query>['by']): void {
  if (by === 'worker') authorize(actorOf(request), 'kpi:workers', 'filtered')
}

export function kpiRoutes(app: Api, { figures, register }: ApiPorts): void {
  app.get(
    '/api/kpis',
    {
      config: { access: read },
      schema: { summary: 'The city’s figures, by group', tags, querystring: query, response: answers(kpiAnswerSchema) },
    },
    async request => {
      checkGrouping(request, request.query.by)
      return { timeZone: TIME_ZONE, ...(await figures.count(spanOf(request, request.query), request.query.by)) }
    },
  )

  app.get(
    '/api/kpis/cases',
    {
      config: { access: read },
      schema: {
        summary: 'The jobs behind a figure, newest first: one for each that it counts',
        tags,
        querystring: casesQuery,
        response: answers(casesSchema),
      },
    },
    async request => {
      const { kpi, line, by, key = null, ...asked } = request.query
      authorize(actorOf(request), 'job:read', 'filtered')
      if (by === 'worker') authorize(actorOf(request), 'kpi:workers', 'filtered')
      const wish = { kpi, line, limit: MOST_CASES, ...(by && { group: { by, key } }) }
      const { items, total } = await figures.cases(spanOf(request, asked), wish)
      return { items: items.map(item => ({ ...item, state: item.state as JobState })), total }
    },
  )

  for (const format of SHEET_FORMATS) {
    app.get(
      `/api/kpis.${format}`,
      {
        config: { access: read },
        schema: {
          summary: `The same as ${format.toUpperCase()}`,
          tags,
          querystring: query,
          response: answersWith(MEDIA_TYPES[format], 'The figures'),
        },
      },
      async (request, reply) => {
        const { by, from, to } = request.query
        checkGrouping(request, by)
        const wanted = spanOf(request, request.query)
        const title = `kpis-by-${by}-${from}-${to}`
        return hand(request, reply, register, format, title, async () =>
          kpiSheet(await figures.count(wanted, by), by, figures.codes),
        )
      },
    )

    app.get(
      `/api/exports/jobs.${format}`,
      {
        config: { access: take },
        schema: {
          summary: `The jobs made in a span of days, one in a line, as ${format.toUpperCase()}`,
          tags,
          querystring: span,
          response: answersWith(MEDIA_TYPES[format], 'The jobs, oldest first'),
        },
      },
      async (request, reply) => {
        const { from, to } = request.query
        const wanted = spanOf(request, request.query)
        return hand(request, reply, register, format, `jobs-${from}-${to}`, async () =>
          jobsSheet(figures.jobLines(wanted), figures.codes),
        )
      },
    )
  }
}
