// Builds the API: a Fastify server with every route and rule, not yet listening.
import cookie from '@fastify/cookie'
import swagger, { type SwaggerTransformObject } from '@fastify/swagger'
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'
import { guard } from './access.ts'
import { consoleRoutes, type DrawPage } from './console-page.ts'
import { Door } from './door.ts'
import { tileOrigin } from './map-settings.ts'
import { answers, PROBLEM_TYPE, problemOf } from './problem.ts'
import { logFailed, logUnexpected, pathOf } from './request-log.ts'
import { alertRoutes } from './routes/alerts.ts'
import { blindTimeRoutes } from './routes/blind-time.ts'
import { boardRoutes } from './routes/board.ts'
import { cameraSetupRoutes } from './routes/camera-setup.ts'
import { cameraRoutes } from './routes/cameras.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { EVENT_LIMITS, type EventLimits, eventRoutes } from './routes/events.ts'
import { evidenceRoutes } from './routes/evidence.ts'
import { feedbackRoutes } from './routes/feedback.ts'
import { fieldRoutes } from './routes/field.ts'
import { gridRoutes } from './routes/grids.ts'
import { handOverRoutes } from './routes/hand-over.ts'
import { handReportRoutes } from './routes/hand-report.ts'
import { holdRoutes } from './routes/holds.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { jobRoutes } from './routes/jobs.ts'
import { kpiRoutes } from './routes/kpis.ts'
import { latencyRoutes } from './routes/latency.ts'
import { LIVE_LIMITS, type LiveLimits, liveRoutes } from './routes/live.ts'
import { mapRoutes } from './routes/map.ts'
import { mediaRoutes } from './routes/media.ts'
import { muteRoutes } from './routes/mutes.ts'
import { open311Routes } from './routes/open311.ts'
import { positionRoutes } from './routes/position.ts'
import { pushRoutes } from './routes/push.ts'
import { registerRoutes } from './routes/register.ts'
import { reportRoutes } from './routes/reports.ts'
import { rotaRoutes } from './routes/rota.ts'
import type { Api, ApiPorts } from './routes/route.ts'
import { searchRoutes } from './routes/search.ts'
import { sessionRoutes } from './routes/session.ts'
import { singleSignOnRoutes } from './routes/single-sign-on.ts'
import { stateRoutes } from './routes/state.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { trialRoutes } from './routes/trials.ts'
import { userRoutes } from './routes/users.ts'
import { zoneRoutes } from './routes/zones.ts'
import { SECURITY_HEADERS, STAY_WITH_TLS } from './security-headers.ts'
import { createServer, type ServerOptions } from './server.ts'
import { refuseUnstorable } from './storable-input.ts'
import type { Token } from './tokens.ts'

export interface ApiDeps extends ApiPorts {
  /** While there is neither a token nor a user the loopback rules hold, and whoever sits at this machine is the administrator. */
  readonly tokens: readonly Token[]
  /** Where Vite put the console. */
  readonly consoleDirectory: string
  readonly version: string
  readonly eventLimits?: Partial<EventLimits>
  readonly liveLimits?: Partial<LiveLimits>
}

/** The library writes each named schema twice, as what is asked and as what is answered; ours are all answers. */
const onlyAnswers: SwaggerTransformObject = document => {
  const full = jsonSchemaTransformObject(document)
  const schemas = ('components' in full && full.components?.schemas) || {}
  for (const name of Object.keys(schemas)) if (name.endsWith('Input')) delete schemas[name]
  return full
}

/**
 * @throws Error at start-up where a route does not say who may use it, or a file of the console is missing
 */
export async function buildApi(deps: ApiDeps, server: ServerOptions = {}): Promise<FastifyInstance> {
  const { log, tokens } = deps
  const app = createServer(server)
  const api: Api = app.withTypeProvider<ZodTypeProvider>()
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  // A form can post text/plain from anywhere without asking.
  app.removeContentTypeParser('text/plain')

  app.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!reply.hasHeader(name)) reply.header(name, value)
    if (server.tls) reply.headers(STAY_WITH_TLS)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    if (reply.statusCode === 401) reply.header('www-authenticate', 'Bearer')
    if (reply.statusCode >= 500) logFailed(log, request, reply.statusCode)
  })
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request.id)
    if (problem.code === 'unexpected') logUnexpected(log, request, error)
    return reply.code(problem.status).type(PROBLEM_TYPE).send(problem)
  })
  let drawPage: DrawPage | undefined
  app.setNotFoundHandler((request, reply) => {
    // Somebody at a browser who mistyped an address; programs, and our own page, ask for something else than HTML.
    if (request.method === 'GET' && request.headers.accept?.includes('text/html') && drawPage) {
      return drawPage(reply.code(404))
    }
    throw new JiemuError('not-found', { what: 'route', id: `${request.method} ${pathOf(request)}` })
  })
  const door = new Door({
    tokens,
    people: deps.people,
    issued: deps.issued,
    local: server.local ?? true,
    secure: server.tls !== undefined || Boolean(server.trustProxy),
  })
  await app.register(cookie)
  // Before the gate: what the gate refuses must be known as a WebSocket, or its connection stays. Whose are open ends them.
  await app.register(websocket, { options: { maxPayload: 1_024 }, preClose: done => done() })
  guard(app, door)
  refuseUnstorable(app)

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Jiemu 街目',
        version: deps.version,
        description: 'Street incidents seen by cameras, and the jobs that they become.',
      },
      ...(!door.open && {
        components: {
          securitySchemes: {
            token: { type: 'http', scheme: 'bearer' },
            session: { type: 'apiKey', in: 'cookie', name: door.cookieName },
          },
        },
        security: [{ token: [] }, { session: [] }],
      }),
    },
    transform: jsonSchemaTransform,
    transformObject: onlyAnswers,
  })
  cameraRoutes(api, deps)
  cameraSetupRoutes(api, deps)
  zoneRoutes(api, deps)
  liveRoutes(api, deps, door, { ...LIVE_LIMITS, ...deps.liveLimits })
  incidentRoutes(api, deps)
  alertRoutes(api, deps)
  searchRoutes(api, deps)
  muteRoutes(api, deps)
  handReportRoutes(api, deps)
  jobRoutes(api, deps)
  boardRoutes(api, deps)
  handOverRoutes(api, deps)
  await evidenceRoutes(api, deps)
  // After evidence: forms with files are read by what it registers.
  trialRoutes(api, deps)
  holdRoutes(api, deps)
  registerRoutes(api, deps)
  kpiRoutes(api, deps)
  latencyRoutes(api, deps)
  blindTimeRoutes(api, deps)
  gridRoutes(api, deps)
  feedbackRoutes(api, deps)
  reportRoutes(api, deps)
  stateRoutes(api, deps)
  deliveryRoutes(api, deps)
  mediaRoutes(api, deps)
  pushRoutes(api, deps)
  sessionRoutes(api, deps, door)
  userRoutes(api, deps)
  tokenRoutes(api, deps)
  singleSignOnRoutes(api, deps, door)
  rotaRoutes(api, deps)
  positionRoutes(api, deps)
  fieldRoutes(api, deps)
  eventRoutes(api, deps, door, { ...EVENT_LIMITS, ...deps.eventLimits })
  await open311Routes(api, deps)
  mapRoutes(api, deps)
  drawPage = await consoleRoutes(api, deps.consoleDirectory, tileOrigin(deps.map))
  api.get(
    '/api/openapi.json',
    {
      config: { access: 'public' },
      schema: {
        summary: 'This description, as OpenAPI 3.1',
        tags: ['state'],
        response: answers(z.record(z.string(), z.unknown())),
      },
    },
    async () => ({ ...app.swagger() }),
  )
  await app.ready()
  return app
}
