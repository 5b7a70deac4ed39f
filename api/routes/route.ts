// What all routes share: the typed server, what they are built from, and where they find things.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { type CameraId, ID_PATTERN, type IncidentId, type JobId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { Actor } from '../../core/permission.ts'
import type { Clock } from '../../core/time.ts'
import { idOf } from '../access.ts'
import type { Resource } from '../authorize.ts'
import type { Board } from '../board-ports.ts'
import type { Deliveries } from '../delivery-ports.ts'
import type { EvidenceLinks } from '../evidence-links.ts'
import type { Verdicts } from '../feedback-ports.ts'
import type { Field } from '../field-ports.ts'
import type { CityFigures, Latencies, Sights, Standings } from '../figures-ports.ts'
import type { HandOverNotes } from '../hand-over-ports.ts'
import type { HandReports } from '../hand-report-ports.ts'
import type { LiveViews } from '../live-ports.ts'
import type { MapSettings } from '../map-settings.ts'
import type { Mutes } from '../mute-ports.ts'
import type { Open311Settings } from '../open311/keys.ts'
import type { IssuedTokens, People } from '../people-ports.ts'
import type {
  CameraStatus,
  Cameras,
  Commands,
  Deletions,
  Events,
  EvidenceDeletion,
  EvidenceFiles,
  Health,
  Holds,
  IncidentDetail,
  JobDetail,
  Media,
  Metrics,
  Photos,
  Push,
  Reading,
  Register,
  Reports,
} from '../ports.ts'
import type { Positions, Rota } from '../rota-ports.ts'
import type { IncidentSearch } from '../search-ports.ts'
import type { CameraChanges, LiveScenes, RuleForm, Trials } from '../setup-ports.ts'
import type { SingleSignOnPort } from '../single-sign-on.ts'

/** Everything that the API is built from. */
export interface ApiPorts {
  readonly reading: Reading
  readonly search: IncidentSearch
  readonly mutes: Mutes
  readonly handReports: HandReports
  readonly board: Board
  readonly handOvers: HandOverNotes
  readonly clock: Clock
  readonly evidence: EvidenceFiles
  readonly links: EvidenceLinks
  readonly deletion: EvidenceDeletion
  readonly photos: Photos
  readonly register: Register
  readonly deletions: Deletions
  readonly holds: Holds
  readonly commands: Commands
  readonly cameras: Cameras
  readonly changes: CameraChanges
  readonly rules: readonly RuleForm[]
  readonly trials: Trials
  readonly scenes: LiveScenes
  readonly live: LiveViews
  readonly health: Health
  readonly events: Events
  readonly metrics: Metrics
  /** Open311; residents cannot report anything without it. */
  readonly residents?: { readonly settings: Open311Settings; readonly reports: Reports } | undefined
  readonly people: People
  readonly issued: IssuedTokens
  /** Undefined where it is not set up. */
  readonly singleSignOn?: SingleSignOnPort | undefined
  readonly rota: Rota
  readonly positions: Positions
  readonly field: Field
  readonly deliveries: Deliveries
  readonly media: Media
  readonly push: Push
  readonly figures: CityFigures
  readonly standings: Standings
  readonly latencies: Latencies
  readonly sights: Sights
  readonly verdicts: Verdicts
  readonly map: MapSettings
  readonly log: Log
}

export type Api = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

export const idParams = z.object({ id: z.string().regex(ID_PATTERN, 'not an id') })

/** Loose: Fastify hands on only what the schema lets through, and the rest of the headers is still needed. */
export const commandHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/, 'expected up to 64 visible ASCII characters')
    .optional()
    .describe('the same key twice does it once'),
})

/** A key counts for one person and one step: nobody's retry can swallow what another did. */
export function keyOf(headers: z.output<typeof commandHeaders>, step: string, actor: Actor): string {
  return `${step}:${actor.name}:${headers['idempotency-key'] ?? randomUUID()}`
}

export function missing(what: string, id: string): JiemuError {
  return new JiemuError('not-found', { what, id })
}

/** @throws JiemuError not-found */
export async function findIncident(reading: Reading, id: IncidentId): Promise<IncidentDetail> {
  const found = await reading.incident(id)
  if (!found) throw missing('incident', id)
  return found
}

/** @throws JiemuError not-found */
export async function findJob(reading: Reading, id: JobId): Promise<JobDetail> {
  const found = await reading.job(id)
  if (!found) throw missing('job', id)
  return found
}

/** @throws JiemuError not-found */
export async function findCamera(cameras: Cameras, id: CameraId): Promise<CameraStatus> {
  const found = (await cameras.list()).find(({ camera }) => camera.id === id)
  if (!found) throw missing('camera', id)
  return found
}

export const whoseIncident = ({ incident, job }: IncidentDetail): Resource => ({
  streetId: incident.streetId,
  teamId: job?.teamId ?? null,
})
export const whoseJob = ({ job }: JobDetail): Resource => job
export const whoseCamera = ({ camera }: CameraStatus): Resource => ({ streetId: camera.streetId, teamId: null })

export const incidentTarget = (reading: Reading) => async (request: FastifyRequest) =>
  whoseIncident(await findIncident(reading, idOf(request)))
export const jobTarget = (reading: Reading) => async (request: FastifyRequest) =>
  whoseJob(await findJob(reading, idOf(request)))
