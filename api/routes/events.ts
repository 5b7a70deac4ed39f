// Live events (server-sent events): each listener gets what its token may see, and catches up after a break.
import { PassThrough } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { Actor } from '../../core/permission.ts'
import { actorOf, stillHolds } from '../access.ts'
import { jobForAnybody } from '../assignment-views.ts'
import { permits } from '../authorize.ts'
import type { Door } from '../door.ts'
import { type Describe, LiveFeed, type LiveMessage } from '../live.ts'
import { answersWith } from '../problem.ts'
import { cameraSchema, cameraView, incidentSchema, jobSchema } from '../schemas.ts'
import { gridSchema, whoseGrid } from './grids.ts'
import { muteSchema } from './mutes.ts'
import { type Api, type ApiPorts, whoseCamera, whoseIncident, whoseJob } from './route.ts'

export interface EventLimits {
  /** Proxies cut what is silent, commonly after 30 or 60 s. */
  readonly heartbeatMs: number
  readonly maxListeners: number
  /** What may wait for a slow reader before it is cut off; it comes back and catches up. */
  readonly maxWaitingBytes: number
}

export const EVENT_LIMITS: EventLimits = { heartbeatMs: 15_000, maxListeners: 200, maxWaitingBytes: 1_048_576 }

const headers = z.looseObject({ 'last-event-id': z.string().max(80).optional() })

function describing({ reading, cameras, standings, mutes }: ApiPorts): Describe {
  return async change => {
    if (change.type === 'incident') {
      const found = await reading.incident(change.id)
      if (!found) return undefined
      const body = JSON.stringify(incidentSchema.encode(found.incident))
      return { action: 'incident:read', resource: whoseIncident(found), body }
    }
    if (change.type === 'job') {
      const found = await reading.job(change.id)
      if (!found) return undefined
      return {
        action: 'job:read',
        resource: whoseJob(found),
        body: JSON.stringify(jobSchema.encode(jobForAnybody(found.job))),
      }
    }
    if (change.type === 'grid') {
      const found = await standings.one(change.id)
      if (!found) return undefined
      return { action: 'grid:read', resource: whoseGrid(found), body: JSON.stringify(gridSchema.encode(found)) }
    }
    if (change.type === 'mute') {
      const found = await mutes.find(change.id)
      if (!found) return undefined
      // What is muted everywhere is everybody's to know, as in the list.
      const resource = found.streetId ? { streetId: found.streetId, teamId: null } : ('filtered' as const)
      return { action: 'mute:read', resource, body: JSON.stringify(muteSchema.encode(found)) }
    }
    const found = (await cameras.list()).find(({ camera }) => camera.id === change.id)
    if (!found) return undefined
    const body = JSON.stringify(cameraSchema.encode(cameraView(found)))
    return { action: 'camera:read', resource: whoseCamera(found), body }
  }
}

function mayHear(actor: Actor, message: LiveMessage): boolean {
  return message.type === 'reset' || permits(actor, message.action, message.resource)
}

/** The wire format of the HTML standard, §9.2.5; JSON holds no raw line breaks. */
function frame(message: LiveMessage): string {
  const body = message.type === 'reset' ? '{}' : message.body
  return `event: ${message.type}\nid: ${message.id}\ndata: ${body}\n\n`
}

export function eventRoutes(app: Api, ports: ApiPorts, door: Door, limits: EventLimits): void {
  const feed = new LiveFeed(ports.events, describing(ports), ports.log)
  const open = new Map<PassThrough, FastifyRequest>()
  const beat = setInterval(() => {
    for (const stream of open.keys()) stream.write(': still here\n\n')
    // Who was disabled by another process is found here.
    void turnOut()
  }, limits.heartbeatMs)
  beat.unref()
  /** A client whose rights have changed comes back by itself, with those it has now. */
  const turnOut = async (): Promise<void> => {
    for (const [stream, request] of open) if (!(await stillHolds(door, request))) stream.end()
  }
  const unsubscribe = ports.people.subscribe(() => void turnOut())
  // Without this the server would wait for listeners who never leave.
  app.addHook('preClose', async () => {
    clearInterval(beat)
    unsubscribe()
    feed.close()
    for (const stream of open.keys()) stream.end()
  })

  app.get(
    '/api/events',
    {
      config: { access: { action: 'incident:read', target: 'filtered' } },
      schema: {
        summary: 'Live events: incident, job, camera, grid, mute; `reset` means: read everything anew',
        tags: ['events'],
        headers,
        response: answersWith('text/event-stream', 'An endless stream'),
      },
    },
    async (request, reply) => {
      if (open.size >= limits.maxListeners) throw new JiemuError('too-many-listeners', { limit: limits.maxListeners })
      const actor = actorOf(request)
      const stream = new PassThrough()
      open.set(stream, request)
      const stop = feed.listen(message => {
        if (!mayHear(actor, message)) return
        if (stream.writableLength > limits.maxWaitingBytes) stream.destroy()
        else stream.write(frame(message))
      }, request.headers['last-event-id'])
      stream.write('retry: 2000\n\n')
      stream.once('close', () => {
        stop()
        open.delete(stream)
      })
      return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(stream)
    },
  )
}
