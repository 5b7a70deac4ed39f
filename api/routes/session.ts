// Signing in and out, the first administrator, and what everybody may change about themselves.
import { z } from 'zod'
import type { SessionId } from '../../core/ids.ts'
import { identityOf, signedInOf } from '../access.ts'
import type { Door } from '../door.ts'
import { firstAdminSchema, meSchema, meView, secretSchema, sessionSchema, typedLogin } from '../people-views.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams, missing } from './route.ts'

const tags = ['people']
const own = { action: 'me:change', target: 'filtered' } as const

export function sessionRoutes(
  app: Api,
  { people, singleSignOn }: Pick<ApiPorts, 'people' | 'singleSignOn'>,
  door: Door,
): void {
  app.get(
    '/api/session',
    {
      config: { access: 'public' },
      schema: {
        summary: 'How one comes in here',
        tags,
        response: answers(
          z.object({
            open: z.boolean().describe('whoever sits at this machine is the administrator: nobody has to sign in'),
            users: z.boolean().describe('with login name and password'),
            singleSignOn: z
              .object({
                label: z.string(),
                passwordsForAll: z.boolean().describe('false: only a reserve account has one'),
              })
              .nullable(),
          }),
        ),
      },
    },
    async () => ({
      open: door.open,
      users: people.anybody(),
      singleSignOn: singleSignOn ? { label: singleSignOn.label, passwordsForAll: singleSignOn.passwordsForAll } : null,
    }),
  )

  app.post(
    '/api/session',
    {
      config: { access: 'own-page' },
      schema: {
        summary: 'Sign in; the answer sets the session’s cookie',
        tags,
        body: z.strictObject({ login: typedLogin, password: secretSchema }),
        response: answers(meSchema),
      },
    },
    async (request, reply) => {
      const { login, password } = request.body
      return meView(door.remember(reply, await people.signIn(login, password, door.placeOf(request))))
    },
  )

  app.delete(
    '/api/session',
    {
      config: { access: own },
      schema: { summary: 'Sign out', tags, response: answers(z.object({ signedOut: z.boolean() })) },
    },
    async (request, reply) => {
      const { signedIn } = identityOf(request)
      if (signedIn) await people.signOut(signedIn)
      door.forget(reply)
      return { signedOut: signedIn !== undefined }
    },
  )

  app.post(
    '/api/setup',
    {
      config: { access: 'own-page' },
      schema: {
        summary: 'Make the first administrator, with the token that `jiemu serve` printed; signs in',
        tags,
        body: firstAdminSchema,
        response: answers(meSchema),
      },
    },
    async (request, reply) => {
      const { token, ...admin } = request.body
      return meView(door.remember(reply, await people.setUp(token, admin, door.placeOf(request))))
    },
  )

  app.post(
    '/api/invitation',
    {
      config: { access: 'own-page' },
      schema: {
        summary: 'Choose a password with the token of an invitation or a reset; signs in',
        tags,
        body: z.strictObject({ token: secretSchema, password: secretSchema }),
        response: answers(meSchema),
      },
    },
    async (request, reply) => {
      const { token, password } = request.body
      return meView(door.remember(reply, await people.choosePassword(token, password, door.placeOf(request))))
    },
  )

  app.post(
    '/api/me/password',
    {
      config: { access: own },
      schema: {
        summary: 'Change one’s own password; ends one’s other sessions',
        tags,
        body: z.strictObject({ current: secretSchema, next: secretSchema }),
        response: answers(meSchema),
      },
    },
    async request => {
      await people.changePassword(signedInOf(request), request.body.current, request.body.next)
      return meView(identityOf(request))
    },
  )

  app.get(
    '/api/me/sessions',
    {
      config: { access: own },
      schema: {
        summary: 'One’s open sessions, the newest first',
        tags,
        response: answers(z.object({ current: z.string(), items: z.array(sessionSchema).readonly() })),
      },
    },
    async request => {
      const { user, session } = signedInOf(request)
      return { current: session.id, items: await people.sessions(user.id) }
    },
  )

  app.delete(
    '/api/me/sessions/:id',
    {
      config: { access: own },
      schema: {
        summary: 'End one of one’s sessions',
        tags,
        params: idParams,
        response: answers(z.object({ ended: z.number().int() })),
      },
    },
    async request => {
      const { user } = signedInOf(request)
      const id = request.params.id as SessionId
      const ended = await people.endSessions(user.id, user.login, id)
      if (ended === 0) throw missing('session', id)
      return { ended }
    },
  )
}
