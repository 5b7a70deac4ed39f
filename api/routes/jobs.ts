// Jobs: read them, and move them along: accepted, handled, closed.
import { z } from 'zod'
import type { JobId } from '../../core/ids.ts'
import { JOB_STATES } from '../../core/job.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { actorOf } from '../access.ts'
import { type Action, readingScope } from '../authorize.ts'
import { pageOf, pageQuery, pageRequest, pageSchema } from '../paging.ts'
import type { Commands, JobFilter } from '../ports.ts'
import { answers } from '../problem.ts'
import { jobDetailSchema, jobSchema } from '../schemas.ts'
import { type Api, type ApiPorts, commandHeaders, findJob, idParams, jobTarget, keyOf } from './route.ts'

const query = z.strictObject({
  ...pageQuery,
  state: z.enum(JOB_STATES).optional(),
  kind: z.enum(RULE_KINDS).optional(),
})

const step = z.strictObject({ note: z.string().trim().max(500).optional() })

const STEPS: readonly {
  readonly path: keyof Commands & ('accept' | 'handled' | 'close')
  readonly action: Action
  readonly summary: string
}[] = [
  { path: 'accept', action: 'job:accept', summary: 'Accept a job: the team is on its way' },
  {
    path: 'handled',
    action: 'job:handle',
    summary: 'Report a job handled; the camera closes it once the place is clear',
  },
  { path: 'close', action: 'job:close', summary: 'Close a job that somebody else handled' },
]

function filterOf({ state, kind, ...page }: z.output<typeof query>): JobFilter {
  return { ...pageRequest(page), ...(state && { states: [state] }), ...(kind && { kind }) }
}

export function jobRoutes(app: Api, { reading, commands }: ApiPorts): void {
  const target = jobTarget(reading)
  const tags = ['jobs']

  app.get(
    '/api/jobs',
    {
      config: { access: { action: 'job:read', target: 'filtered' } },
      schema: { summary: 'Jobs, newest first', tags, querystring: query, response: answers(pageSchema(jobSchema)) },
    },
    async request => {
      const filter = { ...filterOf(request.query), ...readingScope(actorOf(request)) }
      return pageOf(await reading.listJobs(filter), filter.limit, job => job.createdAt)
    },
  )

  app.get(
    '/api/jobs/:id',
    {
      config: { access: { action: 'job:read', target } },
      schema: {
        summary: 'One job with its log and its incidents',
        tags,
        params: idParams,
        response: answers(jobDetailSchema),
      },
    },
    request => findJob(reading, request.params.id as JobId),
  )

  for (const { path, action, summary } of STEPS) {
    app.post(
      `/api/jobs/:id/${path}`,
      {
        config: { access: { action, target } },
        schema: {
          summary,
          tags,
          params: idParams,
          headers: commandHeaders,
          body: step,
          response: answers(jobDetailSchema),
        },
      },
      async request => {
        const id = request.params.id as JobId
        const actor = actorOf(request)
        await commands[path](id, actor, keyOf(request.headers, path, actor), request.body.note || null)
        return findJob(reading, id)
      },
    )
  }
}
