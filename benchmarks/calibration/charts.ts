// The curves of a calibration as SVG, drawn without a browser.
import { COLOURS, svgChart } from '../svg-chart.ts'
import type { ClassCalibration } from './calibrate.ts'
import { LEVELS, type Level } from './rates.ts'
import type { SweepPoint } from './sweep.ts'

const SIZE = { width: 460, height: 340 } as const
const LEVEL_NAMES: Readonly<Record<Level, string>> = { boxes: '逐框 boxes', pictures: '逐图 pictures' }

/** Precision over recall on the reporting pictures, box by box and picture by picture, the threshold in use marked. */
export function precisionRecallChart({ sweeps, chosen, before }: ClassCalibration): string {
  const threshold = chosen ?? before
  return svgChart(
    {
      title: title('查准率与查全率 Precision over recall'),
      legend,
      grid,
      xAxis: axis('查全率 recall'),
      yAxis: axis('查准率 precision'),
      series: LEVELS.flatMap((level, index) => [
        line(LEVEL_NAMES[level], index, sweeps[level].report, ({ recall, precision }) => [recall, precision]),
        dot(
          index,
          sweeps[level].report.filter(point => point.threshold === threshold),
          ({ recall, precision }) => [recall, precision],
        ),
      ]),
    },
    SIZE,
  )
}

/** F1 over the threshold, on the half that it is chosen on and on the half that it is reported on. */
export function f1Chart({ sweeps, level, chosen, before }: ClassCalibration): string {
  const f1 = ({ threshold, f1: value }: SweepPoint) => [threshold, value]
  const { choose, report } = sweeps[level]
  return svgChart(
    {
      title: title(`F1 与阈值 F1 over the threshold (${LEVEL_NAMES[level]})`),
      legend,
      grid,
      xAxis: axis('阈值 threshold'),
      yAxis: axis('F1'),
      series: [
        { ...line('选择半 choosing half', 0, choose, f1), markLine: marks(chosen, before) },
        line('报告半 reporting half', 1, report, f1),
        dot(
          1,
          report.filter(point => point.threshold === (chosen ?? before)),
          f1,
        ),
      ],
    },
    SIZE,
  )
}

const legend = { top: 34, left: 0, itemHeight: 8 }
const grid = { left: 48, right: 24, top: 70, bottom: 44 }
const title = (text: string) => ({ text, textStyle: { fontSize: 14, fontWeight: 'normal' }, left: 0 })
const axis = (name: string) => ({ type: 'value', min: 0, max: 1, name, nameLocation: 'middle', nameGap: 28 })

type Coordinates = (point: SweepPoint) => readonly (number | null)[]

/** Points at which something is undefined are left out: a line would join what is not there. */
function drawn(points: readonly SweepPoint[], at: Coordinates) {
  return points.map(at).filter(([x, y]) => x !== null && y !== null)
}

function line(name: string, index: number, points: readonly SweepPoint[], at: Coordinates) {
  return {
    type: 'line',
    name,
    symbol: 'none',
    color: COLOURS[index],
    lineStyle: { width: 2, color: COLOURS[index] },
    data: drawn(points, at),
  }
}

function dot(index: number, points: readonly SweepPoint[], at: Coordinates) {
  return { type: 'scatter', symbolSize: 11, itemStyle: { color: COLOURS[index] }, data: drawn(points, at) }
}

function marks(chosen: number | null, before: number | null) {
  const mark = (threshold: number | null, name: string, type: 'solid' | 'dashed', position: string) =>
    threshold === null
      ? []
      : [
          {
            xAxis: threshold,
            lineStyle: { type, color: '#555' },
            label: { formatter: `${name} ${threshold}`, position },
          },
        ]
  // Written along the lines, on two sides, down where the curves of a fair network are not.
  const earlier = before === chosen ? [] : mark(before, '原 before', 'dashed', 'insideStartBottom')
  return { symbol: 'none', silent: true, data: [...earlier, ...mark(chosen, '选 chosen', 'solid', 'insideStartTop')] }
}
