// The figures side by side: by street, grid, team, camera or kind, as a chart of one and a table of all.
import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Segmented, Select, Skeleton, Table } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { KPI_NAMES, KPIS, type KpiName } from '../../../core/kpi.ts'
import { download, read } from '../../client/http.ts'
import { useCameraNames } from '../../client/use-camera-names.ts'
import { Chart, useInks } from '../../parts/chart.tsx'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { DOMAIN, wordOf } from '../../words/domain.ts'
import { useLanguage, useWords } from '../../words/words.ts'
import { kpiText } from './kpi-text.ts'
import type { KpiAnswer } from './kpi-tiles.tsx'
import { casesBehind, type Span, spanQuery } from './span.ts'
import { FIGURES } from './words.ts'

const OFFERED = ['street', 'grid', 'team', 'camera', 'rule', 'worker'] as const
type Offered = (typeof OFFERED)[number]
type Group = KpiAnswer['groups'][number]

export function Groups({ span }: { readonly span: Span }) {
  const words = useWords(FIGURES)
  const kinds = useWords(DOMAIN).kinds
  const language = useLanguage()
  const { may } = useSession()
  const tell = useTell()
  const navigate = useNavigate()
  const inks = useInks()
  const cameraName = useCameraNames()
  const [by, setBy] = useState<Offered>('street')
  const [kpi, setKpi] = useState<KpiName>('on-time-closure')
  const query = `${spanQuery(span)}&by=${by}`
  const answer = useQuery({
    queryKey: ['kpis', query],
    queryFn: ({ signal }) => read<KpiAnswer>(`/api/kpis?${query}`, signal),
  })
  const { data } = answer
  const titleOf = (name: KpiName): string => (language === 'zh' ? KPIS[name].chinese : KPIS[name].english)
  const nameOf = ({ key }: Group): string => {
    if (key === null) return words.nobody
    return by === 'rule' ? wordOf(kinds, key) : by === 'camera' ? cameraName(key) : key
  }
  const wayTo = ({ key }: Group, name: KpiName): string => casesBehind(span, name, 'bottom', { by, key })
  const groups = data?.groups ?? []
  const shown = groups.filter(({ kpis }) => kpis[kpi].rate !== null).slice(0, 25)
  const title = `${words.byTitle} · ${titleOf(kpi)}`
  return (
    <section className="figures-part">
      <div className="figures-tools">
        <Segmented<Offered>
          value={by}
          options={OFFERED.filter(name => name !== 'worker' || may('kpi:workers')).map(value => ({
            value,
            label: words.groupings[value],
          }))}
          onChange={setBy}
        />
        <Select<KpiName>
          aria-label={words.byTitle}
          value={kpi}
          options={KPI_NAMES.map(value => ({ value, label: titleOf(value) }))}
          onChange={setKpi}
        />
        {(['csv', 'xlsx'] as const).map(format => (
          <Button
            key={format}
            icon={<DownloadOutlined />}
            onClick={() =>
              void download(`/api/kpis.${format}?${query}`, `jiemu-kpis-${by}-${span.from}-${span.to}.${format}`).catch(
                tell,
              )
            }
          >
            {words[format]}
          </Button>
        ))}
      </div>
      <Chart
        of={answer}
        title={title}
        heightPx={Math.max(120, 48 + shown.length * 26)}
        sheet={{
          name: `${kpi}-by-${by}-${span.from}-${span.to}`,
          columns: [words.groupings[by], titleOf(kpi), words.top, words.bottom],
          rows: shown.map(group => {
            const { rate, top, bottom } = group.kpis[kpi]
            return [nameOf(group), rate, top, bottom]
          }),
        }}
        onPick={index => {
          const group = shown[index]
          if (group) void navigate(wayTo(group, kpi))
        }}
        option={{
          grid: { left: 8, right: 64, top: 8, bottom: 24, containLabel: true },
          xAxis: {
            type: 'value',
            min: 0,
            ...(kpi !== 'false-alarms' && { max: 1 }),
            splitLine: { lineStyle: { color: inks.line } },
            axisLabel: {
              color: inks.quiet,
              formatter: (value: number) => (kpi === 'false-alarms' ? value : `${value * 100} %`),
            },
          },
          yAxis: {
            type: 'category',
            inverse: true,
            data: shown.map(nameOf),
            axisLabel: { color: inks.text, width: 160, overflow: 'truncate' },
            axisLine: { lineStyle: { color: inks.line } },
            axisTick: { show: false },
          },
          series: [
            {
              type: 'bar',
              barMaxWidth: 14,
              itemStyle: { color: inks.primary },
              label: {
                show: true,
                position: 'right',
                color: inks.text,
                formatter: ({ dataIndex }: { dataIndex: number }) => {
                  const group = shown[dataIndex]
                  return group ? kpiText(kpi, group.kpis[kpi]) : ''
                },
              },
              data: shown.map(({ kpis }) => kpis[kpi].rate),
            },
          ],
        }}
      />
      {data ? (
        <Table<Group>
          rowKey={({ key }) => key ?? ''}
          size="small"
          dataSource={[...groups]}
          pagination={groups.length > 25 ? { pageSize: 25, size: 'small' } : false}
          scroll={{ x: 'max-content' }}
          columns={[
            { title: words.groupings[by], fixed: 'left', render: (_, group) => nameOf(group) },
            ...KPI_NAMES.map(name => ({
              title: titleOf(name),
              align: 'right' as const,
              render: (_: unknown, group: Group) => {
                const { top, bottom } = group.kpis[name]
                return (
                  <Link to={wayTo(group, name)} title={`${top} / ${bottom}`}>
                    {kpiText(name, group.kpis[name])}
                  </Link>
                )
              },
            })),
          ]}
        />
      ) : (
        !answer.isError && <Skeleton active />
      )}
    </section>
  )
}
