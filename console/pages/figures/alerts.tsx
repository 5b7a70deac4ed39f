// How good the alerts are, camera by camera: precision and false alarms, each with the interval that says how sure that is.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import type { z } from 'zod'
import type { alertFiguresSchema } from '../../../api/routes/feedback.ts'
import { read } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { useCameraNames } from '../../client/use-camera-names.ts'
import { Chart, type Inks, useInks } from '../../parts/chart.tsx'
import { percentOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { casesOf, type Span } from './span.ts'
import { FIGURES } from './words.ts'

type AlertFigures = z.output<typeof alertFiguresSchema>
type Rated = AlertFigures & { readonly rate: NonNullable<AlertFigures['precision']> }

const MOST = 25
const rated = (figures: readonly AlertFigures[], of: 'precision' | 'falseAlarmsPerCameraDay'): readonly Rated[] =>
  figures.flatMap(one => {
    const rate = one[of]
    return rate ? [{ ...one, rate }] : []
  })

export function Alerts({ span }: { readonly span: Span }) {
  const words = useWords(FIGURES)
  const inks = useInks()
  const navigate = useNavigate()
  const cameraName = useCameraNames()
  const answer = useQuery({
    queryKey: ['precision', span.from, span.to],
    queryFn: ({ signal }) =>
      read<Page<AlertFigures>>(`/api/feedback/precision?from=${span.from}&to=${span.to}&by=camera`, signal),
  })
  const { data } = answer
  const all = data?.items ?? []
  const nameOf = ({ cameraId, few }: AlertFigures): string =>
    `${cameraName(cameraId ?? '')}${few ? ` · ${words.few}` : ''}`
  const precise = rated(all, 'precision').toSorted((a, b) => a.rate.value - b.rate.value)
  const false_ = rated(all, 'falseAlarmsPerCameraDay').toSorted((a, b) => b.rate.value - a.rate.value)
  const go = (row: AlertFigures | undefined, review: string): void => {
    if (row) void navigate(casesOf(span, { review, camera: row.cameraId ?? '' }))
  }
  return (
    <div className="figures-two">
      <Chart
        of={answer}
        title={words.precision}
        hint={words.precisionHint}
        heightPx={heightOf(precise)}
        onPick={index => go(precise[index], 'rejected')}
        sheet={{
          name: `precision-by-camera-${span.from}-${span.to}`,
          columns: [words.camera, words.precision, words.low, words.high, words.confirmed, words.rejected],
          rows: precise.map(row => [
            cameraName(row.cameraId ?? ''),
            ...[row.rate.value, row.rate.low, row.rate.high, row.confirmed, row.rejected],
          ]),
        }}
        option={withIntervals(precise.slice(0, MOST), nameOf, percentOf, inks, 1)}
      />
      <Chart
        of={answer}
        title={words.falseAlarms}
        hint={words.falseAlarmsHint}
        heightPx={heightOf(false_)}
        onPick={index => go(false_[index], 'rejected')}
        sheet={{
          name: `false-alarms-by-camera-${span.from}-${span.to}`,
          columns: [words.camera, words.falseAlarms, words.low, words.high, words.rejected, words.cameraDays],
          rows: false_.map(row => [
            cameraName(row.cameraId ?? ''),
            ...[row.rate.value, row.rate.low, row.rate.high, row.rejected, row.cameraDays],
          ]),
        }}
        option={withIntervals(false_.slice(0, MOST), nameOf, value => String(Number(value.toPrecision(2))), inks)}
      />
    </div>
  )
}

const heightOf = (rows: readonly unknown[]): number => Math.max(120, 48 + Math.min(MOST, rows.length) * 26)

interface Api {
  value(dimension: number): number
  coord(point: readonly number[]): readonly [number, number]
}

/** A dot for the rate and a line for its interval. */
function withIntervals(
  rows: readonly Rated[],
  nameOf: (row: AlertFigures) => string,
  text: (value: number) => string,
  inks: Inks,
  max?: number,
) {
  const axis = { color: inks.quiet, hideOverlap: true, formatter: (value: number) => text(value) }
  return {
    grid: { left: 8, right: 24, top: 8, bottom: 24, containLabel: true },
    tooltip: {
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const row = rows[dataIndex]
        return row ? `${nameOf(row)}\n${text(row.rate.value)}  (${text(row.rate.low)} – ${text(row.rate.high)})` : ''
      },
    },
    xAxis: {
      type: 'value',
      min: 0,
      ...(max !== undefined && { max }),
      splitLine: { lineStyle: { color: inks.line } },
      axisLabel: axis,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(nameOf),
      axisLabel: { color: inks.text, width: 160, overflow: 'truncate' },
      axisLine: { lineStyle: { color: inks.line } },
      axisTick: { show: false },
    },
    series: [
      {
        type: 'custom',
        silent: true,
        encode: { x: [0, 1], y: 2 },
        data: rows.map(({ rate }, index) => [rate.low, rate.high, index]),
        renderItem: (_: unknown, api: Api) => {
          const [x1, y] = api.coord([api.value(0), api.value(2)])
          const [x2] = api.coord([api.value(1), api.value(2)])
          return { type: 'line', shape: { x1, y1: y, x2, y2: y }, style: { stroke: inks.quiet, lineWidth: 2 } }
        },
      },
      {
        type: 'scatter',
        symbolSize: 10,
        itemStyle: { color: inks.primary },
        data: rows.map(({ rate }, index) => [rate.value, index]),
      },
    ],
  }
}
