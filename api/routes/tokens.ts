// Tokens of programs and phones, as an administrator of the district issues and revokes them.
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { TokenId } from '../../core/ids.ts'
import { ROLES } from '../../core/permission.ts'
import { scopeSchema } from '../../core/user.ts'
import { actorOf, identityOf } from '../access.ts'
import { scopeView } from '../people-views.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams } from './route.ts'

const tags = ['people']
const LONGEST_DAYS = 1_096

const at = z.number().int().describe('epoch milliseconds')
export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    scope: scopeView,
    workerId: z.string().nullable(),
    perMinute: z.number().int().nullable().describe('requests answered in any one minute; null: no limit'),
    createdAt: at,
    createdBy: z.string(),
    expiresAt: at,
    lastUsedAt: at.nullable().describe('to the minute'),
    revokedAt: at.nullable(),
    revokedBy: z.string().nullable(),
  })
  .meta({ id: 'IssuedToken' })

const newToken = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'expected letters, digits, spaces, dots, hyphens or underscores')
    .describe('who acts with it; never given twice'),
  role: z.enum(ROLES),
  scope: scopeSchema,
  workerId: z.string().trim().min(1).max(80).nullable().default(null),
  days: z.number().int().min(1).max(LONGEST_DAYS).describe('until it expires'),
  perMinute: z.number().int().min(1).max(100_000).nullable().default(null),
})

export function tokenRoutes(app: Api, { issued }: Pick<ApiPorts, 'issued'>): void {
  app.get(
    '/api/tokens',
    {
      config: { access: { action: 'token:read', target: 'district' } },
      schema: {
        summary: 'Issued tokens, the newest first; those of the settings are not among them',
        tags,
        response: answers(z.object({ items: z.array(tokenSchema).readonly() })),
      },
    },
    async () => ({ items: await issued.list() }),
  )

  app.post(
    '/api/tokens',
    {
      config: { access: { action: 'token:manage', target: 'district' } },
      schema: {
        summary: 'Issue a token; its secret is in this answer and nowhere else',
        tags,
        body: newToken,
        response: answers(
          z.object({ token: tokenSchema, secret: z.string().describe('send it as "Authorization: Bearer …"') }),
        ),
      },
    },
    async request => {
      // While nobody signs in, a token would be no key to anything, and its role no limit.
      if (identityOf(request).by === 'local') throw new JiemuError('set-up-needed')
      const { days, ...wanted } = request.body
      return issued.issue({ ...wanted, lastsMs: days * 86_400_000 }, actorOf(request).name)
    },
  )

  app.post(
    '/api/tokens/:id/revoke',
    {
      config: { access: { action: 'token:manage', target: 'district' } },
      schema: {
        summary: 'End a token; holds with its next request',
        tags,
        params: idParams,
        body: z.strictObject({}),
        response: answers(tokenSchema),
      },
    },
    async request => issued.revoke(request.params.id as TokenId, actorOf(request).name),
  )
}
