// The records as the API shows them: an allow-list, since what a schema does not name is never sent.
import { z } from 'zod'
import { DEADLINES } from '../core/deadline.ts'
import { LOOK_VERDICTS } from '../core/fresh-look.ts'
import { DROP_REASONS } from '../core/health.ts'
import { EVIDENCE_MEDIA_TYPES, EVIDENCE_MOMENTS, INCIDENT_EVENTS, REJECT_REASONS } from '../core/incident.ts'
import { JOB_EVENTS, JOB_STATES, PARTIES } from '../core/job.ts'
import { RULE_KINDS, SEVERITIES } from '../core/observation.ts'
import { VIEWS } from '../core/scene.ts'
import { assignmentSchema } from './assignment-schemas.ts'
import { attentionSchema, attentionView } from './attention-view.ts'
import type { CameraStatus } from './ports.ts'
import { reachedSchema } from './reach-views.ts'

const at = z.number().int().describe('epoch milliseconds')
const list = <T extends z.ZodType>(item: T) => z.array(item).readonly()

export const PHYSICAL_STATES = ['active', 'cleared'] as const
const BLIND_VIEWS = VIEWS.filter(view => view !== 'clear')

export const REVIEW_STATES = ['pending', 'confirmed', 'rejected', 'auto-confirmed', 'expired'] as const

export const pointSchema = z
  .object({ x: z.number(), y: z.number() })
  .describe('fractions of the frame, origin top-left')
const position = z.object({ lat: z.number(), lon: z.number() }).describe('WGS-84')
export const boxSchema = z
  .object({ x1: z.number(), y1: z.number(), x2: z.number(), y2: z.number() })
  .describe('fractions of the frame')

export const streamProblem = z.object({ code: z.string(), message: z.string(), hint: z.string() })

const streamHealth = z.object({
  state: z.enum(['connecting', 'online', 'retrying', 'ended', 'failed', 'quarantined']),
  since: at,
  problem: streamProblem.nullable(),
  codec: z.string().nullable(),
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
  clock: z.string().nullable(),
  clockSkewMs: z.number().nullable(),
  keyframeIntervalMs: z.number().nullable(),
  lastFrameAt: at.nullable(),
  reconnects: z.number().int(),
  framesIn: z.number().int(),
  framesAnalysed: z.number().int(),
  framesUnchanged: z.number().int().describe('seen, and not looked at by a network, since nothing had changed'),
  dropped: z.partialRecord(z.enum(DROP_REASONS), z.number().int()),
})

const sight = z
  .object({
    view: z.enum(VIEWS).describe('of the newest frame; only a clear one is judged'),
    since: at,
    alignment: z.enum(['unknown', 'aligned', 'moved', 'unconfirmed']).describe('against the reference view'),
    drift: pointSchema,
    pending: z.string().nullable().describe('what a person is asked to confirm'),
    blindMs: z.partialRecord(z.enum(BLIND_VIEWS), z.number()).describe('by reason, since the watch began'),
  })
  .describe('what the camera shows; its zones are suspended while it is not clear')

const zoneCost = z.object({
  zoneId: z.string(),
  samples: z.number().int(),
  repeats: z.number().int().describe('looks left out, since nothing had changed'),
  tiles: z.number().int(),
  spentMs: z.number(),
  coreShare: z.number().nullable().describe('of one core, on average; null where unknown'),
  lastAt: at.nullable(),
  problem: streamProblem.nullable(),
})

const zone = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int(),
  rule: z.enum(RULE_KINDS),
  polygon: list(pointSchema),
  options: z.record(z.string(), z.unknown()),
  placeId: z.string(),
  position: position.nullable().describe('its own; null where it has its camera’s'),
})

export const cameraSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    streetId: z.string(),
    gridId: z.string(),
    source: z.object({ kind: z.string() }).describe('the kind only: a camera’s address carries its password'),
    generated: z.boolean().describe('a drawn scene, no real street'),
    sampling: z.union([z.literal('keyframes'), z.object({ every: z.number() })]),
    position: position.nullable().describe('of what it looks at'),
    version: z.number().int(),
    zones: list(zone),
    health: streamHealth.nullable(),
    sight: sight.nullable(),
    attention: attentionSchema.nullable(),
    costs: list(zoneCost).describe('what looking at the condition of zones costs'),
    viewWord: z
      .object({ renewals: z.number().int(), confirmed: z.string().nullable() })
      .describe('what people have said about the view'),
  })
  .meta({ id: 'Camera' })

export const cameraView = ({ camera, health, coreShare, load }: CameraStatus): z.input<typeof cameraSchema> => ({
  ...camera,
  position: camera.position ?? null,
  zones: camera.zones.map(one => ({ ...one, position: one.position ?? null })),
  health,
  sight: health?.sight ?? null,
  attention: attentionView(health, load),
  costs: health?.costs.map(cost => ({ ...cost, coreShare: coreShare(cost.zoneId) })) ?? [],
})

export const measureSchema = z.object({
  name: z.enum(['dwell', 'people', 'share', 'pieces', 'score', 'samples', 'fault']),
  value: z.number(),
  limit: z.number(),
  unit: z.enum(['ms', 'people', 'share', 'pieces', 'score', 'samples']),
})

const incidentFields = {
  id: z.string(),
  kind: z.enum(RULE_KINDS),
  cameraId: z.string(),
  zoneId: z.string(),
  zoneVersion: z.number().int(),
  placeId: z.string(),
  streetId: z.string(),
  gridId: z.string(),
  subject: z.string().describe('which of the place: a stay, a bin, a fault of the camera'),
  physical: z.enum(PHYSICAL_STATES),
  review: z.enum(REVIEW_STATES),
  rejectReason: z.enum(REJECT_REASONS).nullable(),
  rejectNote: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  score: z.number(),
  measure: measureSchema,
  blindMs: z.number(),
  since: at,
  dueAt: at,
  openedAt: at,
  lastSeenAt: at,
  clearedAt: at.nullable(),
  reopened: z.number().int(),
  version: z.number().int(),
} as const

const claim = z
  .object({ holder: z.string(), since: at, until: at })
  .nullish()
  .describe('who looks at it; lapses by itself at `until`')

export const incidentSchema = z.object({ ...incidentFields, claim }).meta({ id: 'Incident' })

export const evidenceSchema = z.object({
  id: z.string(),
  cameraId: z.string().nullable(),
  jobId: z.string().nullable(),
  takenBy: z.string().nullable().describe('the person who took it; null where a camera did'),
  moment: z.enum(EVIDENCE_MOMENTS),
  view: z.enum(['wide', 'close-up']),
  annotated: z.boolean(),
  takenAt: at,
  sha256: z.string(),
  bytes: z.number().int(),
  mediaType: z.enum(EVIDENCE_MEDIA_TYPES).describe('a clip is `video/mp4`: the seconds before and after'),
})

export const jobPhotoSchema = evidenceSchema.extend({
  distanceM: z.number().int().nullable().describe('from where it was taken to the job’s place, to ten metres'),
  shotAt: at.nullable().describe('by the phone’s clock'),
})

export const supervisionSchema = z
  .object({
    ...{ by: z.string(), at, reason: z.string(), dueAt: at },
    overdueAt: at.optional().describe('when it was told that its time has passed; absent until then'),
  })
  .describe('督办: who wants it done by when, and why; null while nobody does, and once it is over')

export const jobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(RULE_KINDS),
    placeId: z.string(),
    streetId: z.string(),
    gridId: z.string(),
    lat: z.number().nullable().describe('WGS-84'),
    lon: z.number().nullable(),
    severity: z.enum(SEVERITIES),
    state: z.enum(JOB_STATES),
    teamId: z.string().nullable(),
    workerId: z.string().nullable().describe('null: the team as a whole has it'),
    assignment: assignmentSchema.nullable(),
    incidentIds: list(z.string()),
    createdAt: at,
    assignedAt: at.nullable(),
    acceptedAt: at.nullable(),
    arrivedAt: at.nullable(),
    handledAt: at.nullable(),
    closedAt: at.nullable(),
    handledBy: z.string().nullable(),
    assignments: z.number().int(),
    returns: z.number().int().describe('how often it came back: 返工'),
    deferredUntil: at.nullable(),
    escalation: z.number().int().describe('0: nobody had to be woken'),
    acknowledged: z.number().int().describe('the level of escalation that somebody has seen'),
    supervision: supervisionSchema.nullable(),
    endReason: z.string().nullable(),
    mergedInto: z.string().nullable(),
    version: z.number().int(),
  })
  .meta({ id: 'Job' })

export const deadlinesSchema = list(
  z.object({
    deadline: z.enum(DEADLINES),
    run: z.number().int().describe('the step of the log that began it'),
    startedAt: at,
    dueAt: at,
    missedAt: at.nullable(),
    endedAt: at.nullable().describe('null while it runs; one that was missed runs on until it is met, late'),
    end: z.enum(['met', 'void']).nullable().describe('void: it did not count any more'),
  }),
)

export const incidentDetailSchema = z.object({
  incident: z.object({
    ...incidentFields,
    claim,
    boxes: list(boxSchema),
    reason: z.object({
      model: z.object({ name: z.string(), sha256: z.string() }),
      thresholds: z.record(z.string(), z.number()),
      history: list(z.object({ at, value: z.number() })),
    }),
  }),
  events: list(
    z.object({
      at,
      event: z.enum(INCIDENT_EVENTS),
      actor: z.string(),
      note: z.string().nullable(),
    }),
  ),
  evidence: list(evidenceSchema),
  job: jobSchema.nullable(),
  deadlines: deadlinesSchema,
  report: z
    .object({
      spot: z.object({ lat: z.number(), lon: z.number() }).nullable(),
      address: z.string().nullable(),
      description: z.string().nullable(),
      via: z.string().nullable().describe('a resident’s application; null: one of our own people'),
    })
    .nullable()
    .describe('what somebody in the street said; null where a camera saw it'),
})

const verdict = z
  .enum(LOOK_VERDICTS)
  .nullable()
  .describe('`clear` closes the job, `there` returns it, `blind` leaves it to a supervisor; null while cameras look')

const verification = z
  .object({
    verdict,
    askedAt: at,
    at: at.nullable(),
    looks: list(
      z.object({
        incidentId: z.string(),
        cameraId: z.string(),
        zoneId: z.string(),
        verdict,
        samples: z
          .object({ clear: z.number().int(), there: z.number().int(), blind: z.number().int() })
          .nullable()
          .describe('pictures since it was asked; a blind one counts for neither side'),
        at: at.nullable(),
        pictures: list(
          z.object({ view: z.enum(['wide', 'close-up']), before: z.string().nullable(), after: z.string().nullable() }),
        ).describe('evidence ids, side by side'),
      }),
    ),
  })
  .describe('what the cameras saw when they looked again, after the work was reported done')

export const jobDetailSchema = z.object({
  job: jobSchema,
  events: list(
    z.object({
      sequence: z.number().int(),
      at,
      event: z.enum(JOB_EVENTS),
      from: z.enum(JOB_STATES).nullable(),
      to: z.enum(JOB_STATES),
      party: z.enum(PARTIES),
      actor: z.string(),
      reason: z.string().nullable(),
      hash: z.string().describe('chains the row to the one before; `jiemu audit verify` checks'),
    }),
  ),
  incidents: list(incidentSchema),
  deadlines: deadlinesSchema,
  verification: verification.nullable(),
  photos: list(jobPhotoSchema).describe('that people took for it'),
  reached: reachedSchema,
})

export const componentSchema = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'down']),
  problem: streamProblem.nullable(),
})
