// A camera's time line as a chart: bars of truth and alarms, numbered marks, and below what it could see.
import type { ScoredCase } from '../../scoring/score-file.ts'
import { svgChart } from '../../svg-chart.ts'
import { type Bar, type TimeLine, timeLine } from './time-line.ts'
import { BLIND_COLOUR, TRUTH_COLOUR, VERDICTS, WATCHED_COLOUR } from './verdicts.ts'

const WIDTH_PX = 920
const ROW_PX = 44
const TOP_PX = 10
const BOTTOM_PX = 44
const SYMBOL_PX = 19
/** Bars that end where they begin are drawn all the same. */
const LEAST_BAR_PX = 2

/** Where in its row a bar lies, from the row's middle down, and how high it is. */
const LIES: Readonly<Record<Bar['part'], readonly [fromPx: number, heightPx: number, colour: string]>> = {
  truth: [-15, 11, TRUTH_COLOUR],
  hit: [3, 11, VERDICTS.hit.colour],
  false: [3, 11, VERDICTS.false.colour],
  duplicate: [3, 11, VERDICTS.duplicate.colour],
  watched: [-4, 8, WATCHED_COLOUR],
  blind: [-8, 16, BLIND_COLOUR],
}
const MARK_PX = { truth: -9.5, alarm: 8.5 }

const LABEL = { show: true, fontSize: 10, fontWeight: 'bold' }
/** A triangle is wide below. */
const LOW = [0, 3]

/** What the library tells a custom series of the bar that it shall draw. */
interface Drawing {
  value(dimension: number): number
  coord(point: readonly [number, number]): readonly [number, number]
}

export function timeLineChart(scored: ScoredCase): string {
  const line = timeLine(scored)
  const { startAt, endAt } = scored
  const lengthS = Math.max(1, (endAt - startAt) / 1_000)
  const seconds = (at: number) => Math.min(lengthS, Math.max(0, (at - startAt) / 1_000))
  return svgChart(
    {
      grid: { left: 132, right: 20, top: TOP_PX, bottom: BOTTOM_PX },
      xAxis: {
        type: 'value',
        min: 0,
        max: lengthS,
        interval: tickS(lengthS),
        name: `from ${new Date(startAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
        nameLocation: 'middle',
        nameGap: 26,
        axisLabel: { formatter: elapsed, showMaxLabel: false },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: labels(line),
        axisTick: { show: false },
        splitLine: { show: true },
        axisLabel: { width: 120, overflow: 'truncate', rich: { rule: { fontSize: 10, opacity: 0.8 } } },
      },
      series: [
        {
          type: 'custom',
          silent: true,
          clip: true,
          data: line.bars.map(({ row, fromAt, toAt }) => [row, seconds(fromAt), seconds(toAt)]),
          renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: Drawing) => {
            const [offsetPx, height, fill] = LIES[line.bars[dataIndex]?.part ?? 'watched']
            const [x, middle] = api.coord([api.value(1), api.value(0)])
            const [end] = api.coord([api.value(2), api.value(0)])
            const width = Math.max(LEAST_BAR_PX, end - x)
            return { type: 'rect', shape: { x, y: middle + offsetPx, width, height }, style: { fill } }
          },
        },
        {
          type: 'scatter',
          silent: true,
          clip: false,
          symbolSize: SYMBOL_PX,
          data: line.marks.map(({ number, row, at, verdict }) => {
            const { symbol, colour, ink } = VERDICTS[verdict]
            return {
              value: [seconds(at), row],
              symbol,
              symbolOffset: [0, verdict === 'miss' ? MARK_PX.truth : MARK_PX.alarm],
              itemStyle: { color: colour, opacity: 1 },
              label: { ...LABEL, formatter: String(number), color: ink, offset: symbol === 'triangle' ? LOW : [0, 0] },
            }
          }),
        },
      ],
    },
    { width: WIDTH_PX, height: TOP_PX + BOTTOM_PX + line.rows.length * ROW_PX },
  )
}

/** A zone's name stands at its first row. */
function labels({ rows }: TimeLine): readonly string[] {
  return rows.map(({ zone, rule }, index) => {
    if (index > 0 && rows[index - 1]?.zone === zone && rows[index - 1]?.rule === rule) return ''
    return [zone, rule && `{rule|${rule}}`].filter(Boolean).join('\n')
  })
}

const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400]

/** At most twelve, at times that a clock has. */
function tickS(lengthS: number): number {
  return TICKS_S.find(tick => lengthS / tick <= 12) ?? Math.ceil(lengthS / 12)
}

/** 75 → "1:15", 4000 → "1:06:40". */
export function elapsed(seconds: number): string {
  const whole = Math.round(seconds)
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60]
  const [hours = 0, ...rest] = parts
  const shown = hours > 0 ? [hours, ...rest] : rest
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
