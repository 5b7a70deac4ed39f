// The gate: finds out who asks, and lets no route start that does not say what one must be allowed to do there.
import { isDeepStrictEqual } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Actor } from '../core/permission.ts'
import type { SignedIn } from '../core/user.ts'
import { type Action, authorize, type Target } from './authorize.ts'
import type { Door, Identity } from './door.ts'

/**
 * How a route is guarded; `public` is for what holds nothing of anybody: the page's own files and the API's description.
 * `own-page` is for what our page does for somebody who is not yet known: signing in.
 */
export type Access =
  | 'public'
  /** For programs with a key of their own, which the route itself asks for; no page may do anything by it. */
  | 'keyed'
  | 'own-page'
  | { readonly action: Action; readonly target: Target | ((request: FastifyRequest) => Promise<Target>) }

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Undefined only where the route is public. */
    identity: Identity | undefined
  }
}

/** For the handlers of routes that are not public. */
export function identityOf(request: FastifyRequest): Identity {
  if (!request.identity) throw new JiemuError('unauthenticated')
  return request.identity
}

/** Who asks; for the handlers of routes that are not public. */
export function actorOf(request: FastifyRequest): Actor {
  return identityOf(request).actor
}

/** For what only makes sense for somebody who has signed in. @throws JiemuError session-needed */
export function signedInOf(request: FastifyRequest): SignedIn {
  const { signedIn } = identityOf(request)
  if (!signedIn) throw new JiemuError('session-needed')
  return signedIn
}

/** The id in a route's path, which its schema has checked; for `access.target`, whose request Fastify does not type. */
export function idOf<Id extends string>(request: FastifyRequest): Id {
  return (request.params as { readonly id: Id }).id
}

/**
 * Whether a request that is answered for long still comes from the same actor with the same rights. A database that
 * does not answer is no reason to turn anybody out.
 */
export async function stillHolds(door: Door, request: FastifyRequest): Promise<boolean> {
  try {
    return isDeepStrictEqual((await door.identify(request)).actor, actorOf(request))
  } catch (thrown) {
    return toJiemuError(thrown).retryable
  }
}

/** Must be called before any route is added. */
export function guard(app: FastifyInstance, door: Door): void {
  app.decorateRequest('identity', undefined)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access) throw new Error(`the route ${method} ${url} does not say who may use it`)
  })
  app.addHook('onRequest', async request => {
    const { access } = request.routeOptions.config
    // Nobody's rights stand behind the key: a foreign page that makes a browser send it has the key already.
    if (access === 'keyed') return
    if (access === undefined || access === 'public') door.admit(request)
    else if (access === 'own-page') door.admitOwnPage(request)
    else request.identity = await door.identify(request)
  })
  app.addHook('preHandler', async request => {
    const { access } = request.routeOptions.config
    if (typeof access !== 'object') return
    const { action, target } = access
    const actor = actorOf(request)
    // The role first: whoever may not do it to anything makes us read no file, and does not learn what there is.
    authorize(actor, action, 'filtered')
    authorize(actor, action, typeof target === 'function' ? await target(request) : target)
  })
}
