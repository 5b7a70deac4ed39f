// 统计: the city's figures, how good the alerts are, how quick the house is, and when cameras could not see.
import { PrinterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Segmented, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { read } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import { Unread } from '../../parts/unread.tsx'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import { Alerts } from './alerts.tsx'
import { BlindTimes } from './blind-time.tsx'
import { GridColours } from './grid-colours.tsx'
import { Groups } from './groups.tsx'
import { type KpiAnswer, KpiTiles } from './kpi-tiles.tsx'
import { LatencyBudget } from './latency.tsx'
import { lastDays, lengthOf, type Span, spanQuery } from './span.ts'
import { FIGURES } from './words.ts'
import './figures.css'

const PRESETS = { today: 1, week: 7, month: 30 } as const
type Preset = keyof typeof PRESETS

export default function FiguresPage() {
  const words = useWords(FIGURES)
  const { may } = useSession()
  const [span, setSpan] = useState<Span>(() => ({ ...lastDays(7), street: '' }))
  const { data: cameras } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const streets = [...new Set(cameras?.items.map(({ streetId }) => streetId))].sort()
  const query = `${spanQuery(span)}&by=day`
  const totals = useQuery({
    queryKey: ['kpis', query],
    queryFn: ({ signal }) => read<KpiAnswer>(`/api/kpis?${query}`, signal),
    refetchInterval: 60_000,
  })
  const today = lastDays(1).to
  const preset = span.to === today && (Object.keys(PRESETS) as Preset[]).find(name => PRESETS[name] === lengthOf(span))
  return (
    <div className="figures">
      <header className="figures-tools">
        <h1>{words.title}</h1>
        <Segmented<Preset | ''>
          value={preset || ''}
          options={(Object.keys(PRESETS) as Preset[]).map(value => ({ value, label: words.presets[value] }))}
          onChange={name => name && setSpan({ ...span, ...lastDays(PRESETS[name]) })}
        />
        <DatePicker.RangePicker
          aria-label={words.days}
          allowClear={false}
          value={[dayjs(span.from), dayjs(span.to)]}
          maxDate={dayjs(today)}
          onChange={(_, [from, to]) => from && to && setSpan({ ...span, from, to })}
        />
        {streets.length > 1 && (
          <Select
            aria-label={words.street}
            value={span.street}
            options={[{ value: '', label: words.allStreets }, ...streets.map(value => ({ value, label: value }))]}
            onChange={street => setSpan({ ...span, street })}
          />
        )}
        <Button icon={<PrinterOutlined />} href={`/reports/monthly?month=${span.to.slice(0, 7)}`} target="_blank">
          {words.report}
        </Button>
      </header>
      {totals.isError && !totals.data ? <Unread of={totals} /> : <KpiTiles answer={totals.data} span={span} />}
      <GridColours span={span} />
      <Groups span={span} />
      {may('feedback:read') && <Alerts span={span} />}
      <LatencyBudget />
      {may('camera:read') && <BlindTimes span={span} />}
    </div>
  )
}
