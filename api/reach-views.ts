// How a job reached people, as the API shows it.
import { z } from 'zod'
import { DELIVERY_STATES } from '../core/delivery.ts'
import { SEEN_WAYS } from '../core/field-work.ts'

const at = z.number().int().describe('epoch milliseconds')
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly()

export const reachedSchema = z.object({
  deliveries: list(
    z.object({
      destination: z.string(),
      recipient: z.string().nullable().describe('login name; null where the destination is one'),
      event: z.string(),
      state: z.enum(DELIVERY_STATES),
      attempts: z.number().int(),
      at,
    }),
  ).describe('what was sent about it, newest first'),
  seen: list(
    z.object({
      assignment: z.number().int().describe('which of the job’s assignments'),
      who: z.string(),
      way: z.enum(SEEN_WAYS),
      at,
    }),
  ).describe('who has seen it, and by which way first'),
})
