// The records as the API sends them, typed by the API's own schemas.
import type { z } from 'zod'
import type { meSchema } from '../../api/people-views.ts'
import type { gridSchema } from '../../api/routes/grids.ts'
import type { muteSchema } from '../../api/routes/mutes.ts'
import type { countsSchema } from '../../api/routes/state.ts'
import type {
  cameraSchema,
  componentSchema,
  evidenceSchema,
  incidentDetailSchema,
  incidentSchema,
  jobDetailSchema,
  jobSchema,
} from '../../api/schemas.ts'

export type Me = z.output<typeof meSchema>
export type Camera = z.output<typeof cameraSchema>
export type Incident = z.output<typeof incidentSchema>
export type IncidentDetail = z.output<typeof incidentDetailSchema>
export type Evidence = z.output<typeof evidenceSchema>
export type Job = z.output<typeof jobSchema>
export type JobDetail = z.output<typeof jobDetailSchema>
export type Grid = z.output<typeof gridSchema>
export type Mute = z.output<typeof muteSchema>
export type Component = z.output<typeof componentSchema>

/** The numbers of the bar. */
export type Counts = z.output<typeof countsSchema>

export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string | null
}

/** Problem details of RFC 9457, as the server writes every refusal. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly hint: string
}
