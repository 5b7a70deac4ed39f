// How much of a camera's stream is decoded, why, and what that costs, as the API shows it.
import { z } from 'zod'
import { ATTENTION_REASONS, type CameraHealth, FULL_REASONS, SAMPLING_MODES } from '../core/health.ts'
import type { CameraStatus } from './ports.ts'

export const attentionSchema = z
  .object({
    mode: z
      .enum(SAMPLING_MODES)
      .describe('economy: key frames only; attentive: everything, for a moment; full: always'),
    fullReason: z.enum(FULL_REASONS).nullable().describe('why everything is decoded always'),
    reason: z.enum(ATTENTION_REASONS).nullable().describe('for what its rules or people would like to see more of it'),
    waiting: z.boolean().describe('whether that must wait its turn'),
    shedEveryMs: z
      .number()
      .nullable()
      .describe(
        'looked at no more often than this, since its shard has more to do than it can; null: nothing is left out',
      ),
    everyMs: z.number().describe('how far apart pictures may be at present for all its rules'),
    bursts: z.number().int().describe('since the watch began'),
    load: z
      .object({ decodeMsPerS: z.number(), inferMsPerS: z.number() })
      .nullable()
      .describe('CPU time on average; the conditions of zones have their own'),
  })
  .describe('how much of the stream is decoded and why, and what that costs')

export function attentionView(
  health: CameraHealth | null,
  load: CameraStatus['load'],
): z.input<typeof attentionSchema> | null {
  return (
    health && {
      mode: health.mode,
      fullReason: health.fullReason,
      ...health.attention,
      shedEveryMs: health.shedEveryMs,
      load,
    }
  )
}
