// Teams, their shifts, and the policy that turns an incident into work.
import { z } from 'zod'
import { calendarSchema } from './calendar.ts'
import { termsOf, termsSchema } from './deadline.ts'
import { type GridId, ID_PATTERN, type TeamId } from './ids.ts'
import { RULE_KINDS } from './observation.ts'
import { duration } from './time.ts'

const id = z.string().regex(ID_PATTERN)

export const teamSchema = z.strictObject({
  id: id.transform(text => text as TeamId),
  name: z.string().min(1).max(80),
  skills: z.array(z.enum(RULE_KINDS)).min(1).describe('kinds of incident the team is trained for'),
  grids: z
    .array(id.transform(text => text as GridId))
    .min(1)
    .describe('grids it is responsible for'),
  neighbours: z
    .array(id.transform(text => text as GridId))
    .default([])
    .describe('grids it helps out in when their own teams cannot'),
  loadCap: z.number().int().positive().default(8).describe('open jobs at once; more would only wait'),
  onDuty: z.boolean().default(false).describe('takes what nobody else can: the duty officer'),
  shift: calendarSchema.prefault({}).describe('when it works; always, if left out'),
})
export type Team = z.output<typeof teamSchema>

/** The cooldown of each kind, where no policy row says otherwise (docs/2-domain.md). */
const COOLDOWN_MS = {
  'illegal-parking': 600_000,
  crowding: 600_000,
  'overflowing-bin': 1_800_000,
  'dirty-road': 3_600_000,
  'camera-health': 600_000,
} as const

/** How far one visit reaches: along a kerb, round a square, from bin to bin. A camera's fault is its own. */
const RADIUS_M = {
  'illegal-parking': 50,
  crowding: 100,
  'overflowing-bin': 30,
  'dirty-road': 50,
  'camera-health': 0,
} as const

/** As long as the kinds' own rules take to call a breach over, but for roads, which are looked at more often for the while. */
const VERIFY_CLEAR = {
  'illegal-parking': 30_000,
  crowding: 60_000,
  'overflowing-bin': { k: 3, n: 4 },
  'dirty-road': { k: 3, n: 4 },
  'camera-health': 60_000,
} as const

export const policySchema = z
  .strictObject({
    kind: z.enum(RULE_KINDS),
    zone: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/)
      .optional()
      .describe('CAMERA/ZONE; the kind in all zones, if left out'),
    mode: z
      .enum(['confirm', 'auto'])
      .optional()
      .describe('an operator decides, or straight to dispatch; by default only a camera’s fault goes straight'),
    autoScore: z.number().min(0).max(1).default(0.5).describe('with auto: below this score an operator decides'),
    confirmWithin: duration.prefault('2m').describe('an alert not decided by then escalates'),
    unanswered: z.enum(['escalate', 'auto-confirm']).default('escalate'),
    selfCleared: z
      .enum(['cancel', 'downgrade', 'keep'])
      .optional()
      .describe(
        'what becomes of a job whose breach is over before anybody is there; by default parking and crowds are cancelled',
      ),
    verifyClear: z
      .union([
        duration,
        z.strictObject({ k: z.int().positive(), n: z.int().positive().max(20) }).refine(({ k, n }) => k <= n),
      ])
      .optional()
      .describe('after the work the camera must see it clear for so long, or in so many of as many looks'),
    verifyWithin: duration.prefault('10m').describe('a camera that could not tell by then leaves it to a supervisor'),
    cooldown: duration.optional().describe('what returns within this time is the same incident; by default the kind’s'),
    joinWindow: duration.prefault('10m').describe('incidents of one kind and place within it share a job'),
    radiusM: z
      .number()
      .min(0)
      .max(1_000)
      .optional()
      .describe(
        'an open job of the kind within so many metres takes the incident in; by default the kind’s, 0 for none',
      ),
    deadlines: termsSchema.prefault({}),
  })
  .transform(policy => ({
    ...policy,
    // What a camera says of itself needs no operator's eye, and the engineers no confirmation.
    mode: policy.mode ?? (policy.kind === 'camera-health' ? ('auto' as const) : ('confirm' as const)),
    // A car that drove off left nothing to do; a bin that looks emptied may be hidden, and whoever is sent looks.
    selfCleared:
      policy.selfCleared ??
      (['illegal-parking', 'crowding'].includes(policy.kind) ? ('cancel' as const) : ('keep' as const)),
    verifyClear: policy.verifyClear ?? VERIFY_CLEAR[policy.kind],
    cooldown: policy.cooldown ?? COOLDOWN_MS[policy.kind],
    radiusM: policy.radiusM ?? RADIUS_M[policy.kind],
    deadlines: termsOf(policy.kind, policy.deadlines),
  }))
export type DispatchPolicy = z.output<typeof policySchema>

/** The one of the zone itself before that of its kind. */
export function policyOf(
  policies: readonly DispatchPolicy[],
  kind: DispatchPolicy['kind'],
  cameraId: string,
  zoneId: string,
): DispatchPolicy {
  const own = policies.find(policy => policy.kind === kind && policy.zone === `${cameraId}/${zoneId}`)
  return { ...defaultPolicy(kind), ...(own ?? policies.find(policy => policy.kind === kind && !policy.zone)) }
}

export function defaultPolicy(kind: DispatchPolicy['kind']): DispatchPolicy {
  return policySchema.parse({ kind })
}
