// Users, sessions and the register as the API shows them, and what requests may say of users.
import { z } from 'zod'
import { ROLES } from '../core/permission.ts'
import { loginSchema, PEOPLE_EVENTS, scopeSchema } from '../core/user.ts'
import { type Action, ALLOWED, permits } from './authorize.ts'
import type { Identity } from './door.ts'

const at = z.number().int().describe('epoch milliseconds')
export const scopeView = z.union([
  z.literal('district'),
  z.object({ streets: z.array(z.string()).readonly() }),
  z.object({ team: z.string() }),
])

export const meSchema = z
  .object({
    name: z.string().describe('the login name, or the token’s name'),
    displayName: z.string(),
    role: z.enum(ROLES),
    scope: scopeView,
    may: z.array(z.string()).describe('the actions that this role allows, for a page to hide the other buttons'),
    by: z.enum(['local', 'token', 'session']).describe('how the request was known; local: nobody has to sign in yet'),
    userId: z.string().nullable(),
    workerId: z.string().nullable(),
    csrf: z.string().nullable().describe('send it as X-CSRF-Token with whatever changes something; null: not needed'),
    expiresAt: at.nullable().describe('when the session ends at the latest'),
  })
  .meta({ id: 'Me' })

const ACTIONS = Object.keys(ALLOWED) as Action[]

export function meView({ by, actor, signedIn, csrf }: Identity): z.input<typeof meSchema> {
  return {
    ...actor,
    displayName: signedIn?.user.name ?? actor.name,
    may: ACTIONS.filter(action => permits(actor, action, 'filtered')),
    by,
    userId: actor.userId ?? null,
    workerId: actor.workerId ?? null,
    csrf: csrf ?? null,
    expiresAt: signedIn?.session.expiresAt ?? null,
  }
}

export const userSchema = z
  .object({
    id: z.string(),
    login: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    scope: scopeView,
    workerId: z.string().nullable(),
    hasPassword: z.boolean().describe('false until the link of the invitation or the reset is used'),
    createdAt: at,
    createdBy: z.string(),
    disabledAt: at.nullable(),
  })
  .meta({ id: 'User' })

export const invitedSchema = z.object({
  user: userSchema,
  invitation: z
    .object({ path: z.string().describe('to be opened at this server’s address'), expiresAt: at })
    .describe('shown this once: lets its holder choose the password, once'),
})

export const sessionSchema = z
  .object({
    id: z.string(),
    createdAt: at,
    lastSeenAt: at.describe('to the minute'),
    expiresAt: at,
    address: z.string(),
    agent: z.string(),
  })
  .meta({ id: 'Session' })

export const peopleEventSchema = z.object({
  id: z.number().int(),
  at,
  actor: z.string(),
  event: z.enum(PEOPLE_EVENTS),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
})

const name = z.string().trim().min(1).max(80)
const workerId = z.string().trim().min(1).max(80).nullable()

export const newUserSchema = z.strictObject({
  login: loginSchema,
  name,
  role: z.enum(ROLES),
  scope: scopeSchema.describe('said each time: nobody gets the whole district by leaving something out'),
  workerId: workerId.default(null),
})
export const userChangeSchema = z.strictObject({ name, role: z.enum(ROLES), scope: scopeSchema, workerId }).partial()

export const secretSchema = z.string().min(1).max(1_000)
/** Whatever was typed: a name that cannot exist is only a wrong one. */
export const typedLogin = z.string().trim().toLowerCase().max(200)
export const firstAdminSchema = z.strictObject({
  token: secretSchema,
  login: loginSchema,
  name,
  password: secretSchema,
})
