// The bare HTTP server and its limits: how long anything may take, and how large it may be.
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, problemOf } from './problem.ts'
import { SECURITY_HEADERS, STAY_WITH_TLS } from './security-headers.ts'

export interface ServerOptions {
  /** Certificate and key in PEM. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** How many proxies stand in front, one after the other, whose X-Forwarded-For is believed; `true` for one. */
  readonly trustProxy?: boolean | number
  /** Only this machine can reach us; true, if left out. */
  readonly local?: boolean
}

export function createServer({ tls, trustProxy = false }: ServerOptions): FastifyInstance {
  const options = {
    bodyLimit: 16_384,
    // For a clip of 200 MB over a slow line. Who is not known is answered before a body is read, and headers have their own limit.
    requestTimeout: 300_000,
    keepAliveTimeout: 10_000,
    // Longer than the heart-beat of live events, which keeps their connections.
    connectionTimeout: 60_000,
    exposeHeadRoutes: false,
    // Browsers keep spare connections that never carried a request: a stop would wait 4 s and more for each of them.
    forceCloseConnections: true,
    // By their number: all that is left of what the last of them wrote into X-Forwarded-For anybody may have made up.
    trustProxy: (_address: string, hop: number) => hop < Number(trustProxy),
    http: { headersTimeout: 10_000 },
    // What no route is found for since its path is broken or endless; no hook of ours is asked about it.
    frameworkErrors(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
      const problem = problemOf(error, request.id)
      const headers = { ...SECURITY_HEADERS, ...(tls && STAY_WITH_TLS), 'cache-control': 'no-store' }
      void reply.code(problem.status).headers(headers).type(PROBLEM_TYPE).send(problem)
    },
  } as const
  if (!tls) return Fastify(options)
  // Fastify types the server's socket; nothing here looks at it.
  return Fastify({ ...options, https: { cert: tls.cert, key: tls.key } }) as unknown as FastifyInstance
}
