// Precision over recall of a rule's alarms, with the score as threshold: steps between the few points that there are.

import { wilson } from '../../../core/wilson.ts'
import { type Html, html, raw } from '../../html.ts'
import type { ScoreFile } from '../../scoring/score-file.ts'
import { COLOURS, svgChart } from '../../svg-chart.ts'

type Curve = ScoreFile['curves'][number]

const SIZE = { width: 300, height: 250 } as const
const FEW = 10

/** A chart where a curve has points and recall is defined, else what is known instead. */
export function curveFigure(curve: Curve): Html {
  const { rule, camera, events, points } = curve
  const name = html`<b>${rule}</b> ${camera ?? 'all cameras'}`
  const operating = points.at(-1)
  if (!operating) {
    const said = events === 0 ? 'nothing happened, and no alarm was raised' : `none of ${events} events was alarmed`
    return html`<figure class="curve none"><figcaption>${name}: ${said}.</figcaption></figure>\n`
  }
  const { hits, alarms, leastScore } = operating
  if (events === 0) {
    return html`<figure class="curve none"><figcaption>${name}: nothing happened, and ${counted(alarms, 'alarm')} ${alarms === 1 ? 'was' : 'were'} raised, all false.</figcaption></figure>\n`
  }
  const few = Math.min(events, alarms) < FEW ? ' Too few to tell more.' : ''
  return html`<figure class="curve">${raw(curveChart(curve))}<figcaption>${name}, ${counted(events, 'event')}, ${counted(alarms, 'alarm')} of score ${leastScore.toFixed(2)} and above.
Precision ${shareText(hits, alarms)}, recall ${shareText(hits, events)}.${few}</figcaption></figure>\n`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** "0.86 (0.49–0.97)" */
function shareText(count: number, of: number): string {
  const interval = wilson(count, of)
  return `${(count / of).toFixed(2)} (${interval ? `${interval.low.toFixed(2)}–${interval.high.toFixed(2)}` : ''})`
}

export type Point = readonly [recall: number, precision: number]

/** In the order of falling thresholds. Pure. */
export function pointsOf({ events, points }: Pick<Curve, 'events' | 'points'>): readonly Point[] {
  return points.map(({ hits, alarms }) => [hits / events, hits / alarms])
}

/** The operating point with its intervals, as two bars through it. */
function cross({ events, points }: Curve): readonly (readonly Point[])[] {
  const last = points.at(-1)
  const precision = last && wilson(last.hits, last.alarms)
  const recall = last && wilson(last.hits, events)
  if (!last || !precision || !recall) return []
  const [r, p] = [last.hits / events, last.hits / last.alarms]
  return [
    [
      [recall.low, p],
      [recall.high, p],
    ],
    [
      [r, precision.low],
      [r, precision.high],
    ],
  ]
}

function curveChart(curve: Curve): string {
  const points = pointsOf(curve)
  const [colour, mark] = COLOURS
  return svgChart(
    {
      grid: { left: 44, right: 14, top: 12, bottom: 40 },
      xAxis: axis('recall'),
      yAxis: axis('precision'),
      series: [
        // To reach a point's recall its threshold is needed, at which precision is that point's: up or down first.
        {
          type: 'line',
          silent: true,
          step: 'start',
          symbol: 'circle',
          symbolSize: 6,
          color: colour,
          lineStyle: { width: 2 },
          data: points,
        },
        ...cross(curve).map(data => ({
          type: 'line',
          silent: true,
          symbol: 'none',
          lineStyle: { width: 1.5, color: mark },
          data,
        })),
        {
          type: 'scatter',
          silent: true,
          z: 3,
          symbolSize: 12,
          itemStyle: { color: mark, opacity: 1 },
          data: points.slice(-1),
        },
      ],
    },
    SIZE,
  )
}

const axis = (name: string) => ({
  type: 'value',
  min: 0,
  max: 1,
  interval: 0.25,
  name,
  nameLocation: 'middle',
  nameGap: 28,
})
