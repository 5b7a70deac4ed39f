// Tries a zone's rule on the detection log: the real rule and the ledger's own decision, and what limits the answer.
import { isDeepStrictEqual } from 'node:util'
import type { Errand } from '../core/errand.ts'
import { contains, type Polygon, polygonBounds } from '../core/geometry.ts'
import type { Incident } from '../core/incident.ts'
import { CONDITION_RULES } from '../core/observation.ts'
import { decodeScene, type Scene } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'
import type { Trial, TrialLimit, TrialResult, WouldHaveFired } from '../core/trial.ts'
import { planCrops } from '../detector/inference/crops.ts'
import { DetectionLog } from '../store/detection-log.ts'
import { rerun } from './rule-rerun.ts'

type TryLog = Extract<Errand, { type: 'try-log' }>

/** More are counted, not shown. */
export const MOST_SHOWN = 30
const THUMBNAIL_AWAY_MS = 90_000
/** Pictures further apart than this are no watching. */
const LONGEST_GAP_MS = 60_000
/** A log that lacks less than this at either end is whole. */
const SLACK_MS = 120_000
const COVERED = 0.98

/** @throws JiemuError options-invalid */
export async function tryLog({ trial, dataDirectory, from, to, frame }: TryLog): Promise<TrialResult> {
  const log = new DetectionLog(dataDirectory)
  const { camera, zone, policy } = trial
  const seen = new Seen(zone.id)
  const scenes = seen.through(logged(log, camera.id, from, to))
  const { incidents } = await rerun(camera, [{ zone, options: zone.options, policy }], scenes)
  const [raised = []] = incidents
  const shown = raised.slice(0, MOST_SHOWN)
  return {
    from: seen.from,
    to: seen.to,
    looks: seen.looks,
    blindMs: seen.blindMs,
    fired: await withPictures(shown, log, camera.id),
    more: raised.length - shown.length,
    limits: limitsOf(trial, seen, { from, to, frame }),
  }
}

async function* logged(log: DetectionLog, ...of: Parameters<DetectionLog['read']>): AsyncGenerator<Scene> {
  for await (const { line } of log.read(...of)) {
    try {
      yield decodeScene(line)
    } catch {
      // A kill may have left half a line.
    }
  }
}

/** What of the log there was, counted on the way. */
class Seen {
  readonly #zoneId: string
  from: EpochMs | null = null
  to: EpochMs | null = null
  looks = 0
  samples = 0
  readonly blindMs: Record<string, number> = {}

  constructor(zoneId: string) {
    this.#zoneId = zoneId
  }

  async *through(scenes: AsyncIterable<Scene>): AsyncGenerator<Scene> {
    for await (const scene of scenes) {
      const gapMs = Math.min(LONGEST_GAP_MS, Math.max(0, scene.at - (this.to ?? scene.at)))
      if (scene.view !== 'clear') this.blindMs[scene.view] = (this.blindMs[scene.view] ?? 0) + gapMs
      this.from ??= scene.at
      this.to = scene.at
      // A second look at a frame, for conditions alone, is counted with their samples.
      if (!scene.only) this.looks++
      if (scene.conditions?.some(({ zoneId }) => zoneId === this.#zoneId)) this.samples++
      yield scene
    }
  }
}

function limitsOf(
  { camera, zone }: Trial,
  seen: Seen,
  { from, to, frame }: Pick<TryLog, 'from' | 'to' | 'frame'>,
): readonly TrialLimit[] {
  if (seen.from === null || seen.to === null) return [{ code: 'nothing-logged' }]
  const limits: TrialLimit[] = []
  if (seen.from - from > SLACK_MS || to - seen.to > SLACK_MS) limits.push({ code: 'log-short' })
  if (CONDITION_RULES.includes(zone.rule)) {
    const before = camera.zones.find(({ id, rule }) => id === zone.id && CONDITION_RULES.includes(rule))
    if (seen.samples === 0) limits.push({ code: 'not-looked-at' })
    else if (!before || !isDeepStrictEqual(before.polygon, zone.polygon)) limits.push({ code: 'redrawn' })
  } else if (frame) {
    const watched = camera.zones.filter(({ rule }) => !CONDITION_RULES.includes(rule))
    const share = coveredShare(zone.polygon, planCrops(watched, frame))
    if (share < COVERED) limits.push({ code: 'partly-covered', share: Math.round(share * 100) / 100 })
  }
  const blindMs = Object.values(seen.blindMs).reduce((sum, ms) => sum + ms, 0)
  if (blindMs > 0) limits.push({ code: 'blind', blindMs })
  return limits
}

const GRID = 40

/** Of a zone, by a grid of points in it; an object stands in it with its bottom-centre. */
function coveredShare(polygon: Polygon, crops: ReturnType<typeof planCrops>): number {
  const { x1, y1, x2, y2 } = polygonBounds(polygon)
  const steps = Array.from({ length: GRID }, (_, n) => (n + 0.5) / GRID)
  const points = steps
    .flatMap(u => steps.map(v => ({ x: x1 + u * (x2 - x1), y: y1 + v * (y2 - y1) })))
    .filter(point => contains(polygon, point))
  const covered = points.filter(({ x, y }) =>
    crops.some(crop => crop.x1 <= x && x <= crop.x2 && crop.y1 <= y && y <= crop.y2),
  )
  return points.length === 0 ? 1 : covered.length / points.length
}

async function withPictures(
  incidents: readonly Incident[],
  log: DetectionLog,
  cameraId: Incident['cameraId'],
): Promise<readonly WouldHaveFired[]> {
  const fired: WouldHaveFired[] = []
  for (const { since, openedAt, clearedAt, severity, score, measure } of incidents) {
    const near = []
    const span = [openedAt - THUMBNAIL_AWAY_MS, openedAt + THUMBNAIL_AWAY_MS] as const
    for await (const picture of log.thumbnails(cameraId, ...span)) near.push(picture)
    // One of the breach itself before a nearer one that shows the place without it.
    const away = ({ at }: { readonly at: EpochMs }) =>
      Math.abs(at - openedAt) + (since <= at && at < (clearedAt ?? Number.POSITIVE_INFINITY) ? 0 : THUMBNAIL_AWAY_MS)
    const [best] = near.toSorted((a, b) => away(a) - away(b))
    fired.push({ since, openedAt, clearedAt, severity, score, measure, at: best?.at ?? null, jpeg: best?.jpeg ?? null })
  }
  return fired
}
