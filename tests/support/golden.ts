// The golden street for tests: recorded detections, people who are short-handed, and the log that has to come of them.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { configurationChecks } from '../../app.ts'
import {
  type Replay,
  type ReplayOptions,
  replayCamera,
  replayStreet,
  type StreetReplay,
} from '../../benchmarks/replay.ts'
import type { CameraId, PlaceId } from '../../core/ids.ts'
import { readCamerasFile } from '../../store/cameras-file.ts'
import { preparedDirectory } from './embedded.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/golden')
export const GOLDEN_STREET = join(FOLDER, 'street.yaml')
export const GOLDEN_LOG = join(FOLDER, 'street.log.jsonl')

/** What the golden log says, without its first line, which is the file's own. */
export async function goldenLines(): Promise<readonly string[]> {
  return (await readFile(GOLDEN_LOG, 'utf8')).trimEnd().split('\n').slice(1)
}

/** @param options.confirmWithinMs how long an alert waits for an operator, instead of what the street says */
export async function replayGolden(
  options: Pick<ReplayOptions, 'queue' | 'link'> & { readonly confirmWithinMs?: number } = {},
): Promise<Replay> {
  const { confirmWithinMs, ...replaying } = options
  const { camera, teams, policies } = await goldenStreet()
  const people = {
    teams,
    policies: policies.map(it => ({ ...it, confirmWithin: confirmWithinMs ?? it.confirmWithin })),
  }
  return onFreshDatabase(out => replayCamera(camera, { ...replaying, people, out }))
}

/** The same street seen by a second camera across the road, whose crowding zone shows the same spot. */
export async function replayGoldenTwice(): Promise<StreetReplay> {
  const { camera, teams, policies } = await goldenStreet()
  const zones = camera.zones.map(zone => (zone.rule === 'crowding' ? { ...zone, place: SHOP_FRONT } : zone))
  const cameras = [camera.id, 'golden-across' as CameraId].map(id => ({ ...camera, id, zones }))
  return onFreshDatabase(out => replayStreet(cameras, { people: { teams, policies }, out }))
}

const SHOP_FRONT = 'shop-front' as PlaceId

async function goldenStreet() {
  const text = await readFile(GOLDEN_STREET, 'utf8')
  const { cameras, teams, policies } = readCamerasFile(text, GOLDEN_STREET, configurationChecks)
  const [camera] = cameras
  if (!camera) throw new Error('the golden street has no camera')
  return { camera, teams, policies }
}

async function onFreshDatabase<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const out = await preparedDirectory()
  try {
    return await work(out)
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}
