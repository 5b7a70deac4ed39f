// The city's figures over a span of days, by street, grid, team, worker, camera, rule or period: as JSON, CSV and XLSX.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StreetId } from '../../core/ids.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { type FiguresSpan, GROUPINGS, KPI_NAMES, STAGES, TIME_ZONE } from '../../core/kpi.ts'
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
