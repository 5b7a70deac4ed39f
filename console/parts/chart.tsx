// A chart with its heading, its data as a table, and its data as a file: whoever cannot see the one has the others.
import { DownloadOutlined } from '@ant-design/icons'
import { Button, Segmented, Skeleton, Table, theme } from 'antd'
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { type ECharts, type EChartsCoreOption, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useWords } from '../words/words.ts'
import { CHART } from './chart-words.ts'
import { type Sheet, saveCsv } from './csv.ts'
import { Nothing } from './nothing.tsx'
import type { Read } from './unread.tsx'
import './chart.css'

use([
  ...[BarChart, LineChart, HeatmapChart, ScatterChart, CustomChart],
  ...[GridComponent, TooltipComponent, LegendComponent, VisualMapComponent],
  CanvasRenderer,
])

/** Colours of the page's own theme, for the parts of a chart. */
export interface Inks {
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly primary: string
  readonly faint: string
  readonly paper: string
  readonly font: string
}

export function useInks(): Inks {
  const { token } = theme.useToken()
  return {
    text: token.colorText,
    quiet: token.colorTextSecondary,
    line: token.colorBorderSecondary,
    primary: token.colorPrimary,
    faint: token.colorFill,
    paper: token.colorBgElevated,
    font: token.fontFamily,
  }
}

export interface ChartProps {
  /** The query that reads its data: nothing is not what has not come yet, or could not be read. */
  readonly of?: Read
  readonly title: string
  readonly hint?: ReactNode
  /** Made from the theme's colours; what both looks share is added. */
  readonly option: EChartsCoreOption
  readonly heightPx: number
  readonly sheet: Sheet
  /** A row of the data was chosen. */
  readonly onPick?: (index: number) => void
  readonly extra?: ReactNode
}

export function Chart({ of, title, hint, option, heightPx, sheet, onPick, extra }: ChartProps) {
  const words = useWords(CHART)
  const [as, setAs] = useState<'chart' | 'table'>('chart')
  const empty = sheet.rows.length === 0
  return (
    <figure className="chart">
      <figcaption>
        <h2>{title}</h2>
        <span className="chart-tools">
          {extra}
          <Segmented
            size="small"
            value={as}
            options={[
              { value: 'chart', label: words.chart },
              { value: 'table', label: words.table },
            ]}
            onChange={value => setAs(value as 'chart' | 'table')}
          />
          <Button
            size="small"
            icon={<DownloadOutlined />}
            aria-label={words.of(title)}
            disabled={empty}
            onClick={() => saveCsv(sheet)}
          >
            {words.csv}
          </Button>
        </span>
      </figcaption>
      {hint && <p className="chart-hint">{hint}</p>}
      {empty && of?.isPending ? (
        <Skeleton active title={false} />
      ) : empty ? (
        <Nothing {...(of && { of })} title={words.nothing} small />
      ) : as === 'chart' ? (
        <Canvas option={option} heightPx={heightPx} label={title} {...(onPick && { onPick })} />
      ) : (
        <AsTable sheet={sheet} />
      )}
    </figure>
  )
}

function AsTable({ sheet: { columns, rows } }: { readonly sheet: Sheet }) {
  return (
    <Table<{ readonly key: number; readonly cells: Sheet['rows'][number] }>
      size="small"
      pagination={rows.length > 20 ? { pageSize: 20, size: 'small' } : false}
      scroll={{ x: 'max-content' }}
      dataSource={rows.map((cells, key) => ({ key, cells }))}
      columns={columns.map((title, index) => ({ title, key: title, render: (_, { cells }) => cells[index] }))}
    />
  )
}

function Canvas({
  option,
  heightPx,
  label,
  onPick,
}: Pick<ChartProps, 'option' | 'heightPx' | 'onPick'> & { readonly label: string }) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts>(undefined)
  const picked = useRef(onPick)
  picked.current = onPick
  const inks = useInks()

  useEffect(() => {
    if (!box.current) return
    const made = init(box.current, null, { renderer: 'canvas' })
    chart.current = made
    made.on('click', ({ dataIndex }) => picked.current?.(dataIndex))
    const resizing = new ResizeObserver(() => made.resize())
    resizing.observe(box.current)
    return () => {
      resizing.disconnect()
      made.dispose()
    }
  }, [])

  useEffect(() => {
    const shared: EChartsCoreOption = {
      animationDuration: 200,
      textStyle: { fontFamily: inks.font, color: inks.text },
      // The page's policy forbids styles in markup that is set as HTML, which a tooltip of the other kind is.
      tooltip: { renderMode: 'richText', confine: true, backgroundColor: inks.paper, textStyle: { color: inks.text } },
    }
    const { tooltip, ...own } = option
    chart.current?.setOption(
      { ...shared, ...own, tooltip: { ...(shared.tooltip as object), ...(tooltip as object) } },
      true,
    )
  }, [option, inks.text, inks.paper, inks.font])

  return <div ref={box} className="chart-canvas" style={{ height: heightPx }} role="img" aria-label={label} />
}
