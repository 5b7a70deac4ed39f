// Jobs: read them, and move them along, one route for each step that a person may take.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { type EvidenceId, ID_PATTERN, type JobId, type StreetId, type TeamId, type WorkerId } from '../../core/ids.ts'
import { JOB_STATES } from '../../core/job.ts'
import { MOST_NOTE_PHOTOS, noteWith } from '../../core/note-photos.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import { actorOf, idOf } from '../access.ts'
import { offersSchema } from '../assignment-schemas.ts'
import { jobsFor, offersFor } from '../assignment-views.ts'
import { type Action, authorize, readingScope, type Target } from '../authorize.ts'
import { pageOf, pageQuery, pageRequest, pageSchema } from '../paging.ts'
import type { AskedOfJob, JobCommandName, JobFilter } from '../ports.ts'
import { answers } from '../problem.ts'
import { jobDetailSchema, jobSchema } from '../schemas.ts'
import { type Api, type ApiPorts, commandHeaders, findJob, idParams, jobTarget, keyOf, whoseJob } from './route.ts'

const id = z.string().regex(ID_PATTERN, 'not an id')

const query = z.strictObject({
  ...pageQuery,
  state: z.enum(JOB_STATES).optional(),
  kind: z.enum(RULE_KINDS).optional(),
  street: id.optional(),
  team: id.optional(),
  worker: id.optional(),
  overdue: z
    .enum(['true', 'false'])
    .transform(text => text === 'true')
    .optional()
    .describe('a deadline passed, and what it was for is still not done'),
})

const reason = z.string().trim().max(500)
const seen = z
  .number()
  .int()
  .positive()
  .optional()
  .describe('the job’s `version` as it was seen: refused where it has changed since')
const step = z.strictObject({ note: reason.optional(), version: seen })
const reasoned = z.strictObject({ reason: reason.min(1), version: seen })

/** One route for each command; `body` says what it needs. */
const COMMANDS: readonly {
  readonly name: JobCommandName
  readonly action: Action
  readonly summary: string
  readonly body: z.ZodType<Asked>
}[] = [
  { name: 'accept', action: 'job:work', body: step, summary: 'Accept a job: somebody is on the way' },
  {
    name: 'decline',
    action: 'job:work',
    body: reasoned,
    summary: 'Decline a job, with the reason: it goes to another',
  },
  { name: 'arrive', action: 'job:work', body: step, summary: 'Report that somebody is there' },
  {
    name: 'handled',
    action: 'job:work',
    body: step,
    summary: 'Report a job handled; the camera closes it once the place is clear',
  },
  { name: 'close', action: 'job:verify', body: step, summary: 'Close a job that somebody else handled' },
  { name: 'return', action: 'job:verify', body: reasoned, summary: 'Give a job back: it is not done (返工)' },
  {
    name: 'defer',
    action: 'job:defer',
    body: reasoned.extend({ until: z.number().int().positive().describe('epoch milliseconds') }),
    summary: 'Put a job off until a time (缓办)',
  },
  { name: 'resume', action: 'job:defer', body: step, summary: 'Take a deferred job up again now' },
  {
    name: 'reassign',
    action: 'job:dispatch',
    body: reasoned.extend({
      workerId: id.optional().describe('who shall have it; refused, with the reason, where the rules pass them over'),
      teamId: id
        .optional()
        .describe('or which team: whoever of it is on shift and most apt, by the rules of assignment'),
      force: z.boolean().optional().describe('they get it all the same: off shift, full, of another grid'),
    }),
    summary: 'Take a job from whoever has it, or out of the queue: it is assigned anew',
  },
  {
    name: 'hand-over',
    action: 'job:hand-over',
    body: reasoned.extend({ workerId: id.describe('another worker of the same team') }),
    summary: 'Hand a job over to another worker of the team',
  },
  {
    name: 'acknowledge',
    action: 'job:dispatch',
    body: step,
    summary: 'Say that an escalation was seen: it stops repeating',
  },
  { name: 'urge', action: 'job:urge', body: step, summary: 'Urge whoever has the job (催办)' },
  {
    name: 'supervise',
    action: 'job:supervise',
    body: reasoned.extend({
      until: z.number().int().positive().describe('by when it is to be done, epoch milliseconds'),
    }),
    summary: 'Put a job under supervision, with the reason (督办); again to say it anew',
  },
  { name: 'unsupervise', action: 'job:supervise', body: step, summary: 'End the supervision of a job' },
  {
    name: 'note',
    action: 'job:note',
    body: reasoned.extend({
      photos: z
        .array(id)
        .max(MOST_NOTE_PHOTOS)
        .optional()
        .describe('evidence that whoever writes it has sent to the job’s `note-photos`'),
    }),
    summary: 'Add a note to the job’s log',
  },
  { name: 'cancel', action: 'job:cancel', body: reasoned, summary: 'Cancel a job, with the reason' },
  {
    name: 'merge',
    action: 'job:dispatch',
    body: step.extend({ into: id.describe('the job that it is a duplicate of') }),
    summary: 'Join a job to the one that it is a duplicate of (并案)',
  },
]

/** What the bodies above come to. */
interface Asked {
  readonly note?: string | undefined
  readonly reason?: string | undefined
  readonly version?: number | undefined
  readonly until?: number | undefined
  readonly workerId?: string | undefined
  readonly teamId?: string | undefined
  readonly force?: boolean | undefined
  readonly into?: string | undefined
  readonly photos?: readonly string[] | undefined
}

/** An option that was left out is not there, rather than undefined. */
function wishOf({
  until,
  workerId,
  teamId,
  force,
  into,
}: Asked): Pick<AskedOfJob, 'until' | 'workerId' | 'teamId' | 'force' | 'into'> {
  return {
    ...(until !== undefined && { until }),
    ...(workerId !== undefined && { workerId: workerId as WorkerId }),
    ...(teamId !== undefined && { teamId: teamId as TeamId }),
    ...(force !== undefined && { force }),
    ...(into !== undefined && { into: into as JobId }),
  }
}

function filterOf({ state, kind, street, team, worker, overdue, ...page }: z.output<typeof query>): JobFilter {
  return {
    ...pageRequest(page),
    ...(state && { states: [state] }),
    ...(kind && { kind }),
    ...(street && { street: street as StreetId }),
    ...(team && { team: team as TeamId }),
    ...(worker && { worker: worker as WorkerId }),
    ...(overdue !== undefined && { overdue }),
  }
}

/**
 * Whose the job is; but whoever repeats a step that is done, since its answer was lost, is told so, even where the step
 * took the job out of their sight, as declining does.
 */
const stepTarget =
  (reading: ApiPorts['reading'], name: JobCommandName) =>
  async (request: FastifyRequest): Promise<Target> => {
    const found = await findJob(reading, idOf(request))
    if (request.headers['idempotency-key'] === undefined) return whoseJob(found)
    const actor = actorOf(request)
    const key = keyOf(commandHeaders.parse(request.headers), name, actor)
    // The whole key after the event's name: a key may hold colons, and what ends alike is not the same.
    const isDone = found.events.some(({ actor: by, key: done }) => by === actor.name && afterColon(done) === key)
    return isDone ? 'filtered' : whoseJob(found)
  }

const afterColon = (text: string): string => text.slice(text.indexOf(':') + 1)

export function jobRoutes(app: Api, { reading, commands, rota }: ApiPorts): void {
  const shown = async (id: JobId, actor: Actor) => {
    const found = { ...(await findJob(reading, id)), ...(await reading.reach(id)) }
    return { ...found, job: (await jobsFor(actor, rota))(found.job) }
  }
  const target = jobTarget(reading)
  const tags = ['jobs']

  /** @throws JiemuError request-invalid where a photo is not of this job, for a note, and theirs */
  async function noted(jobId: JobId, text: string, ids: readonly string[], { name }: Actor): Promise<string> {
    const { photos } = await reading.reach(jobId)
    const own = photos.filter(({ moment, takenBy }) => moment === 'note' && takenBy === name)
    const foreign = ids.find(wanted => !own.some(({ id: known }) => known === wanted))
    if (foreign)
      throw new JiemuError('request-invalid', { problem: `photos: ${foreign} is no photo of yours for a note` })
    return noteWith(text, ids as readonly EvidenceId[])
  }

  app.get(
    '/api/jobs',
    {
      config: { access: { action: 'job:read', target: 'filtered' } },
      schema: { summary: 'Jobs, newest first', tags, querystring: query, response: answers(pageSchema(jobSchema)) },
    },
    async request => {
      const actor = actorOf(request)
      const filter = { ...filterOf(request.query), ...readingScope(actor) }
      const jobs = await reading.listJobs(filter)
      return pageOf(jobs.map(await jobsFor(actor, rota)), filter.limit, job => job.createdAt)
    },
  )

  app.get(
    '/api/jobs/:id',
    {
      config: { access: { action: 'job:read', target } },
      schema: {
        summary: 'One job with its log, its incidents and its deadlines',
        tags,
        params: idParams,
        response: answers(jobDetailSchema),
      },
    },
    request => shown(request.params.id as JobId, actorOf(request)),
  )

  app.get(
    '/api/jobs/:id/candidates',
    {
      config: { access: { action: 'job:dispatch', target } },
      schema: {
        summary: 'Who could be named for a job now, and why not, by the rules of assignment',
        tags,
        params: idParams,
        response: answers(offersSchema),
      },
    },
    async request => offersFor(actorOf(request), rota, await commands.offers(request.params.id as JobId)),
  )

  for (const { name, action, summary, body } of COMMANDS) {
    app.post(
      `/api/jobs/:id/${name}`,
      {
        config: { access: { action, target: stepTarget(reading, name) } },
        schema: { summary, tags, params: idParams, headers: commandHeaders, body, response: answers(jobDetailSchema) },
      },
      async request => {
        const jobId = request.params.id as JobId
        const actor = actorOf(request)
        const { note, reason: said = note, version = null, photos = [], ...wish } = request.body
        const why = photos.length > 0 ? await noted(jobId, said ?? '', photos, actor) : said
        const key = keyOf(request.headers, name, actor)
        // The other job takes in what this one lists: it must be theirs, too.
        if (wish.into) authorize(actor, action, whoseJob(await findJob(reading, wish.into as JobId)))
        await commands.ask(name, jobId, { actor, key, reason: why || null, version, ...wishOf(wish) })
        return shown(jobId, actor)
      },
    )
  }
}
