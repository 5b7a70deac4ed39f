// Deliveries: what was told to whom, what was given up, and how to have it sent again.
import { z } from 'zod'
import { DELIVERY_STATES, type Delivery } from '../../core/delivery.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { actorOf } from '../access.ts'
import type { Deliveries } from '../delivery-ports.ts'
import { pageOf, pageQuery, pageRequest, pageSchema } from '../paging.ts'
import { answers } from '../problem.ts'
import { type Api, type ApiPorts, idParams, missing } from './route.ts'

const at = z.number().int().describe('epoch milliseconds')
const name = z.string().regex(ID_PATTERN, 'not the name of a destination')
const tags = ['deliveries']
const READ = { access: { action: 'delivery:read', target: 'district' } } as const
const DRIVE = { access: { action: 'delivery:drive', target: 'district' } } as const

const query = z.strictObject({
  ...pageQuery,
  state: z.enum(DELIVERY_STATES).optional().describe('`dead` for the dead letters'),
  destination: name.optional(),
})

export const deliverySchema = z
  .object({
    id: z.string(),
    destination: z.string(),
    recipient: z.string().nullable().describe('one of the people behind the destination'),
    event: z.string(),
    subject: z.string().describe('the incident or the job'),
    state: z.enum(DELIVERY_STATES),
    attempts: z.number().int().describe('since it was written, or driven again'),
    lastError: z.string().nullable(),
    createdAt: at,
    updatedAt: at,
    giveUpAt: at.describe('a failure after this makes it a dead letter'),
  })
  .meta({ id: 'Delivery' })

export const destinationSchema = z
  .object({
    destination: z.string(),
    configured: z.boolean().describe('whether the settings name it'),
    pending: z.number().int(),
    dead: z.number().int(),
    oldestPendingAt: at.nullable(),
  })
  .meta({ id: 'Destination' })

const shown = ({ notice, ...delivery }: Delivery) => ({ ...delivery, event: notice.event, subject: notice.subject })

/** @throws JiemuError not-found */
async function find(deliveries: Deliveries, id: string) {
  const found = await deliveries.find(id)
  if (!found) throw missing('delivery', id)
  return shown(found)
}

export function deliveryRoutes(app: Api, { deliveries }: ApiPorts): void {
  app.get(
    '/api/deliveries',
    {
      config: READ,
      schema: {
        summary: 'Deliveries, newest first',
        tags,
        querystring: query,
        response: answers(pageSchema(deliverySchema)),
      },
    },
    async ({ query: { state, destination, ...page } }) => {
      const filter = { ...pageRequest(page), ...(state && { state }), ...(destination && { destination }) }
      const items = (await deliveries.list(filter)).map(shown)
      return pageOf(items, filter.limit, delivery => delivery.createdAt)
    },
  )

  app.get(
    '/api/destinations',
    {
      config: READ,
      schema: {
        summary: 'The destinations, and what waits or was given up',
        tags,
        response: answers(z.object({ items: z.array(destinationSchema).readonly() })),
      },
    },
    async () => ({ items: await deliveries.destinations() }),
  )

  app.post(
    '/api/deliveries/:id/redrive',
    {
      config: DRIVE,
      schema: {
        summary: 'Send a dead letter again; nothing where it is none',
        tags,
        params: idParams,
        response: answers(deliverySchema),
      },
    },
    async request => {
      const { id } = request.params
      await deliveries.redrive({ id }, actorOf(request))
      return find(deliveries, id)
    },
  )

  app.post(
    '/api/deliveries/:id/dismiss',
    {
      config: DRIVE,
      schema: {
        summary: 'Count a dead letter no longer; nothing where it is none',
        tags,
        params: idParams,
        response: answers(deliverySchema),
      },
    },
    async request => {
      const { id } = request.params
      await deliveries.dismiss(id, actorOf(request))
      return find(deliveries, id)
    },
  )

  app.post(
    '/api/destinations/:id/redrive',
    {
      config: DRIVE,
      schema: {
        summary: 'Send all dead letters of a destination again',
        tags,
        params: idParams,
        response: answers(z.object({ redriven: z.number().int() })),
      },
    },
    async request => ({
      redriven: await deliveries.redrive({ destination: request.params.id }, actorOf(request)),
    }),
  )
}
