// Tokens: who a request comes from. Only their hashes are ever configured or kept.
import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { type Actor, ROLES } from '../core/permission.ts'
import { scopeSchema } from '../core/user.ts'

/** One row of the setting `auth.tokens`. */
export const tokenSchema = z.strictObject({
  name: z.string().min(1).max(80).describe('who acts with it; recorded with every change'),
  role: z.enum(ROLES),
  scope: scopeSchema.default('district'),
  worker: z.string().regex(ID_PATTERN).optional().describe('the worker whose phone holds it, if one does'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected the SHA-256 of the token as 64 lower-case hexadecimal digits')
    .describe('SHA-256 of the token, never the token: `printf %s "$TOKEN" | sha256sum`'),
})
export type Token = z.output<typeof tokenSchema>

/** Who acts while there is neither a token nor a user: whoever sits at this machine, since nobody else can reach it. */
export const LOCAL_ACTOR: Actor = { name: 'local', role: 'admin', scope: 'district' }

/** @returns what an Authorization header carries @throws JiemuError unauthenticated */
export function bearerOf(authorization: string): string {
  const [, secret] = /^Bearer +([\w.~+/-]+=*)$/i.exec(authorization) ?? []
  if (secret === undefined) throw new JiemuError('unauthenticated')
  return secret
}

/**
 * Finds out whose token of the settings that is. Hashing makes every comparison equally long, and all rows
 * are compared, so that the time says nothing about how near a guess was.
 * @returns undefined where it is none of them
 */
export function configuredActor(tokens: readonly Token[], secret: string): Actor | undefined {
  const offered = createHash('sha256').update(secret).digest()
  const matching = tokens.filter(token => timingSafeEqual(Buffer.from(token.sha256, 'hex'), offered))
  const [token] = matching
  if (!token) return undefined
  const { name, role, scope, worker } = token
  return { name, role, scope, ...(worker !== undefined && { workerId: worker }) }
}
