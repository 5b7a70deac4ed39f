// The worker's page: one's own work on one sheet, and the word that a job was seen.
import { z } from 'zod'
import { SEEN_WAYS } from '../../core/field-work.ts'
import type { JobId, TeamId, WorkerId } from '../../core/ids.ts'
import type { Actor } from '../../core/permission.ts'
import { actorOf } from '../access.ts'
import { jobForAnybody } from '../assignment-views.ts'
import { permits } from '../authorize.ts'
import { workSheetSchema } from '../field-views.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, findJob, idParams, jobTarget } from './route.ts'

const teamOf = ({ scope }: Actor): TeamId | null => (scope !== 'district' && 'team' in scope ? scope.team : null)

export function fieldRoutes(app: Api, { field, reading }: Pick<ApiPorts, 'field' | 'reading'>): void {
  app.get(
    '/api/me/work',
    {
      config: { access: { action: 'job:work', target: 'filtered' } },
      schema: {
        summary: 'One’s own work: the jobs that one has, or one’s team as a whole, and what one handled today',
        tags: ['jobs'],
        response: answers(workSheetSchema),
      },
    },
    async request => {
      const actor = actorOf(request)
      const { name, workerId = null } = actor
      const sheet = await field.sheet({ name, workerId: workerId as WorkerId | null, teamId: teamOf(actor) })
      const jobs = sheet.jobs.filter(({ job }) => permits(actor, 'job:read', job))
      return { ...sheet, jobs: jobs.map(one => ({ ...one, job: jobForAnybody(one.job) })) }
    },
  )

  app.post(
    '/api/jobs/:id/seen',
    {
      config: { access: { action: 'job:work', target: jobTarget(reading) } },
      schema: {
        summary: 'Say that one has seen a job, and how one came to; the first time since it was assigned counts',
        tags: ['jobs'],
        params: idParams,
        body: z.strictObject({ by: z.enum(SEEN_WAYS) }),
        response: answers(z.object({ seen: z.literal(true) })),
      },
    },
    async request => {
      const { job } = await findJob(reading, request.params.id as JobId)
      await field.see({
        jobId: job.id,
        assignment: job.assignments,
        who: actorOf(request).name,
        way: request.body.by,
      })
      return { seen: true as const }
    },
  )
}
