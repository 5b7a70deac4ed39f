// A scored run on the page: its table, its curves, and for each camera a time line with the pictures at its marks.
import { type Html, html, raw } from '../../html.ts'
import type { ScoredCase, ScoreFile } from '../../scoring/score-file.ts'
import { curveFigure } from './curves.ts'
import { shots } from './shots.ts'
import { scoreTablesHtml } from './table.ts'
import { timeLine } from './time-line.ts'
import { timeLineChart } from './time-line-chart.ts'
import { LEGEND } from './verdicts.ts'

/** @param name of the result, which its ids begin with @param pictures names of those that the page has */
export function scoreSection(score: ScoreFile, name: string, pictures: ReadonlySet<string>): Html {
  const left = score.asked.slice(score.scored)
  return html`${score.complete ? '' : html`<p class="warning">Only ${score.scored} of ${score.asked.length} truth files were scored; not ${left.join(', ')}.</p>`}
${absent(score, pictures)}
${scoreTablesHtml(score)}
<p class="from">False alarms a camera-day with Garwood's exact Poisson interval; i-LIDS F1 in its two roles; times from the due time, and from the end of an event (fixtures/README.md).</p>
<h3>Precision over recall</h3>
<div class="curves">${score.curves.filter(curve => saysMore(curve, score)).map(curveFigure)}</div>
${quiet(score)}
<p class="from">Each point leaves out the alarms below a score; the large one has all that were raised, with Wilson's 95 % intervals, as if alarms were independent. What a lower threshold would have raised is not known.</p>
<h3>Time lines</h3>
${LEGEND}
${score.cases.map((scored, index) => caseSection(scored, `${name}-case-${index + 1}`, pictures))}`
}

type Curve = ScoreFile['curves'][number]
const isSilent = ({ points, events }: Curve): boolean => points.length + events === 0

/** Several cameras together are no more than the only one at which there was anything. */
function saysMore(curve: Curve, { curves }: ScoreFile): boolean {
  const ofCameras = curves.filter(other => other.rule === curve.rule && other.camera !== null && !isSilent(other))
  return !isSilent(curve) && (curve.camera !== null || ofCameras.length > 1)
}

/** Curves of nothing at all in one sentence. */
function quiet({ curves }: ScoreFile): Html {
  const none = curves.filter(curve => isSilent(curve) && curve.camera !== null)
  if (none.length === 0) return html``
  const rules = [...new Set(none.map(({ rule }) => rule))].map(rule => {
    const cameras = none.filter(curve => curve.rule === rule).map(({ camera }) => camera)
    return `${rule} at ${cameras.join(', ')}`
  })
  return html`<p>Nothing happened and nothing was said: ${rules.join('; ')}.</p>`
}

/** The names of all pictures that a scored run has. */
export function picturesOf({ cases }: ScoreFile): readonly string[] {
  const looks = cases.flatMap(({ events, alarms }) => [...events, ...alarms].map(({ look }) => look))
  return looks.flatMap(look => look?.picture ?? [])
}

function absent(score: ScoreFile, pictures: ReadonlySet<string>): Html {
  const named = new Set(picturesOf(score))
  const missing = [...named].filter(name => !pictures.has(name)).length
  if (missing === 0) return html``
  return html`<p class="warning">${missing} of ${named.size} pictures are not beside this result: sketches of zones and boxes stand in their places. Footage stays where it is; <code>jiemu score</code> makes them anew.</p>`
}

function caseSection(scored: ScoredCase, id: string, pictures: ReadonlySet<string>): Html {
  const { marks } = timeLine(scored)
  const { truth, camera, startAt, endAt } = scored
  return html`<section class="case" id="${id}"><h4>${camera}</h4>
<p class="from">${truth}, ${((endAt - startAt) / 1_000).toFixed(0)} s</p>
<figure class="wide">${raw(timeLineChart(scored))}</figure>
${marks.length > 0 ? shots(scored, id, pictures) : html`<p>Nothing was found, missed or invented.</p>`}</section>
`
}
