// Single sign-on as a browser meets it: off to the issuer's page and back; and whom an administrator linked to which subject.
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../../core/errors.ts'
import type { UserId } from '../../core/ids.ts'
import { actorOf } from '../access.ts'
import type { Door } from '../door.ts'
import { answers, answersWith } from '../problem.ts'
import { CALLBACK_PATH, type SingleSignOnPort } from '../single-sign-on.ts'
import { type Api, type ApiPorts, idParams } from './route.ts'

const tags = ['people']
const at = z.number().int().describe('epoch milliseconds')
export const identitySchema = z.object({
  issuer: z.string(),
  subject: z.string(),
  byClaims: z.boolean().describe('came in by claims, which say role and scope at every sign-in; else linked by hand'),
  createdAt: at,
})
const identities = z.object({ items: z.array(identitySchema).readonly() })

/** A page of ours and nothing else: a link must not lead anywhere after one has signed in. */
const ownPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/)
  .catch('/')

export function singleSignOnRoutes(
  app: Api,
  { people, singleSignOn }: Pick<ApiPorts, 'people' | 'singleSignOn'>,
  door: Door,
): void {
  app.get(
    '/api/oidc/start',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Go to the issuer’s page to sign in',
        tags,
        querystring: z.object({ to: ownPath.default('/') }),
        response: { ...answersWith('text/plain', 'Nothing'), 302: z.null().describe('to the issuer') },
      },
    },
    async (request, reply) => {
      const { to } = request.query
      const signOn = needed(singleSignOn)
      // The ticket must lie where the issuer sends the browser back to.
      if (request.host !== new URL(signOn.origin).host) {
        return reply.redirect(`${signOn.origin}/api/oidc/start?to=${encodeURIComponent(to)}`)
      }
      try {
        const { url, ticket } = await signOn.begin(to)
        door.handTicket(reply, ticket)
        return reply.redirect(url)
      } catch (thrown) {
        return reply.redirect(`/#sign-in=${toJiemuError(thrown).code}`)
      }
    },
  )

  app.get(
    CALLBACK_PATH,
    {
      config: { access: 'public' },
      schema: {
        summary: 'Come back from the issuer’s page; sets the session’s cookie',
        tags,
        response: { ...answersWith('text/plain', 'Nothing'), 302: z.null().describe('to the page') },
      },
    },
    async (request, reply) => {
      const ticket = door.takeTicket(request, reply)
      try {
        const query = request.url.slice(request.url.indexOf('?') + 1)
        const signOn = needed(singleSignOn)
        const { claimed, to, grant } = await signOn.finish(query, ticket)
        const opened = await people.signInAs(claimed, door.placeOf(request))
        signOn.hold(opened.session, grant)
        door.remember(reply, opened)
        return reply.redirect(to)
      } catch (thrown) {
        // A person stands there with a browser: the page says it in their words.
        return reply.redirect(`/#sign-in=${toJiemuError(thrown).code}`)
      }
    },
  )

  app.get(
    '/api/users/:id/identities',
    {
      config: { access: { action: 'user:read', target: 'district' } },
      schema: { summary: 'As whom the issuer knows a user', tags, params: idParams, response: answers(identities) },
    },
    async request => ({ items: await people.identities(request.params.id as UserId) }),
  )

  app.put(
    '/api/users/:id/identities',
    {
      config: { access: { action: 'user:manage', target: 'district' } },
      schema: {
        summary: 'Say as whom the issuer knows a user; null ends it, and the user’s sessions',
        tags,
        params: idParams,
        body: z.strictObject({ subject: z.string().trim().min(1).max(255).nullable() }),
        response: answers(identities),
      },
    },
    async request => {
      const id = request.params.id as UserId
      await people.linkIdentity(id, needed(singleSignOn).issuer, request.body.subject, actorOf(request).name)
      return { items: await people.identities(id) }
    },
  )
}

/** @throws JiemuError oidc-off */
function needed(singleSignOn: SingleSignOnPort | undefined): SingleSignOnPort {
  if (!singleSignOn) throw new JiemuError('oidc-off')
  return singleSignOn
}
