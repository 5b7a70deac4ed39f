// Feedback: how often what the cameras report is so, and why it is not.
import { z } from 'zod'
import { ALERT_OUTCOMES, alertFigures, PRECISION_GROUPS } from '../../core/alert-precision.ts'
import type { CameraId } from '../../core/ids.ts'
import { REJECT_REASONS } from '../../core/incident.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { periodOf } from '../../core/periods.ts'
import { actorOf } from '../access.ts'
import { readingScope } from '../authorize.ts'
import { answers } from '../problem.ts'
import type { Api, ApiPorts } from './route.ts'

const query = z.strictObject({
  from: z.iso.date().describe('first day, in the city’s time'),
  to: z.iso.date().describe('last day, included'),
  by: z.enum(PRECISION_GROUPS).default('zone'),
  kind: z.enum(RULE_KINDS).optional(),
  camera: z.string().max(63).optional(),
})

const count = z.number().int()
const rate = z
  .object({ value: z.number(), low: z.number(), high: z.number() })
  .describe('with its 95 % interval')
  .nullable()

export const alertFiguresSchema = z
  .object({
    kind: z.enum(RULE_KINDS).nullable(),
    cameraId: z.string().nullable(),
    zoneId: z.string().nullable(),
    day: z.string().nullable(),
    confirmed: count,
    rejected: count,
    autoConfirmed: count,
    expired: count,
    pending: count,
    precision: rate,
    falseAlarmsPerCameraDay: rate,
    cameraDays: z.number().nullable().describe('for which the cameras saw clearly; null where that is not known'),
    reasons: z.partialRecord(z.enum(REJECT_REASONS), count),
    outcomes: z.record(z.enum(ALERT_OUTCOMES), count).describe('of the confirmed ones'),
    few: z.boolean().describe('too few verdicts to act on differences'),
  })
  .meta({ id: 'AlertFigures' })

export function feedbackRoutes(app: Api, { verdicts }: ApiPorts): void {
  app.get(
    '/api/feedback/precision',
    {
      config: { access: { action: 'feedback:read', target: 'filtered' } },
      schema: {
        summary: 'Precision, false alarms, reasons and outcomes of the alerts that opened on these days',
        tags: ['feedback'],
        querystring: query,
        response: answers(z.object({ items: z.array(alertFiguresSchema).readonly() })),
      },
    },
    async request => {
      const { from, to, by, kind, camera } = request.query
      const scope = readingScope(actorOf(request))
      const wanted = {
        ...periodOf(from, to),
        ...scope,
        ...(kind && { kind }),
        ...(camera && { cameraId: camera as CameraId }),
      }
      const [counts, watched, watching] = await Promise.all([
        verdicts.counts(wanted),
        // A team has only what was confirmed for it: the time of a whole camera is no measure of that.
        scope.teamId ? null : verdicts.watched(wanted),
        verdicts.watching(),
      ])
      return { items: alertFigures(counts, watched, watching, by) }
    },
  )
}
