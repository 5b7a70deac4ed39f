// Why a job went to whom, and who could be named for it, as the API writes it.
import { z } from 'zod'
import { EXCLUSIONS, REACHES } from '../core/job.ts'

const list = <T extends z.ZodType>(item: T) => z.array(item).readonly()

const sent = { teamId: z.string(), workerId: z.string().nullable().describe('null: the team as a whole') } as const

const candidate = z.object({
  ...sent,
  load: z.number().int(),
  distanceM: z
    .number()
    .nullable()
    .describe('in steps of 50 m; null off shift, in live events, and for those who may not read the team’s rota'),
  positionAgeMs: z.number().nullable().describe('null where `distanceM` is for one of these reasons'),
  idleMs: z.number().nullable(),
  excluded: z.enum(EXCLUSIONS).nullable(),
})

export const teamOffersSchema = list(
  z.object({
    teamId: z.string(),
    teamName: z.string(),
    chosen: z
      .object({ workerId: sent.workerId, name: z.string().nullable() })
      .nullable()
      .describe('who of it would get the job now, by the rules of assignment'),
    excluded: z.enum(EXCLUSIONS).nullable().describe('why nobody of it can'),
  }),
).describe('teams that could be named; those that can first')

/** Those who could be named for a job. */
export const offersSchema = z.object({
  offers: list(
    candidate.extend({
      name: z.string().nullable().describe('null where a team as a whole would go'),
      teamName: z.string(),
      before: z
        .enum(['declined', 'timed-out', 'reassigned'])
        .nullable()
        .describe('what became of it when they had this very job; they may be named all the same'),
    }),
  ).describe('the most apt first; `excluded` says why naming somebody is refused unless forced'),
  teams: teamOffersSchema,
  next: z.object(sent).nullable().describe('who gets it where nobody is named'),
})

export const assignmentSchema = z.object({
  chosen: z.object(sent).nullable(),
  candidates: list(candidate),
  unlisted: z.number().int().optional().describe('how many more were passed over'),
  reach: z.enum(REACHES),
})
