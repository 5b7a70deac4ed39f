// Cameras live: the newest still, and video over a WebSocket for the browser's own decoder. Each viewing is registered.
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { CameraId } from '../../core/ids.ts'
import { actorOf, identityOf, idOf, stillHolds } from '../access.ts'
import type { Door } from '../door.ts'
import { LiveSocket, type LiveSocketLimits } from '../live-socket.ts'
import { answers, answersWith } from '../problem.ts'
import { Viewings } from '../viewings.ts'
import { type Api, type ApiPorts, findCamera, idParams, whoseCamera } from './route.ts'

export interface LiveLimits extends LiveSocketLimits {
  /** Of one camera, and of all together. */
  readonly maxViewersOfOne: number
  readonly maxViewers: number
  readonly heartbeatMs: number
}

export const LIVE_LIMITS: LiveLimits = {
  // Two seconds of 8 Mbit/s.
  maxWaitingBytes: 2 * 1_048_576,
  maxViewersOfOne: 60,
  maxViewers: 300,
  heartbeatMs: 15_000,
}

const tags = ['cameras']
const query = z.strictObject({
  as: z.enum(['video', 'stills']).default('video').describe('`stills` where no video is wanted, or none can be played'),
})
const state = z.object({
  viewers: z.number().int().describe('who look at it now'),
  limit: z.number().int().describe('so many may'),
})

export function liveRoutes(app: Api, ports: ApiPorts, door: Door, limits: LiveLimits): void {
  const { cameras, live } = ports
  const target = async (request: FastifyRequest) => whoseCamera(await findCamera(cameras, idOf(request)))
  const viewings = new Viewings(ports.register)
  const register = async (request: FastifyRequest): Promise<void> => {
    const { camera } = await findCamera(cameras, idOf(request))
    const { name, role } = actorOf(request)
    await viewings.note({ who: name, role, by: identityOf(request).by, camera, address: request.ip })
  }
  const open = new Map<LiveSocket, FastifyRequest>()

  app.get(
    '/api/cameras/:id/still',
    {
      config: { access: { action: 'camera:watch', target } },
      schema: {
        summary: 'The newest picture of a camera, at most 1,280 px wide; `jiemu-taken-at` says when it came',
        tags,
        params: idParams,
        response: answersWith('image/jpeg', 'The picture'),
      },
    },
    async (request, reply) => {
      await register(request)
      const { at, jpeg } = await live.still(request.params.id as CameraId)
      return reply.type('image/jpeg').header('jiemu-taken-at', at).send(Buffer.from(jpeg))
    },
  )

  const beat = setInterval(() => {
    for (const socket of open.keys()) socket.beat()
    void turnOut()
  }, limits.heartbeatMs)
  beat.unref()
  const turnOut = async (): Promise<void> => {
    for (const [socket, request] of open) if (!(await stillHolds(door, request))) socket.end('rights')
  }
  const unsubscribe = ports.people.subscribe(() => void turnOut())
  app.addHook('preClose', async () => {
    clearInterval(beat)
    unsubscribe()
    await Promise.all([...open.keys()].map(socket => socket.endNow('restart')))
  })

  app.route({
    method: 'GET',
    url: '/api/cameras/:id/live',
    config: { access: { action: 'camera:watch', target } },
    schema: {
      summary:
        'A camera live, over a WebSocket: JSON says what follows, binary messages are fragmented MP4 or JPEG. Without an upgrade: how many look at it',
      tags,
      params: idParams,
      querystring: query,
      response: answers(state),
    },
    // After the gate: who they are and what they may is known.
    preHandler: async request => {
      if (!request.ws) return
      door.admitSocket(request, identityOf(request))
      const viewers = live.viewers(idOf(request))
      if (viewers >= limits.maxViewersOfOne || open.size >= limits.maxViewers) {
        throw new JiemuError('too-many-viewers', { limit: Math.min(limits.maxViewersOfOne, limits.maxViewers) })
      }
      await register(request)
    },
    handler: async request => ({ viewers: live.viewers(idOf(request)), limit: limits.maxViewersOfOne }),
    wsHandler: (socket, request) => {
      const { as } = request.query as z.output<typeof query>
      const viewer = new LiveSocket(socket, limits)
      open.set(viewer, request)
      const stop = live.watch(idOf(request), as, viewer)
      socket.once('close', () => {
        stop()
        open.delete(viewer)
        const { dropped } = viewer
        if (dropped > 0)
          ports.log.info({ camera: idOf(request), dropped }, 'a viewer was too slow for some of live view')
      })
    },
  })
}
