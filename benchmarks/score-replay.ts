// The score of one replay as figures for a file and as lines for a person.
import { stands } from '../core/camera.ts'
import { bottomCentre } from '../core/geometry.ts'
import type { Replay } from './replay.ts'
import { countError, type Score, score } from './score.ts'
import type { Truth } from './truth.ts'

export interface ReplayScore {
  readonly figures: Readonly<Record<string, unknown>>
  readonly text: string
}

export function scoreReplay(truth: Truth, replay: Replay): ReplayScore {
  const scored = score(truth.events, replay.incidents, { sampledAt: replay.scenes.map(({ at }) => at) })
  const counts = countPeople(truth, replay)
  const figures = {
    camera: truth.camera.id,
    events: truth.events.length,
    incidents: replay.incidents.length,
    jobs: replay.jobs.length,
    hits: scored.hits.length,
    misses: scored.misses.length,
    falseAlarms: scored.falseAlarms.length,
    duplicates: scored.duplicates.length,
    precision: scored.precision,
    recall: scored.recall,
    f1: scored.f1,
    secondsAfterDue: scored.hits.map(({ offsetMs }) => offsetMs / 1_000),
    ...(counts ? { counts } : {}),
  }
  return { figures, text: describe(scored, counts) }
}

/** People in the crowding zone, picture by picture, against those that a person counted. */
function countPeople({ camera, counts }: Truth, { scenes }: Replay) {
  const zone = camera.zones.find(({ rule }) => rule === 'crowding')
  if (!zone) return null
  const truthAt = new Map(counts.map(({ at, count }) => [at, count]))
  return countError(
    scenes.flatMap(({ at, objects }) => {
      const counted = truthAt.get(at)
      if (counted === undefined) return []
      const people = objects.filter(
        ({ label, box }) => label === 'person' && stands({ polygon: zone.polygon }, bottomCentre(box)),
      )
      return [{ truth: counted, seen: people.length }]
    }),
  )
}

function describe(scored: Score<Replay['incidents'][number]>, counts: ReturnType<typeof countError>): string {
  const lines = [
    ...scored.hits.map(
      ({ event, offsetMs }) =>
        `  found      ${event.rule} ${event.zone ?? ''} ${event.what}: ${(offsetMs / 1_000).toFixed(1)} s after due`,
    ),
    ...scored.misses.map(event => `  MISSED     ${event.rule} ${event.zone ?? ''} ${event.what}`),
    ...scored.falseAlarms.map(
      ({ alarm, why }) =>
        `  FALSE      ${alarm.kind} ${alarm.zoneId} at ${new Date(alarm.openedAt).toISOString()} (${why})`,
    ),
    ...scored.duplicates.map(({ alarm, event }) => `  DUPLICATE  ${alarm.kind} ${alarm.zoneId} of ${event.what}`),
  ]
  if (counts) {
    lines.push(
      `  people: ${counts.pictures} pictures, mean absolute error ${counts.meanAbsolute.toFixed(1)}, ` +
        `bias ${counts.bias.toFixed(1)}, seen ÷ truth ${counts.ratio?.toFixed(2) ?? '–'}`,
    )
  }
  const percent = (share: number | null) => (share === null ? '–' : `${(100 * share).toFixed(0)} %`)
  lines.push(`  precision ${percent(scored.precision)}, recall ${percent(scored.recall)}`)
  return lines.join('\n')
}
