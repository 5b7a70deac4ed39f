// The YAML file of cameras, zones, teams, their workers and rota, and policies: read strictly, written so that reading it changes nothing.
import { dirname, resolve } from 'node:path'
import { Document, isScalar, parse, visit } from 'yaml'
import { z } from 'zod'
import { businessCalendarSchema } from '../core/business-calendar.ts'
import {
  type CameraEntry,
  cameraSchema,
  checkPolygon,
  HEALTH_ZONE,
  type ZoneEntry,
  zoneSchema,
} from '../core/camera.ts'
import { writeTerms } from '../core/deadline.ts'
import { JiemuError } from '../core/errors.ts'
import { escalationSchema } from '../core/escalation.ts'
import type { RuleKind } from '../core/observation.ts'
import { parseStrict } from '../core/strict.ts'
import { type DispatchPolicy, policySchema, type Team, teamSchema } from '../core/team.ts'
import { formatDuration } from '../core/time.ts'
import { type ShiftEntry, shiftSchema, type WorkerEntry, workerSchema } from '../core/worker.ts'
import { type DispatchSettings, writeDispatchSettings } from './dispatch-settings.ts'

const fileSchema = z.strictObject({
  cameras: z.array(cameraSchema).default([]),
  zones: z
    .array(zoneSchema.extend({ camera: z.string() }))
    .default([])
    .describe('zones of cameras that are listed elsewhere'),
  teams: z.array(teamSchema).default([]),
  workers: z.array(workerSchema).default([]),
  shifts: z.array(shiftSchema).default([]).describe('who works when; without any the hours that the teams name'),
  policies: z.array(policySchema).default([]),
  escalations: z.array(escalationSchema).default([]),
  businessCalendar: businessCalendarSchema.optional(),
})
export type CamerasFile = z.output<typeof fileSchema>

/** What the store cannot check itself, since it knows neither streams nor rules. Both throw a JiemuError. */
export interface ConfigurationChecks {
  source(kind: string, options: Readonly<Record<string, unknown>>, where: string): unknown
  rule(kind: RuleKind, options: Readonly<Record<string, unknown>>, where: string): unknown
}

/**
 * @param file its path: named in errors, and what a source's relative `path` is relative to
 * @throws JiemuError config-invalid, config-unknown-key, zone-… or what the checks throw
 */
export function readCamerasFile(text: string, file: string, checks: ConfigurationChecks | undefined): CamerasFile {
  const read = parseStrict(fileSchema, file, parseYaml(text, file) ?? {})
  const cameras = read.cameras.map(camera => ({ ...camera, source: located(camera.source, file) }))
  const listed = { camera: cameras, team: read.teams, worker: read.workers, shift: read.shifts }
  for (const [what, entries] of Object.entries(listed)) {
    unique(
      file,
      what,
      entries.map(({ id }) => id),
    )
  }
  unique(
    file,
    'policy',
    read.policies.map(({ kind, zone }) => (zone ? `${kind} ${zone}` : kind)),
  )
  unique(
    file,
    'escalation',
    read.escalations.map(({ kind = 'all kinds', street = 'all streets' }) => `${kind} ${street}`),
  )
  const zoneNames = [
    ...cameras.flatMap(camera => camera.zones.map(zone => `${camera.id}/${zone.id}`)),
    ...read.zones.map(zone => `${zone.camera}/${zone.id}`),
  ]
  unique(file, 'zone', zoneNames)
  for (const camera of cameras) {
    const { kind, ...options } = camera.source
    checks?.source(kind, options, `camera ${camera.id}`)
    if (camera.health) checks?.rule('camera-health', camera.health, `camera ${camera.id}: health`)
    for (const zone of camera.zones) checkZone(file, zone, camera.id, checks)
  }
  for (const { camera, ...zone } of read.zones) checkZone(file, zone, camera, checks)
  return { ...read, cameras }
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/:\n[\s\S]*/, '') : 'not YAML'
    throw new JiemuError('config-invalid', { file, problem }, error)
  }
}

function located(source: CameraEntry['source'], file: string): CameraEntry['source'] {
  return typeof source.path === 'string' ? { ...source, path: resolve(dirname(file), source.path) } : source
}

function unique(file: string, what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw new JiemuError('config-invalid', { file, problem: `${what} "${twice}" is there twice` })
}

function checkZone(file: string, zone: ZoneEntry, camera: string, checks: ConfigurationChecks | undefined): void {
  const where = `zone ${camera}/${zone.id}`
  if (zone.id === HEALTH_ZONE) {
    throw new JiemuError('config-invalid', { file, problem: `${where}: this id stands for the whole camera` })
  }
  checkPolygon(where, zone.polygon)
  checks?.rule(zone.rule, zone.options, where)
}

/** The inverse of reading. */
export function writeCamerasFile(content: {
  readonly cameras: readonly CameraEntry[]
  readonly teams: readonly Team[]
  readonly workers?: readonly WorkerEntry[]
  readonly shifts?: readonly ShiftEntry[]
  readonly policies: readonly DispatchPolicy[]
  readonly settings?: DispatchSettings
}): string {
  const { workers = [], shifts = [] } = content
  const document = new Document({
    cameras: content.cameras.map(({ health, ...camera }) => ({
      ...camera,
      ...(camera.position && { position: [camera.position.lat, camera.position.lon] }),
      ...(health && Object.keys(health).length === 0 ? {} : { health }),
      zones: camera.zones.map(zone => ({
        ...zone,
        polygon: zone.polygon.map(({ x, y }) => [x, y]),
        ...(zone.position && { position: [zone.position.lat, zone.position.lon] }),
      })),
    })),
    teams: content.teams,
    ...(workers.length > 0 && { workers }),
    ...(shifts.length > 0 && { shifts }),
    policies: content.policies.map(policy => ({
      ...policy,
      confirmWithin: formatDuration(policy.confirmWithin),
      cooldown: formatDuration(policy.cooldown),
      joinWindow: formatDuration(policy.joinWindow),
      deadlines: writeTerms(policy.deadlines),
      verifyClear: typeof policy.verifyClear === 'number' ? formatDuration(policy.verifyClear) : policy.verifyClear,
      verifyWithin: formatDuration(policy.verifyWithin),
    })),
    ...(content.settings && writeDispatchSettings(content.settings)),
  })
  // Corners and short lists on one line each, as a person would write them.
  visit(document, {
    Seq: (_, node) => {
      if (node.items.every(isScalar)) node.flow = true
    },
  })
  return document.toString({ lineWidth: 120 })
}
