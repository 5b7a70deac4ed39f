// For how long cameras were blind, by day or by hour, and why.
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { type CameraId, ID_PATTERN } from '../../core/ids.ts'
import { dayOf, periodOf } from '../../core/periods.ts'
import { BLIND_SIGHTS, type SightHour } from '../../core/sight.ts'
import { answers } from '../problem.ts'
import { scopeOf } from './kpis.ts'
import type { Api, ApiPorts } from './route.ts'

/** A heat map of more hours than this is no picture any more. */
const MOST_HOURLY_MS = 31 * 86_400_000

const query = z.strictObject({
  from: z.iso.date().describe('first day, in the city’s time'),
  to: z.iso.date().describe('last day, included'),
  by: z.enum(['day', 'hour']).default('day'),
  street: z.string().regex(ID_PATTERN).optional().describe('one street only'),
  camera: z.string().regex(ID_PATTERN).optional(),
})

const span = z.object({
  key: z.string().describe('the day, or the hour as it begins: 2026-03-12 or 2026-03-12T14'),
  knownMs: z.number().int().describe('time of which anything is known; the rest, the program did not run'),
  blindMs: z.number().int(),
  reasons: z.partialRecord(z.enum(BLIND_SIGHTS), z.number().int()),
})
type Span = z.input<typeof span>

export const blindTimeSchema = z.object({
  cameras: z.array(z.object({ cameraId: z.string(), spans: z.array(span).readonly() })).readonly(),
})

export function blindTimeRoutes(app: Api, { sights }: Pick<ApiPorts, 'sights'>): void {
  app.get(
    '/api/blind-time',
    {
      config: { access: { action: 'camera:read', target: 'filtered' } },
      schema: {
        summary: 'For how long each camera could not be judged, and why',
        tags: ['figures'],
        querystring: query,
        response: answers(blindTimeSchema),
      },
    },
    async request => {
      const { from, to, by, street, camera } = request.query
      const period = periodOf(from, to)
      if (by === 'hour' && period.to - period.from > MOST_HOURLY_MS) {
        throw new JiemuError('request-invalid', { problem: 'from … to: by the hour at most 31 days' })
      }
      const { teamId, streets } = scopeOf(request, street)
      // Cameras are streets' and not teams'.
      if (teamId) return { cameras: [] }
      const wanted = { ...period, ...(streets && { streets }), ...(camera && { cameraId: camera as CameraId }) }
      return { cameras: byCamera(await sights.list(wanted), by) }
    },
  )
}

/** @param rows by camera and hour */
function byCamera(rows: readonly SightHour[], by: 'day' | 'hour') {
  const cameras = new Map<CameraId, Map<string, SightHour[]>>()
  for (const row of rows) {
    const key = by === 'day' ? dayOf(row.hourAt) : hourOf(row.hourAt)
    const spans = cameras.get(row.cameraId) ?? new Map<string, SightHour[]>()
    cameras.set(row.cameraId, spans.set(key, [...(spans.get(key) ?? []), row]))
  }
  return [...cameras].map(([cameraId, spans]) => ({ cameraId, spans: [...spans].map(([key, of]) => spanOf(key, of)) }))
}

const hourOf = (at: number): string => `${dayOf(at)}T${localHour(at)}`
/** The city is eight hours ahead, all year. */
const localHour = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(11, 13)

function spanOf(key: string, rows: readonly SightHour[]): Span {
  const sum = (has: (row: SightHour) => boolean): number =>
    rows.reduce((total, row) => total + (has(row) ? row.ms : 0), 0)
  const reasons = BLIND_SIGHTS.map(sight => [sight, sum(row => row.sight === sight)] as const)
  return {
    key,
    knownMs: sum(() => true),
    blindMs: sum(({ sight }) => sight !== 'clear'),
    reasons: Object.fromEntries(reasons.filter(([, ms]) => ms > 0)),
  }
}
