// The register of every look at evidence and every export, and the chain of deletions: for those who must account for them.
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import { z } from 'zod'
import type { EvidenceId, IncidentId, JobId } from '../../core/ids.ts'
import { DELETION_REASONS, VIEW_PURPOSES } from '../../core/keeping.ts'
import { ROLES } from '../../core/permission.ts'
import { actorOf } from '../access.ts'
import { readingScope } from '../authorize.ts'
import { pageOf, pageQuery, pageRequest, pageSchema } from '../paging.ts'
import type { RegisterFilter, RegisterRow } from '../ports.ts'
import { answers, answersWith } from '../problem.ts'
import type { Api, ApiPorts } from './route.ts'

const at = z.coerce.number().int().nonnegative()
const filter = {
  from: at.optional().describe('epoch milliseconds, inclusive'),
  to: at.optional().describe('epoch milliseconds, exclusive'),
  who: z.string().min(1).max(80).optional(),
  purpose: z.enum(VIEW_PURPOSES).optional(),
  evidence: z.string().max(63).optional(),
  incident: z.string().max(63).optional(),
  job: z.string().max(63).optional(),
} as const
const filterSchema = z.strictObject(filter)

export const viewSchema = z
  .object({
    id: z.string(),
    at: z.number().int(),
    who: z.string(),
    role: z.enum(ROLES).nullable(),
    purpose: z.enum(VIEW_PURPOSES),
    evidenceId: z.string().nullable(),
    incidentId: z.string().nullable(),
    jobId: z.string().nullable(),
    streetId: z.string().nullable(),
    address: z.string().nullable(),
    subject: z.string().nullable(),
  })
  .meta({ id: 'EvidenceView' })

export const deletionSchema = z
  .object({
    sequence: z.number().int(),
    at: z.number().int(),
    evidenceId: z.string(),
    incidentId: z.string().nullable(),
    jobId: z.string().nullable(),
    cameraId: z.string().nullable(),
    sha256: z.string(),
    bytes: z.number().int(),
    takenAt: z.number().int(),
    keptSince: z.number().int(),
    why: z.enum(DELETION_REASONS),
    policy: z.string(),
    actor: z.string(),
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'Deletion' })

const tags = ['keeping']
const CSV_PAGE = 1_000

function wanted({ from, to, who, purpose, evidence, incident, job }: z.output<typeof filterSchema>) {
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(who !== undefined && { who }),
    ...(purpose && { purpose }),
    ...(evidence && { evidenceId: evidence as EvidenceId }),
    ...(incident && { incidentId: incident as IncidentId }),
    ...(job && { jobId: job as JobId }),
  }
}

export function registerRoutes(app: Api, { register, deletions }: ApiPorts): void {
  /** A street's supervisor sees the looks at that street's pictures; a team has none of its own. */
  const scoped = (actor: Parameters<typeof readingScope>[0]) => {
    const { streets, teamId } = readingScope(actor)
    return teamId ? { streets: [] } : streets ? { streets } : {}
  }

  app.get(
    '/api/register',
    {
      config: { access: { action: 'register:read', target: 'filtered' } },
      schema: {
        summary: 'Who looked at which evidence, or took it along, newest first',
        tags,
        querystring: z.strictObject({ ...filter, ...pageQuery }),
        response: answers(pageSchema(viewSchema)),
      },
    },
    async request => {
      const { limit, before, ...of } = request.query
      const rows = await register.list({
        ...wanted(of),
        ...pageRequest({ limit, before }),
        ...scoped(actorOf(request)),
      })
      return pageOf(
        rows.map(row => ({ ...row, id: String(row.id) })),
        limit,
        row => row.at,
      )
    },
  )

  app.get(
    '/api/register.csv',
    {
      config: { access: { action: 'register:read', target: 'filtered' } },
      schema: {
        summary: 'The same as a CSV file; taking it along is registered too',
        tags,
        querystring: filterSchema,
        response: answersWith('text/csv', 'One line for each look, newest first'),
      },
    },
    async (request, reply) => {
      const { name, role } = actorOf(request)
      await register.record({
        who: name,
        role,
        purpose: 'export',
        evidenceId: null,
        incidentId: null,
        jobId: null,
        streetId: null,
        address: request.ip,
        subject: `register ${JSON.stringify(request.query)}`,
      })
      const rows = everyRow(register, { ...wanted(request.query), ...scoped(actorOf(request)) })
      // A name that begins with "=" would be a formula in a spreadsheet; the mark lets one read Chinese.
      const csv = stringify({
        header: true,
        bom: true,
        escape_formulas: true,
        columns: ['time', ...Object.keys(viewSchema.shape)],
      })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="register.csv"')
        .send(
          Readable.from(rows)
            .on('error', error => csv.destroy(error))
            .pipe(csv),
        )
    },
  )

  app.get(
    '/api/deletions',
    {
      config: { access: { action: 'register:read', target: 'district' } },
      schema: {
        summary: 'Which pictures were deleted, why and by whom: a hash chain, newest first',
        tags,
        querystring: z.strictObject({
          limit: pageQuery.limit,
          before: z.coerce.number().int().positive().optional().describe('the `sequence` after the page'),
        }),
        response: answers(z.object({ items: z.array(deletionSchema).readonly() })),
      },
    },
    async ({ query: { limit, before } }) => ({
      items: await deletions.list({ limit, ...(before !== undefined && { before }) }),
    }),
  )
}

async function* everyRow(
  register: ApiPorts['register'],
  filter: Omit<RegisterFilter, 'limit'>,
): AsyncGenerator<RegisterRow & { readonly time: string }> {
  for (let last: RegisterRow | undefined; ; ) {
    const before = last && { at: last.at, id: String(last.id) }
    const rows = await register.list({ ...filter, limit: CSV_PAGE, ...(before && { before }) })
    for (const row of rows) yield { ...row, time: new Date(row.at).toISOString() }
    last = rows.at(-1)
    if (!last || rows.length < CSV_PAGE) return
  }
}
