// The way from a frame to the people who are told, as the process times it now, against its budget.
import { useQuery } from '@tanstack/react-query'
import { Segmented, Tag } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import type { latencySchema } from '../../../api/routes/latency.ts'
import { read } from '../../client/http.ts'
import { Chart, useInks } from '../../parts/chart.tsx'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { FIGURES } from './words.ts'

type Latency = z.output<typeof latencySchema>
const LIVE_MS = 5_000

export function LatencyBudget() {
  const words = useWords(FIGURES)
  const inks = useInks()
  const [over, setOver] = useState<'recent' | 'sinceStart'>('recent')
  const answer = useQuery({
    queryKey: ['latency'],
    queryFn: ({ signal }) => read<Latency>('/api/latency', signal),
    refetchInterval: LIVE_MS,
  })
  const { data } = answer
  const stages = data?.stages ?? []
  const whole = stages.find(({ stage }) => stage === 'whole')
  const verdict = whole && verdictOf(whole[over].p95Ms, whole.budget?.ms)
  const percentile = (of: 'p50Ms' | 'p95Ms' | 'p99Ms') => ({
    name: of.slice(0, 3),
    type: 'scatter',
    symbol: of === 'p50Ms' ? 'circle' : of === 'p95Ms' ? 'diamond' : 'triangle',
    symbolSize: of === 'p95Ms' ? 12 : 8,
    itemStyle: { color: of === 'p95Ms' ? inks.primary : inks.quiet },
    data: stages.flatMap((stage, index) => {
      const ms = stage[over][of]
      return ms === null ? [] : [[Math.max(ms, 0.1), index]]
    }),
  })
  return (
    <Chart
      of={answer}
      title={words.latency}
      hint={data && words.latencyHint(data.recentMinutes, whenOf(data.startedAt))}
      heightPx={320}
      extra={
        <>
          {verdict && <Tag color={verdict === 'over' ? 'error' : 'default'}>{`p95 ${words[verdict]}`}</Tag>}
          <Segmented
            size="small"
            value={over}
            options={[
              { value: 'recent', label: words.recent },
              { value: 'sinceStart', label: words.sinceStart },
            ]}
            onChange={value => setOver(value as 'recent' | 'sinceStart')}
          />
        </>
      }
      sheet={{
        name: 'latency',
        columns: [words.stage, words.count, 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', words.budget],
        rows: stages.map(({ stage, budget, [over]: { count, p50Ms, p95Ms, p99Ms, maxMs } }) => [
          words.stages[stage],
          ...[count, p50Ms, p95Ms, p99Ms, maxMs],
          budget?.ms ?? null,
        ]),
      }}
      option={{
        grid: { left: 8, right: 24, top: 32, bottom: 24, containLabel: true },
        legend: { top: 0, right: 0, textStyle: { color: inks.text } },
        tooltip: {
          formatter: ({ seriesName, value }: { seriesName: string; value: readonly [number, number] }) =>
            `${words.stages[stages[value[1]]?.stage ?? 'whole']} ${seriesName}: ${value[0].toPrecision(3)} ms`,
        },
        xAxis: {
          type: 'log',
          min: 0.1,
          axisLabel: { color: inks.quiet, hideOverlap: true, formatter: axisMs },
          splitLine: { lineStyle: { color: inks.line } },
        },
        yAxis: {
          type: 'category',
          inverse: true,
          data: stages.map(({ stage }) => words.stages[stage]),
          axisLabel: { color: inks.text },
          axisLine: { lineStyle: { color: inks.line } },
          axisTick: { show: false },
        },
        series: [
          percentile('p50Ms'),
          percentile('p95Ms'),
          percentile('p99Ms'),
          {
            name: words.budget,
            type: 'scatter',
            symbol: 'rect',
            symbolSize: [3, 18],
            itemStyle: { color: inks.text },
            data: stages.flatMap(({ budget }, index) => (budget ? [[budget.ms, index]] : [])),
          },
        ],
      }}
    />
  )
}

const axisMs = (ms: number): string => (ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`)

const verdictOf = (ms: number | null, budgetMs: number | undefined): 'within' | 'over' | 'idle' =>
  ms === null || budgetMs === undefined ? 'idle' : ms > budgetMs ? 'over' : 'within'
