// One person's work as the API shows it to them.
import { z } from 'zod'
import { LOOK_VERDICTS } from '../core/fresh-look.ts'
import { deadlinesSchema, jobPhotoSchema, jobSchema } from './schemas.ts'

const at = z.number().int().describe('epoch milliseconds')
const words = z.string().nullable()

const fieldJob = z.object({
  job: jobSchema,
  place: words.describe('what people call the place'),
  camera: words,
  address: words,
  description: words.describe('in the words of whoever reported it'),
  deadlines: deadlinesSchema,
  before: z.string().nullable().describe('evidence id: the breach as it was reported'),
  after: z.string().nullable().describe('evidence id: the same view as the last look saw it'),
  verdict: z.enum(LOOK_VERDICTS).nullable(),
  returnedWhy: words,
  urgedAt: at.nullable(),
  photos: z.array(jobPhotoSchema).readonly(),
})

export const workSheetSchema = z
  .object({
    worker: z
      .object({ id: z.string(), name: z.string(), teamId: z.string() })
      .nullable()
      .describe('which worker one is; null: one works for one’s team as a whole, or for none'),
    onShift: z.boolean().nullable().describe('now, by the rota'),
    jobs: z.array(fieldJob).readonly().describe('those that are open, and those that one handled today'),
    today: z.object({ handled: z.number().int(), onTime: z.number().int() }),
  })
  .meta({ id: 'WorkSheet' })
