// The hand-over of a shift (交接班): a note with what is open, signed by whoever takes over.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { HandOverNote } from '../../core/hand-over.ts'
import { ID_PATTERN, type TeamId } from '../../core/ids.ts'
import { JOB_STATES } from '../../core/job.ts'
import { RULE_KINDS, SEVERITIES } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import { actorOf, idOf } from '../access.ts'
import { authorize, type Resource, readingScope } from '../authorize.ts'
import { recipientsOf } from '../hand-over-recipients.ts'
import { openItemsOf } from '../open-items.ts'
import { pageOf, pageQuery, pageRequest, pageSchema } from '../paging.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, commandHeaders, idParams, keyOf, missing } from './route.ts'

const at = z.number().int().describe('epoch milliseconds')
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly()

export const itemsSchema = z
  .object({
    at,
    pendingAlerts: z.number().int(),
    alerts: list(
      z.object({
        id: z.string(),
        kind: z.enum(RULE_KINDS),
        severity: z.enum(SEVERITIES),
        cameraId: z.string(),
        openedAt: at,
      }),
    ),
    openJobs: z.number().int(),
    overdueJobs: z.number().int(),
    jobs: list(
      z.object({
        id: z.string(),
        kind: z.enum(RULE_KINDS),
        severity: z.enum(SEVERITIES),
        state: z.enum(JOB_STATES),
        placeId: z.string(),
        teamId: z.string().nullable(),
        workerId: z.string().nullable(),
        dueAt: at.nullable(),
        overdue: z.boolean(),
        supervised: z.boolean(),
      }),
    ).describe('those that are overdue or under supervision'),
    cameras: list(
      z.object({
        id: z.string(),
        name: z.string(),
        state: z.string(),
        view: z.string().nullable(),
        since: at.nullable(),
      }),
    ).describe('those that are not online, or whose picture is not clear'),
    mutes: list(
      z.object({
        id: z.string(),
        streetId: z.string().nullable(),
        cameraId: z.string().nullable(),
        zoneId: z.string().nullable(),
        kind: z.enum(RULE_KINDS).nullable(),
        untilAt: at,
        reason: z.string(),
        setBy: z.string(),
      }),
    )
      .optional()
      .describe('what is muted; absent in notes from before there were mutes'),
  })
  .meta({ id: 'OpenItems' })

export const noteSchema = z
  .object({
    id: z.string(),
    writtenBy: z.string(),
    writtenByName: z.string().nullable(),
    writtenAt: at,
    meantFor: z.string().nullable().describe('a login; null: a team, or whoever has the next shift'),
    meantForName: z.string().nullable(),
    meantForTeam: z.string().nullable().describe('the team that it is meant for'),
    text: z.string(),
    items: itemsSchema,
    streets: list(z.string()).nullable(),
    teamId: z.string().nullable(),
    takenBy: z.string().nullable(),
    takenByName: z.string().nullable(),
    takenAt: at.nullable(),
    takenNote: z.string().nullable(),
  })
  .meta({ id: 'HandOverNote' })

const newNote = z
  .strictObject({
    text: z.string().trim().min(1).max(4_000),
    meantFor: z
      .string()
      .trim()
      .regex(ID_PATTERN, 'not a login')
      .optional()
      .describe('the login of whom it is meant for'),
    meantForTeam: z.string().regex(ID_PATTERN, 'not an id').optional().describe('or a team'),
  })
  .refine(note => !(note.meantFor && note.meantForTeam), 'expected a person or a team, not both')

const coming = {
  onNow: z.boolean().describe('works now, by the rota'),
  nextAt: at.nullable().describe('when the next shift begins; null where none does within twelve hours'),
}
export const recipientsSchema = z.object({
  people: list(
    z.object({
      ...{ login: z.string(), name: z.string(), role: z.string(), teamId: z.string().nullable(), ...coming },
      rota: z.boolean().describe('whether a rota says when they work'),
    }),
  ).describe('who may sign; whose shift comes next first'),
  teams: list(
    z.object({
      ...{ id: z.string(), name: z.string(), ...coming },
      workers: list(z.string()).describe('the names of those on shift then'),
    }),
  ),
})
const signing = z.strictObject({ note: z.string().trim().max(500).optional() })

/** Of each street that the note is about; of the district where it is about none. */
function whose({ streets, teamId }: Pick<HandOverNote, 'streets' | 'teamId'>): readonly Resource[] {
  if (!streets || streets.length === 0) return [{ streetId: null, teamId }]
  return streets.map(streetId => ({ streetId, teamId }))
}

/** What its writer is responsible for. */
function about({ scope }: Actor): Pick<HandOverNote, 'streets' | 'teamId'> {
  if (scope === 'district') return { streets: null, teamId: null }
  return 'streets' in scope ? { streets: scope.streets, teamId: null } : { streets: null, teamId: scope.team }
}

export function handOverRoutes(
  app: Api,
  ports: Pick<ApiPorts, 'handOvers' | 'reading' | 'board' | 'cameras' | 'mutes' | 'clock' | 'people' | 'rota'>,
): void {
  const { handOvers, clock } = ports
  const tags = ['duty']
  const find = async (id: string): Promise<HandOverNote> => {
    const note = await handOvers.find(id)
    if (!note) throw missing('hand-over note', id)
    return note
  }
  /** Whoever sees only some of its streets does not see it. */
  const seen = async (request: FastifyRequest, action: 'duty:read' | 'duty:hand-over') => {
    const note = await find(idOf(request))
    for (const resource of whose(note)) authorize(actorOf(request), action, resource)
    return note
  }
  const target = async (request: FastifyRequest) => {
    const [first] = whose(await find(idOf(request)))
    return first ?? { streetId: null, teamId: null }
  }

  app.get(
    '/api/open-items',
    {
      config: { access: { action: 'duty:read', target: 'filtered' } },
      schema: { summary: 'What is open now: what a hand-over note takes in', tags, response: answers(itemsSchema) },
    },
    request => openItemsOf(actorOf(request), ports, clock.now()),
  )

  app.get(
    '/api/hand-over-recipients',
    {
      config: { access: { action: 'duty:hand-over', target: 'filtered' } },
      schema: {
        summary: 'For whom a hand-over note may be meant: people and teams, those of the coming shift first',
        tags,
        response: answers(recipientsSchema),
      },
    },
    request => {
      const actor = actorOf(request)
      return recipientsOf(ports, readingScope(actor), whose(about(actor)), actor.name, clock.now())
    },
  )

  app.get(
    '/api/hand-over-notes',
    {
      config: { access: { action: 'duty:read', target: 'filtered' } },
      schema: {
        summary: 'Hand-over notes, newest first',
        tags,
        querystring: z.strictObject(pageQuery),
        response: answers(pageSchema(noteSchema)),
      },
    },
    async request => {
      const page = pageRequest(request.query)
      const notes = await handOvers.list({ ...page, ...readingScope(actorOf(request)) })
      return pageOf(notes, page.limit, note => note.writtenAt)
    },
  )

  app.get(
    '/api/hand-over-notes/:id',
    {
      config: { access: { action: 'duty:read', target } },
      schema: { summary: 'One hand-over note', tags, params: idParams, response: answers(noteSchema) },
    },
    request => seen(request, 'duty:read'),
  )

  app.post(
    '/api/hand-over-notes',
    {
      config: { access: { action: 'duty:hand-over', target: 'filtered' } },
      schema: {
        summary: 'Hand the shift over: the note takes in what is open at this moment',
        tags,
        headers: commandHeaders,
        body: newNote,
        response: answers(noteSchema),
      },
    },
    async request => {
      const actor = actorOf(request)
      const { text, meantFor = null, meantForTeam = null } = request.body
      const items = await openItemsOf(actor, ports, clock.now())
      const note = {
        writtenBy: actor.name,
        meantFor,
        meantForTeam: meantForTeam as TeamId | null,
        text,
        items,
        ...about(actor),
      }
      return handOvers.add(note, keyOf(request.headers, 'hand-over', actor))
    },
  )

  app.post(
    '/api/hand-over-notes/:id/take',
    {
      config: { access: { action: 'duty:hand-over', target } },
      schema: {
        summary: 'Take the shift over, by signing the note; not by whoever wrote it',
        tags,
        params: idParams,
        body: signing,
        response: answers(noteSchema),
      },
    },
    async request => {
      const { id } = await seen(request, 'duty:hand-over')
      return handOvers.take(id, actorOf(request).name, request.body.note || null)
    },
  )
}
