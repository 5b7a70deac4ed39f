// The gate: finds out who asks, and lets no route start that does not say what one must be allowed to do there.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { JiemuError } from '../core/errors.ts'
import type { Actor } from '../core/permission.ts'
import { type Action, authorize, type Target } from './authorize.ts'
import { checkLocalRequest } from './loopback.ts'
import { authenticate, LOCAL_ACTOR, type Token } from './tokens.ts'

/** How a route is guarded; `public` is for what holds nothing of anybody: the page's own files and the API's description. */
export type Access =
  | 'public'
  | { readonly action: Action; readonly target: Target | ((request: FastifyRequest) => Promise<Target>) }

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    /** Undefined only where the route is public. */
    actor: Actor | undefined
  }
}

/** Who asks; for the handlers of routes that are not public. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new JiemuError('unauthenticated')
  return request.actor
}

/** The id in a route's path, which its schema has checked; for `access.target`, whose request Fastify does not type. */
export function idOf<Id extends string>(request: FastifyRequest): Id {
  return (request.params as { readonly id: Id }).id
}

/** Must be called before any route is added. Without tokens the loopback rules hold instead (loopback.ts). */
export function guard(app: FastifyInstance, tokens: readonly Token[]): void {
  app.decorateRequest('actor', undefined)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access) throw new Error(`the route ${method} ${url} does not say who may use it`)
  })
  app.addHook('onRequest', async request => {
    if (tokens.length === 0) checkLocalRequest(request.method, request.headers)
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'public') return
    request.actor = tokens.length === 0 ? LOCAL_ACTOR : authenticate(tokens, request.headers.authorization)
  })
  app.addHook('preHandler', async request => {
    const { access } = request.routeOptions.config
    if (access === undefined || access === 'public') return
    const { action, target } = access
    const actor = actorOf(request)
    // The role first: whoever may not do it to anything makes us read no file, and does not learn what there is.
    authorize(actor, action, 'filtered')
    authorize(actor, action, typeof target === 'function' ? await target(request) : target)
  })
}
