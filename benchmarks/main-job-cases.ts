// The main job on real footage, case by case: what the script measures and the test asserts.
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CameraEntry, Sampling } from '../core/camera.ts'
import { type CountScale, fitCountScale } from '../core/count-scale.ts'
import type { EpochMs } from '../core/time.ts'
import { type Piece, remux } from './remux.ts'
import { type Replay, type ReplayOptions, replayCamera } from './replay.ts'
import { type Score, score } from './score.ts'
import { type CountError, countError, countPairs } from './scoring/count-error.ts'
import { readTruth, type TruthEvent } from './truth.ts'

type Alarms = Score<Replay['incidents'][number]>

export interface Case {
  readonly replay: Replay
  readonly score: Alarms
}

export const truthFile = (footage: string, name: string) => join(footage, 'truth', `${name}.json`)

/** Incidents against the events of one truth file. */
function scored(events: readonly TruthEvent[], replay: Replay): Case {
  return { replay, score: score(events, replay.incidents, { sampledAt: replay.scenes.map(({ at }) => at) }) }
}

/** Six cars at two kerbs, 75 s, grace 30 s. */
export async function kerbParking(footage: string, sampling: Sampling, options: ReplayOptions = {}): Promise<Case> {
  const truth = await readTruth(truthFile(footage, 'kerb-parking'))
  return scored(truth.events, await replayCamera({ ...truth.camera, sampling }, options))
}

export const CLIPS = { count: 7, lengthMs: 10_000, intervalMs: 900_000 } as const
const FIRST_CLIP_AT: EpochMs = Date.parse('2026-01-05T08:00:00+08:00')

/** Cuts kerb-parking into clips stamped a quarter of an hour apart, as JamCam footage is. */
export async function cutClips(footage: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (let index = 0; index < CLIPS.count; index++) {
    const input = join(footage, 'clips/kerb-parking.mp4')
    const piece: Piece = { input, fromMs: index * CLIPS.lengthMs, lengthMs: CLIPS.lengthMs }
    await remux(join(folder, `${index}_${FIRST_CLIP_AT + index * CLIPS.intervalMs}.mp4`), [piece])
  }
}

/** The same six cars, seen for 10 s each quarter of an hour, with the rule's default options. */
export async function kerbClips(footage: string, folder: string): Promise<Case> {
  await cutClips(footage, folder)
  const { camera, events } = await readTruth(truthFile(footage, 'kerb-parking'))
  const due = { fromAt: FIRST_CLIP_AT, dueAt: FIRST_CLIP_AT + DEFAULT_GRACE_MS, toAt: null }
  return scored(
    events.map(event => ({ ...event, ...due })),
    await replayCamera({ ...camera, source: { kind: 'clips', path: folder }, zones: withDefaults(camera.zones) }),
  )
}

const DEFAULT_GRACE_MS = 420_000
const withDefaults = (zones: CameraEntry['zones']) => zones.map(zone => ({ ...zone, options: {} }))

/** A day at a signalled junction where nobody parks, 96 clips, with the rule's default options. */
export async function jamcamDay(footage: string, name: string): Promise<Case> {
  const { camera, events } = await readTruth(truthFile(footage, name))
  return scored(events, await replayCamera({ ...camera, zones: withDefaults(camera.zones) }))
}

export interface Mall {
  /** Over all pictures, unscaled. */
  readonly counts: CountError
  readonly scale: CountScale
  /** Over the pictures that the scale was not fitted on. */
  readonly scaledCounts: CountError
  /** With the scale; only what opened in the first pictures. */
  readonly first: Case
  /** With the scale, over all pictures, those of the fit among them. */
  readonly whole: Case
}

/** The scale is fitted on the pictures after these, and tried on these. */
const TRIED_ON_PICTURES = 100

/** A hall of people, 250 pictures counted by hand: how well they are counted, and what a fitted scale makes of it. */
export async function mall(footage: string): Promise<Mall> {
  const truth = await readTruth(truthFile(footage, 'mall'))
  // Every picture was counted by hand: none is left out.
  const plain = await replayCamera(truth.camera, { thrifty: false })
  const pairs = countPairs(truth, plain.scenes)
  const scale = fitCountScale(pairs.slice(TRIED_ON_PICTURES))
  if (!scale) throw new Error('nobody was detected')
  const { factor, error } = scale
  const tried = pairs
    .slice(0, TRIED_ON_PICTURES)
    .map(({ truth: people, seen }) => ({ truth: people, seen: factor * seen }))
  const zones = truth.camera.zones.map(zone => ({
    ...zone,
    options: { ...zone.options, countScale: { factor, error } },
  }))
  const whole = scored(truth.events, await replayCamera({ ...truth.camera, zones }))
  const until = truth.counts[TRIED_ON_PICTURES]?.at ?? Number.POSITIVE_INFINITY
  const early = { ...whole.replay, incidents: whole.replay.incidents.filter(({ openedAt }) => openedAt < until) }
  return {
    counts: errorOf(pairs),
    scale,
    scaledCounts: errorOf(tried),
    first: scored(
      truth.events.filter(({ fromAt }) => fromAt < until),
      early,
    ),
    whole,
  }
}

function errorOf(pairs: ReturnType<typeof countPairs>): CountError {
  const error = countError(pairs)
  if (!error) throw new Error('no picture was counted')
  return error
}

/** Whether every path below the footage that a case needs is there. */
export const present = (footage: string, ...paths: readonly string[]): boolean =>
  paths.every(path => existsSync(join(footage, path)))

export function describeCase({ score: result, replay }: Case) {
  return {
    incidents: replay.incidents.length,
    found: result.hits.length,
    missed: result.misses.map(({ what, zone }) => what || zone),
    falseAlarms: result.falseAlarms.map(({ alarm, why }) => ({ zone: alarm.zoneId, why, at: when(alarm.openedAt) })),
    duplicates: result.duplicates.length,
    secondsAfterDue: result.hits.map(({ offsetMs }) => offsetMs / 1_000),
    jobs: replay.jobs.length,
    picturesAnalysed: replay.scenes.length,
    cpuSeconds: Math.round(replay.cpuMs / 100) / 10,
  }
}

const when = (at: EpochMs) => new Date(at).toISOString()
