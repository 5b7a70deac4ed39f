// Charts as SVG text, drawn without a browser: the one place that knows the plotting library.
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([
  BarChart,
  CustomChart,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
  TitleComponent,
])

/** Blue, vermilion and orange that colour-blind people tell apart (Okabe and Ito 2008). */
export const COLOURS = ['#0072b2', '#d55e00', '#e69f00'] as const

/**
 * Of a page that says how it wants its charts in light and dark; the second is for pages that say nothing. Written into the
 * SVG as they are, they follow the page's own colours.
 */
const INK = 'var(--chart-ink, #333)'
const FAINT = 'var(--chart-faint, #ddd)'
const axis = {
  axisLine: { lineStyle: { color: INK } },
  axisTick: { lineStyle: { color: INK } },
  axisLabel: { color: INK },
  nameTextStyle: { color: INK },
  splitLine: { lineStyle: { color: FAINT } },
}
const THEME = {
  title: { textStyle: { color: INK } },
  legend: { textStyle: { color: INK } },
  categoryAxis: axis,
  valueAxis: axis,
  logAxis: axis,
}

/** @param option as the library has it; nothing moves, and series take the colours in turn unless it says otherwise */
export function svgChart(option: EChartsCoreOption, size: { readonly width: number; readonly height: number }): string {
  const chart = init(null, THEME, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption({ animation: false, color: [...COLOURS], ...option })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
