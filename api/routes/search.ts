// 事件检索: incidents by time, place, kind, state and person, page by page or as a sheet.
import { z } from 'zod'
import { type FoundIncident, type IncidentWish, ORIGINS } from '../../core/found-incident.ts'
import type { CameraId, GridId, StreetId, ZoneId } from '../../core/ids.ts'
import { REJECT_REASONS } from '../../core/incident.ts'
import { JOB_STATES } from '../../core/job.ts'
import { RULE_KINDS, SEVERITIES } from '../../core/observation.ts'
import { localTime } from '../../core/periods.ts'
import { actorOf } from '../access.ts'
import { readingScope } from '../authorize.ts'
import { pageOf, pageQuery, pageRequest } from '../paging.ts'
import type { ReadingScope } from '../ports.ts'
import { answers, answersWith } from '../problem.ts'
import { PHYSICAL_STATES, REVIEW_STATES } from '../schemas.ts'
import type { IncidentSearch } from '../search-ports.ts'
import { incidentsSheet } from '../sheets/incidents-sheet.ts'
import { MEDIA_TYPES } from '../sheets/sheet.ts'
import { hand } from './hand-out.ts'
import type { Api, ApiPorts } from './route.ts'

const when = z.coerce.number().int().nonnegative()
const id = z.string().min(1).max(63)
const wish = {
  from: when.optional().describe('epoch milliseconds, inclusive: when it opened'),
  to: when.optional().describe('epoch milliseconds, exclusive'),
  street: id.optional(),
  grid: id.optional(),
  camera: id.optional(),
  zone: id.optional(),
  kind: z.enum(RULE_KINDS).optional(),
  severity: z.enum(SEVERITIES).optional(),
  physical: z.enum(PHYSICAL_STATES).optional(),
  review: z
    .enum([...REVIEW_STATES, 'judged'])
    .optional()
    .describe('`judged`: confirmed or rejected by an operator'),
  job: z.enum(JOB_STATES).optional().describe('the state of the job that lists it'),
  origin: z.enum(ORIGINS).optional(),
  by: z.string().min(1).max(80).optional().describe('who decided on it, by login name'),
  text: z.string().trim().min(1).max(80).optional().describe('somewhere in its id, its camera or its zone'),
} as const
const sheetQuery = z.strictObject(wish)
const query = z.strictObject({ ...pageQuery, ...wish })

const at = z.number().int().describe('epoch milliseconds')
const found = z
  .object({
    id: z.string(),
    kind: z.enum(RULE_KINDS),
    origin: z.enum(ORIGINS).describe('who saw it first'),
    severity: z.enum(SEVERITIES),
    physical: z.enum(PHYSICAL_STATES),
    review: z.enum(REVIEW_STATES),
    rejectReason: z.enum(REJECT_REASONS).nullable(),
    cameraId: z.string(),
    cameraName: z.string().nullable(),
    zoneId: z.string(),
    zoneName: z.string().nullable().describe('as it was called when it was seen'),
    streetId: z.string(),
    gridId: z.string(),
    openedAt: at,
    clearedAt: at.nullable(),
    decidedBy: z.string().nullable().describe('`policy` where nobody did; null while nothing is decided'),
    decidedAt: at.nullable(),
    jobId: z.string().nullable(),
    jobState: z.enum(JOB_STATES).nullable(),
  })
  .meta({ id: 'FoundIncident' })
export const foundPage = z.object({
  items: z.array(found).readonly(),
  next: z.string().nullable().describe('send it as `before` for the next page; null at the end'),
  total: z.number().int().describe('on all pages'),
})

const SHEET_BATCH = 1_000

function wishOf(asked: z.output<typeof sheetQuery>): IncidentWish {
  const { street, grid, camera, zone, ...rest } = asked
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...(said as IncidentWish),
    ...(street && { street: street as StreetId }),
    ...(grid && { grid: grid as GridId }),
    ...(camera && { camera: camera as CameraId }),
    ...(zone && { zone: zone as ZoneId }),
  }
}

async function* batches(search: IncidentSearch, wanted: IncidentWish & ReadingScope) {
  for (let last: FoundIncident | undefined; ; ) {
    const before = last && { at: last.openedAt, id: last.id }
    const lines = await search.find({ ...wanted, limit: SHEET_BATCH, ...(before && { before }) })
    if (lines.length > 0) yield lines
    if (lines.length < SHEET_BATCH) return
    last = lines.at(-1)
  }
}

export function searchRoutes(app: Api, { search, register }: ApiPorts): void {
  const tags = ['incidents']

  app.get(
    '/api/incidents/search',
    {
      config: { access: { action: 'incident:read', target: 'filtered' } },
      schema: {
        summary: 'Incidents by time, place, kind, state and person, newest first, with how many there are',
        tags,
        querystring: query,
        response: answers(foundPage),
      },
    },
    async request => {
      const { limit, before, ...asked } = request.query
      const wanted = { ...wishOf(asked), ...readingScope(actorOf(request)) }
      const items = await search.find({ ...wanted, ...pageRequest({ limit, before }) })
      return { ...pageOf(items, limit, ({ openedAt }) => openedAt), total: await search.count(wanted) }
    },
  )

  app.get(
    '/api/incidents/search.csv',
    {
      config: { access: { action: 'incident:export', target: 'filtered' } },
      schema: {
        summary: 'The same as CSV, all pages in one',
        tags,
        querystring: sheetQuery,
        response: answersWith(MEDIA_TYPES.csv, 'The incidents, newest first'),
      },
    },
    (request, reply) => {
      const wanted = { ...wishOf(request.query), ...readingScope(actorOf(request)) }
      const day = (of: number | undefined, open: string) => (of === undefined ? open : localTime(of).slice(0, 10))
      const title = `incidents-${day(wanted.from, 'begin')}-${day(wanted.to, 'now')}`
      return hand(request, reply, register, 'csv', title, async () => incidentsSheet(batches(search, wanted)))
    },
  )
}
