// Reads truth files: what should be seen in a piece of footage (the format is described in fixtures/README.md).
import { readdir } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { type CameraEntry, cameraSchema, checkPolygon } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { Box } from '../core/geometry.ts'
import type { RuleKind } from '../core/observation.ts'
import { DEFAULT_START_AT, type EpochMs, parseDuration } from '../core/time.ts'
import { dueAfter } from './truth/due.ts'
import { type TruthFile, truthSchema } from './truth/format.ts'
import { parseAs, readJson } from './truth/json-file.ts'
import { overlapOf } from './truth/overlap.ts'

export interface TruthEvent {
  readonly rule: RuleKind
  /** Null for what concerns the camera as a whole. */
  readonly zone: string | null
  readonly fromAt: EpochMs
  /** `fromAt` and the rule's grace, hold or the like: the earliest instant at which an alarm is right. */
  readonly dueAt: EpochMs
  /** Where a rule looks on a schedule: the latest instant at which its looks must have sufficed, a missed one included. */
  readonly sufficedAt?: EpochMs
  /** Null where neither the event nor the file says when it ends. */
  readonly toAt: EpochMs | null
  readonly box: Box | null
  /** Which of the place, where it matters: a camera's fault. */
  readonly subject?: string
  readonly what: string
}

/** People that a person counted in one picture. */
export interface CountTruth {
  readonly file: string
  readonly at: EpochMs
  readonly count: number
}

export interface Truth {
  readonly file: string
  /** The footage as a camera with zones, ready to be opened; its path is absolute. */
  readonly camera: CameraEntry
  readonly frame: { readonly widthPx: number; readonly heightPx: number }
  readonly startAt: EpochMs
  readonly durationMs: number | null
  readonly events: readonly TruthEvent[]
  /** Empty where nobody counted. */
  readonly counts: readonly CountTruth[]
}

const countsSchema = z.record(z.string(), z.looseObject({ count: z.int().min(0) }))

/**
 * Reads a truth file; paths in it are relative to it.
 * @throws JiemuError file-unreadable; truth-invalid naming the file and the field; zone-outside-frame and the like
 */
export async function readTruth(file: string): Promise<Truth> {
  const content = parseAs(truthSchema, await readJson(file, 'truth-invalid'), 'truth-invalid', file)
  const directory = dirname(resolve(file))
  const path = isAbsolute(content.source.path) ? content.source.path : resolve(directory, content.source.path)
  checkZones(file, content)

  const start = await startOf(file, content, path)
  const { durationMs = null } = content
  const endAt = durationMs === null ? null : start + durationMs
  const events = content.events.map((event, index) => readEvent(file, content, event, `events.${index}`, start, endAt))
  const overlap = overlapOf(events)
  if (overlap) {
    const problem = `it overlaps events.${overlap.earlier}: same rule, zone and time, and no boxes that tell them apart`
    throw new JiemuError('truth-invalid', { file, field: `events.${overlap.later}`, problem })
  }
  return {
    file,
    camera: cameraSchema.parse({
      id: content.camera,
      name: content.camera,
      // Nobody patrols footage; the replay has one team for this grid.
      street: 'replay',
      grid: 'replay',
      source: { ...content.source, path },
      health: content.health,
      zones: content.zones.map(zone => ({ ...zone, polygon: zone.polygon.map(({ x, y }) => [x, y]) })),
    }),
    frame: content.frame,
    startAt: start,
    durationMs,
    events,
    counts: content.counts ? await readCounts(file, resolve(directory, content.counts), content, start) : [],
  }
}

function checkZones(file: string, { zones }: TruthFile): void {
  for (const [index, zone] of zones.entries()) {
    checkPolygon(`${file}: zone ${zone.id}`, zone.polygon)
    if (zones.findIndex(({ id }) => id === zone.id) < index) {
      const problem = `there is another zone "${zone.id}"`
      throw new JiemuError('truth-invalid', { file, field: `zones.${index}.id`, problem })
    }
  }
}

function readEvent(
  file: string,
  content: TruthFile,
  event: TruthFile['events'][number],
  field: string,
  start: EpochMs,
  endAt: EpochMs | null,
): TruthEvent {
  const zone = content.zones.find(({ id }) => id === event.zone)
  if (event.zone !== undefined && !zone) {
    throw new JiemuError('truth-invalid', { file, field: `${field}.zone`, problem: `there is no zone "${event.zone}"` })
  }
  if (zone && zone.rule !== event.rule) {
    throw new JiemuError('truth-invalid', {
      file,
      field: `${field}.rule`,
      problem: `zone "${zone.id}" is for ${zone.rule}`,
    })
  }
  const fromAt = event.fromAt ?? start + (event.fromMs ?? 0)
  const toAt = event.toAt ?? (event.toMs === undefined ? endAt : start + event.toMs)
  if (endAt !== null && fromAt >= endAt) {
    throw new JiemuError('truth-invalid', {
      file,
      field,
      problem: 'it begins after the footage has ended (durationMs)',
    })
  }
  if (toAt !== null && toAt <= fromAt) {
    throw new JiemuError('truth-invalid', { file, field, problem: 'it ends before it begins' })
  }
  if (endAt !== null && toAt !== null && toAt > endAt) {
    throw new JiemuError('truth-invalid', { file, field, problem: 'it ends after the footage has (durationMs)' })
  }
  const { written, defaultMs, place, share, everyMs } = dueAfter(content, event, zone)
  const afterMs = written === undefined ? defaultMs : parseDuration(String(written))
  if (afterMs === undefined) {
    throw new JiemuError('truth-invalid', { file, field: place, problem: 'expected a duration such as "30s"' })
  }
  const [x1, y1, x2, y2] = event.box ?? []
  const box = x1 !== undefined && y1 !== undefined && x2 !== undefined && y2 !== undefined ? { x1, y1, x2, y2 } : null
  return {
    rule: event.rule,
    zone: event.zone ?? null,
    fromAt,
    dueAt: fromAt + share * afterMs,
    ...(everyMs && { sufficedAt: fromAt + afterMs + everyMs }),
    toAt,
    box,
    ...(event.subject && { subject: event.subject }),
    what: event.what,
  }
}

/** When the footage starts: clips carry it in their names (`…_<epoch ms>.mp4`), everything else is told. */
async function startOf(file: string, { source }: TruthFile, path: string): Promise<EpochMs> {
  if (source.kind !== 'clips' || source.startAt !== undefined) return source.startAt ?? DEFAULT_START_AT
  const names = await readdir(path).catch(error => {
    throw new JiemuError(
      'truth-invalid',
      { file, field: 'source.path', problem: `no folder of clips at ${path}` },
      error,
    )
  })
  const times = names.flatMap(name => /_(\d{12,14})\.\w+$/.exec(name)?.[1] ?? []).map(Number)
  if (times.length > 0) return Math.min(...times)
  throw new JiemuError('truth-invalid', { file, field: 'source.path', problem: 'no clip is named …_<epoch ms>' })
}

/** Picture 9 before picture 10: as the source takes them. */
const byName = new Intl.Collator('en', { numeric: true })

/** One entry for every picture of the footage, in the order of their names. */
async function readCounts(file: string, path: string, { source }: TruthFile, start: EpochMs) {
  const counted = parseAs(countsSchema, await readJson(path, 'truth-invalid'), 'truth-invalid', path, 'counts')
  const intervalMs = source.frameIntervalMs
  if (intervalMs === undefined) {
    throw new JiemuError('truth-invalid', { file, field: 'source.frameIntervalMs', problem: 'counts need it' })
  }
  return Object.entries(counted)
    .sort(([a], [b]) => byName.compare(a, b))
    .map(([name, { count }], index): CountTruth => ({ file: name, at: Math.round(start + index * intervalMs), count }))
}
