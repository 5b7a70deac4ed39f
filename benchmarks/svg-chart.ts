// Charts as SVG text, drawn without a browser: the one place that knows the plotting library.
import { BarChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, GridComponent, LegendComponent, LineChart, MarkLineComponent, ScatterChart, SVGRenderer, TitleComponent])

/** Blue, vermilion and orange that colour-blind people tell apart (Okabe and Ito 2008). */
export const COLOURS = ['#0072b2', '#d55e00', '#e69f00'] as const

/** @param option as the library has it; nothing moves, and series take the colours in turn unless it says otherwise */
export function svgChart(option: EChartsCoreOption, size: { readonly width: number; readonly height: number }): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption({ animation: false, color: [...COLOURS], ...option })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
