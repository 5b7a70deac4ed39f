// Users as an administrator of the district keeps them, and the register of what was done about them.
import { z } from 'zod'
import type { UserId } from '../../core/ids.ts'
import type { Invitation, User } from '../../core/user.ts'
import { actorOf } from '../access.ts'
import {
  invitedSchema,
  newUserSchema,
  peopleEventSchema,
  sessionSchema,
  userChangeSchema,
  userSchema,
} from '../people-views.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams } from './route.ts'

const tags = ['people']
const read = { action: 'user:read', target: 'district' } as const
const manage = { action: 'user:manage', target: 'district' } as const

/** After the hash sign: browsers send that to no server, and no log keeps it. */
const invited = ({ user, invitation }: { readonly user: User; readonly invitation: Invitation }) => ({
  user,
  invitation: { path: `/#invite=${invitation.token}`, expiresAt: invitation.expiresAt },
})

export function userRoutes(app: Api, { people }: Pick<ApiPorts, 'people'>): void {
  const { users } = people

  app.get(
    '/api/users',
    {
      config: { access: read },
      schema: {
        summary: 'Users, by login name',
        tags,
        response: answers(z.object({ items: z.array(userSchema).readonly() })),
      },
    },
    async () => ({ items: await users.list() }),
  )

  app.post(
    '/api/users',
    {
      config: { access: manage },
      schema: {
        summary: 'Add a user, who chooses a password by the link of the answer',
        tags,
        body: newUserSchema,
        response: answers(invitedSchema),
      },
    },
    async request => invited(await users.add(request.body, actorOf(request).name)),
  )

  app.patch(
    '/api/users/:id',
    {
      config: { access: manage },
      schema: {
        summary: 'Change a user’s name, role, scope or worker; holds with the next request',
        tags,
        params: idParams,
        body: userChangeSchema,
        response: answers(userSchema),
      },
    },
    async request => {
      const { name, role, scope, workerId } = request.body
      const change = {
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(scope !== undefined && { scope }),
        ...(workerId !== undefined && { workerId }),
      }
      return users.change(request.params.id as UserId, change, actorOf(request).name)
    },
  )

  for (const { step, summary } of [
    { step: 'disable', summary: 'Let a user in no more; open sessions end at once' },
    { step: 'enable', summary: 'Let a disabled user in again, with the password from before' },
  ] as const) {
    app.post(
      `/api/users/:id/${step}`,
      {
        config: { access: manage },
        schema: { summary, tags, params: idParams, body: z.strictObject({}), response: answers(userSchema) },
      },
      async request => users[step](request.params.id as UserId, actorOf(request).name),
    )
  }

  app.post(
    '/api/users/:id/reset',
    {
      config: { access: manage },
      schema: {
        summary: 'End a user’s password and sessions; the link of the answer chooses a new password',
        tags,
        params: idParams,
        body: z.strictObject({}),
        response: answers(invitedSchema),
      },
    },
    async request => invited(await users.reset(request.params.id as UserId, actorOf(request).name)),
  )

  app.get(
    '/api/users/:id/sessions',
    {
      config: { access: read },
      schema: {
        summary: 'A user’s open sessions, the newest first',
        tags,
        params: idParams,
        response: answers(z.object({ items: z.array(sessionSchema).readonly() })),
      },
    },
    async request => ({ items: await people.sessions((await users.get(request.params.id as UserId)).id) }),
  )

  app.delete(
    '/api/users/:id/sessions',
    {
      config: { access: manage },
      schema: {
        summary: 'End all of a user’s sessions',
        tags,
        params: idParams,
        response: answers(z.object({ ended: z.number().int() })),
      },
    },
    async request => ({ ended: await people.endSessions(request.params.id as UserId, actorOf(request).name) }),
  )

  app.get(
    '/api/people-events',
    {
      config: { access: read },
      schema: {
        summary: 'The register of people, the newest first',
        tags,
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(200).default(50),
          before: z.coerce.number().int().positive().optional().describe('the `id` of the last that is known'),
        }),
        response: answers(z.object({ items: z.array(peopleEventSchema).readonly() })),
      },
    },
    async request => ({ items: await people.events(request.query.limit, request.query.before) }),
  )
}
