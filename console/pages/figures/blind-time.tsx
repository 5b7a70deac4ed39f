// When which camera could not see: a heat map by the hour or the day, with the reasons in its data.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import type { z } from 'zod'
import type { blindTimeSchema } from '../../../api/routes/blind-time.ts'
import { read } from '../../client/http.ts'
import { useCameraNames } from '../../client/use-camera-names.ts'
import { Chart, useInks } from '../../parts/chart.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { durationOf, listOf, percentOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { lengthOf, type Span, spanQuery } from './span.ts'
import { FIGURES } from './words.ts'

type BlindTime = z.output<typeof blindTimeSchema>
type Row = BlindTime['cameras'][number]['spans'][number] & { readonly cameraId: string }

const MOST_HOURLY_DAYS = 7

export function BlindTimes({ span }: { readonly span: Span }) {
  const words = useWords(FIGURES)
  const views = useWords(DOMAIN).views
  const inks = useInks()
  const navigate = useNavigate()
  const cameraName = useCameraNames()
  const hourly = lengthOf(span) <= MOST_HOURLY_DAYS
  const query = `${spanQuery(span)}&by=${hourly ? 'hour' : 'day'}`
  const answer = useQuery({
    queryKey: ['blind-time', query],
    queryFn: ({ signal }) => read<BlindTime>(`/api/blind-time?${query}`, signal),
    refetchInterval: 60_000,
  })
  const { data } = answer
  const cameras = data?.cameras ?? []
  const rows: readonly Row[] = cameras.flatMap(({ cameraId, spans }) => spans.map(one => ({ ...one, cameraId })))
  const keys = [...new Set(rows.map(({ key }) => key))].sort()
  const reasonsOf = ({ reasons }: Row): string =>
    listOf(
      Object.entries(reasons).map(
        ([sight, ms]) => `${sight === 'away' ? words.away : views[sight as keyof typeof views]} ${durationOf(ms)}`,
      ),
    )
  const shareOf = ({ blindMs, knownMs }: Row): number => (knownMs > 0 ? blindMs / knownMs : 0)
  const shortKey = (key: string): string => (hourly ? `${key.slice(5, 10)} ${key.slice(11)}:00` : key.slice(5))
  return (
    <Chart
      of={answer}
      title={words.blind}
      hint={hourly ? words.blindHint : `${words.blindHint} ${words.tooLong}`}
      heightPx={Math.max(160, 90 + cameras.length * 22)}
      onPick={index => {
        const row = rows[index]
        if (row) void navigate(`/devices/${encodeURIComponent(row.cameraId)}`)
      }}
      sheet={{
        name: `blind-time-${span.from}-${span.to}`,
        columns: [
          words.camera,
          words.when,
          words.blindShare,
          `${words.blindTotal} s`,
          `${words.known} s`,
          words.reason,
        ],
        rows: rows.map(row => [
          cameraName(row.cameraId),
          row.key,
          Number(shareOf(row).toFixed(4)),
          Math.round(row.blindMs / 1_000),
          Math.round(row.knownMs / 1_000),
          reasonsOf(row),
        ]),
      }}
      option={{
        grid: { left: 8, right: 16, top: 8, bottom: 48, containLabel: true },
        tooltip: {
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const row = rows[dataIndex]
            if (!row) return ''
            return `${cameraName(row.cameraId)} ${shortKey(row.key)}\n${percentOf(shareOf(row))} · ${durationOf(row.blindMs)}\n${reasonsOf(row)}`
          },
        },
        xAxis: {
          type: 'category',
          data: keys.map(shortKey),
          axisLabel: { color: inks.quiet },
          axisLine: { lineStyle: { color: inks.line } },
          axisTick: { show: false },
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: cameras.map(({ cameraId }) => cameraName(cameraId)),
          axisLabel: { color: inks.text, width: 160, overflow: 'truncate' },
          axisLine: { show: false },
          axisTick: { show: false },
        },
        visualMap: {
          type: 'continuous',
          min: 0,
          max: 1,
          orient: 'horizontal',
          left: 8,
          bottom: 0,
          itemHeight: 120,
          itemWidth: 10,
          text: ['100 %', '0 %'],
          textStyle: { color: inks.quiet },
          inRange: { color: [inks.faint, inks.primary] },
        },
        series: [
          {
            type: 'heatmap',
            itemStyle: { borderColor: inks.paper, borderWidth: 1 },
            data: rows.map(row => [
              keys.indexOf(row.key),
              cameras.findIndex(({ cameraId }) => cameraId === row.cameraId),
              shareOf(row),
            ]),
          },
        ],
      }}
    />
  )
}
