// The stages of the latency as bars: median, 95th and 99th percentile of each, on a scale of decades.
import { svgChart } from '../svg-chart.ts'
import type { Row } from './results.ts'

const QUANTILES = ['p50Ms', 'p95Ms', 'p99Ms'] as const
const SIZE = { width: 760, height: 320 }
/** What took no time at all has no place on a scale of decades. */
const LEAST_MS = 0.1

/** @param rows of a latency result @param under where its stages stand @returns an SVG; undefined where it has none */
export function stagesChart(rows: readonly Row[], under: string): string | undefined {
  const prefix = `${under}.stages.`
  const stages = [
    ...new Set(rows.flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length).split('.')[0]] : []))),
  ]
  if (stages.length === 0) return undefined
  const at = (stage: string | undefined, name: string) =>
    Math.max(LEAST_MS, Number(rows.find(({ path }) => path === `${prefix}${stage}.${name}`)?.value ?? LEAST_MS))
  const option = {
    legend: { top: 0 },
    grid: { left: 56, right: 16, top: 36, bottom: 28 },
    xAxis: { type: 'category', data: stages },
    yAxis: { type: 'log', name: 'ms', min: LEAST_MS },
    series: QUANTILES.map(name => ({
      type: 'bar',
      name: name.slice(0, 3),
      data: stages.map(stage => at(stage, name)),
    })),
  }
  return svgChart(option, SIZE)
}
