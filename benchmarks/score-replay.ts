// The score of one replay: as a camera among others, as figures for a file, and as lines for a person.
import type { RuleKind } from '../core/observation.ts'
import type { Scene, View } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'
import type { Replay } from './replay.ts'
import { type Score, score } from './score.ts'
import { type CountError, countPairs } from './scoring/count-error.ts'
import { figuresOf, type ScoredCamera } from './scoring/figures.ts'
import type { Truth } from './truth.ts'

export interface ReplayScore {
  readonly figures: Readonly<Record<string, unknown>>
  readonly text: string
}

type Incident = Replay['incidents'][number]
/** What of a replay is scored. */
export type Scorable = Pick<Replay, 'scenes' | 'incidents'>

/** @param lengthMs of the footage; what the truth says, or from the first picture analysed to the last, if left out */
export function scoredCamera(truth: Truth, { scenes, incidents }: Scorable, lengthMs?: number) {
  const sampledAt = scenes.map(({ at }) => at)
  const watchedMs = lengthMs ?? truth.durationMs ?? (sampledAt.at(-1) ?? 0) - (sampledAt[0] ?? 0)
  return {
    camera: truth.camera.id,
    rules: rulesOf(truth),
    score: score(truth.events, incidents, { sampledAt }),
    endAt: truth.startAt + watchedMs,
    watchedMs,
    blindMs: stretchesOf(scenes).blind.reduce((total, { fromAt, toAt }) => total + toAt - fromAt, 0),
    counts: countPairs(truth, scenes),
  } satisfies ScoredCamera
}

function rulesOf({ camera: { zones, health } }: Truth): readonly RuleKind[] {
  const drawn = new Set<RuleKind>(zones.map(({ rule }) => rule))
  return health === false ? [...drawn] : [...drawn, 'camera-health']
}

/** Between two pictures further apart the stream was away, which is no matter of sight; as in detector/view-gate.ts. */
const LONGEST_STEP_MS = 60_000

interface Stretch {
  readonly fromAt: EpochMs
  readonly toAt: EpochMs
}
interface BlindStretch extends Stretch {
  readonly view: View
}

/** When pictures came, and when the view was not clear: from each such picture to the next. */
export function stretchesOf(scenes: readonly Pick<Scene, 'at' | 'view'>[]): {
  readonly watched: readonly Stretch[]
  readonly blind: readonly BlindStretch[]
} {
  const watched: Stretch[] = []
  const blind: BlindStretch[] = []
  for (const [index, { at, view }] of scenes.entries()) {
    const next = scenes[index + 1]?.at ?? at
    const toAt = next - at > LONGEST_STEP_MS ? at : next
    prolong(watched, { fromAt: at, toAt }, () => true)
    if (view !== 'clear' && toAt > at) prolong(blind, { fromAt: at, toAt, view }, last => last.view === view)
  }
  return { watched, blind }
}

function prolong<S extends Stretch>(stretches: S[], next: S, alike: (last: S) => boolean): void {
  const last = stretches.at(-1)
  if (last && last.toAt === next.fromAt && alike(last)) stretches[stretches.length - 1] = { ...last, toAt: next.toAt }
  else stretches.push(next)
}

export function scoreReplay(truth: Truth, replay: Replay): ReplayScore {
  const camera = scoredCamera(truth, replay)
  const { cameras: _, ...figures } = figuresOf([camera])
  const secondsAfterDue = camera.score.hits.map(({ offsetMs }) => offsetMs / 1_000)
  return {
    figures: {
      camera: camera.camera,
      incidents: replay.incidents.length,
      jobs: replay.jobs.length,
      ...figures,
      secondsAfterDue,
    },
    text: [...describeScore(camera.score), ...describeCounts(figures.counts), ratiosLine(figures)].join('\n'),
  }
}

/** One line for each event and for each alarm that is not about one. */
export function describeScore({ hits, misses, falseAlarms, duplicates }: Score<Incident>): readonly string[] {
  return [
    ...hits.map(
      ({ event, offsetMs }) =>
        `  found      ${event.rule} ${event.zone ?? ''} ${event.what}: ${(offsetMs / 1_000).toFixed(1)} s after due`,
    ),
    ...misses.map(event => `  MISSED     ${event.rule} ${event.zone ?? ''} ${event.what}`),
    ...falseAlarms.map(
      ({ alarm, why }) =>
        `  FALSE      ${alarm.kind} ${alarm.zoneId} at ${new Date(alarm.openedAt).toISOString()} (${why})`,
    ),
    ...duplicates.map(({ alarm, event }) => `  DUPLICATE  ${alarm.kind} ${alarm.zoneId} of ${event.what}`),
  ]
}

/** No line where nobody counted. */
export function describeCounts(counts: CountError | null): readonly string[] {
  if (!counts) return []
  const { pictures, meanAbsolute, bias, ratio } = counts
  return [
    `  people: ${pictures} pictures, mean absolute error ${meanAbsolute.toFixed(1)}, ` +
      `bias ${bias.toFixed(1)}, seen ÷ truth ${ratio?.toFixed(2) ?? '–'}`,
  ]
}

function ratiosLine({ precision, recall }: { readonly precision: number | null; readonly recall: number | null }) {
  const percent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(0)} %`)
  return `  precision ${percent(precision)}, recall ${percent(recall)}`
}
