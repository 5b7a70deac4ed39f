// Writes scored replays down in the format of score-file.ts: what a report needs to show what was found, missed and invented.
import type { Box } from '../../core/geometry.ts'
import type { RuleKind } from '../../core/observation.ts'
import type { Scene } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Replay } from '../replay.ts'
import { scoredCamera, stretchesOf } from '../score-replay.ts'
import type { Truth } from '../truth.ts'
import { type CurveCase, curveOf } from './curve.ts'
import type { KeptLook, Looks } from './looks.ts'
import { type Pictures, pictureName } from './pictures.ts'
import { type LoggedBox, SCORE_VERSION, type ScoredCase, type ScoredLook, type ScoreFile } from './score-file.ts'
import { scoreReport } from './table.ts'

type Incident = Replay['incidents'][number]

/** One truth file whose footage was replayed. */
export interface ScoredTruth {
  readonly truth: Truth
  readonly camera: ReturnType<typeof scoredCamera>
  readonly incidents: readonly Incident[]
  readonly sampledAt: readonly EpochMs[]
  readonly case: ScoredCase
  /** Those that the case names. */
  readonly pictures: Pictures
}

/** @param looks that were kept in the very replay @param lengthMs of the footage */
export function scoreTruth(
  truth: Truth,
  { scenes, incidents }: Pick<Replay, 'scenes' | 'incidents'>,
  looks: Looks,
  lengthMs: number,
): ScoredTruth {
  const camera = scoredCamera(truth, { scenes, incidents }, lengthMs)
  const sampledAt = scenes.map(({ at }) => at)
  const pictures = new Map<string, Uint8Array>()
  const named = (jpeg: Uint8Array) => {
    const name = pictureName(jpeg)
    pictures.set(name, jpeg)
    return name
  }
  const scored = { camera, scenes, incidents }
  return { truth, camera, incidents, sampledAt, case: caseOf(truth, scored, looks, named), pictures }
}

type Scored = Pick<ScoredTruth, 'camera' | 'incidents'> & { readonly scenes: readonly Scene[] }

/** Takes a picture in, and says what it is called. */
type Named = (jpeg: Uint8Array) => string
type Verdict = Pick<ScoredCase['alarms'][number], 'verdict' | 'event' | 'why'>

function caseOf(truth: Truth, { camera, scenes, incidents }: Scored, looks: Looks, named: Named): ScoredCase {
  const { hits, falseAlarms, duplicates } = camera.score
  const indexOf = (event: Truth['events'][number]) => truth.events.indexOf(event)
  const verdicts = new Map<Incident, Verdict>([
    ...hits.map(({ alarm, event }): [Incident, Verdict] => [alarm, { verdict: 'hit', event: indexOf(event) }]),
    ...duplicates.map(({ alarm, event }): [Incident, Verdict] => [
      alarm,
      { verdict: 'duplicate', event: indexOf(event) },
    ]),
    ...falseAlarms.map(({ alarm, why }): [Incident, Verdict] => [alarm, { verdict: 'false', why }]),
  ])
  const { watched, blind } = stretchesOf(scenes)
  return {
    truth: truth.file,
    camera: camera.camera,
    frame: truth.frame,
    startAt: truth.startAt,
    endAt: camera.endAt,
    rules: [...camera.rules],
    zones: truth.camera.zones.map(({ id, rule, polygon }) => ({
      ...{ id, rule },
      polygon: polygon.map(({ x, y }): [number, number] => [x, y]),
    })),
    watched: [...watched],
    blind: [...blind],
    events: truth.events.map(event => {
      const { rule, zone, subject, what, fromAt, dueAt, toAt, box } = event
      const hit = hits.find(it => it.event === event)
      return {
        ...{ rule, zone, ...(subject && { subject }), what, fromAt, dueAt, toAt, box: box && edges(box) },
        alarm: hit ? incidents.indexOf(hit.alarm) : null,
        look: hit ? null : lookOf(looks.due(dueAt), named),
      }
    }),
    alarms: incidents.map(incident => {
      const { kind, zoneId, subject, since, dueAt, openedAt, clearedAt } = incident
      const then = looks.alert(incident)
      const verdict = verdicts.get(incident)
      if (!verdict) throw new Error(`the incident ${incident.id} was not scored`)
      return {
        ...{ rule: kind, zone: zoneId, subject, since, dueAt, openedAt, clearedAt },
        score: then?.score ?? incident.score,
        boxes: (then?.boxes ?? incident.boxes).map(edges),
        ...verdict,
        look: lookOf(then, named),
      }
    }),
  }
}

const edges = ({ x1, y1, x2, y2 }: Box): LoggedBox => [x1, y1, x2, y2]

function lookOf(kept: KeptLook | undefined, named: Named): ScoredLook | null {
  if (!kept) return null
  const { scene, picture } = kept
  const conditions = scene.conditions?.flatMap(({ detections }) => detections) ?? []
  return {
    at: scene.at,
    view: scene.view,
    ...(scene.drift && { drift: [scene.drift.x, scene.drift.y] }),
    picture: picture && named(picture),
    seen: [...scene.objects, ...conditions].map(({ label, score, box }) => [label, score, edges(box)]),
  }
}

/** @param asked truth files, of which those that are not scored yet make the result incomplete */
export function scoreFile(asked: readonly string[], scored: readonly ScoredTruth[]): ScoreFile {
  return {
    kind: 'score',
    version: SCORE_VERSION,
    complete: scored.length === asked.length,
    asked: [...asked],
    scored: scored.length,
    ...scoreReport(scored.map(({ camera }) => camera)),
    curves: curvesOf(scored),
    cases: scored.map(one => one.case),
  }
}

/** Of each rule on each camera, and of all cameras together where several are watched for it. */
function curvesOf(scored: readonly ScoredTruth[]): ScoreFile['curves'] {
  const rules = [...new Set(scored.flatMap(({ camera }) => camera.rules))]
  return rules.flatMap(rule => {
    const watched = scored.filter(({ camera }) => camera.rules.includes(rule))
    const cameras = [...new Set(watched.map(({ camera }) => camera.camera))]
    return [...cameras, ...(cameras.length > 1 ? [null] : [])].map(camera => {
      const cases = watched
        .filter(one => camera === null || one.camera.camera === camera)
        .map(one => curveCase(one, rule))
      return { rule, camera, events: cases.flatMap(({ events }) => events).length, points: [...curveOf(cases)] }
    })
  })
}

function curveCase({ truth, incidents, sampledAt, case: { alarms } }: ScoredTruth, rule: RuleKind): CurveCase {
  return {
    events: truth.events.filter(event => event.rule === rule),
    alarms: incidents
      .map((incident, index) => ({ ...incident, score: alarms[index]?.score ?? incident.score }))
      .filter(({ kind }) => kind === rule),
    sampledAt,
  }
}
