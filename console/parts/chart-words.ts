// The words around every chart.
import { defineWords } from '../words/words.ts'

export const CHART = defineWords({
  zh: {
    csv: '导出数据',
    table: '看表格',
    chart: '看图',
    nothing: '这段时间没有数据。',
    of: (title: string) => `${title} 导出数据 (CSV)`,
  },
  en: {
    csv: 'Export',
    table: 'Table',
    chart: 'Chart',
    nothing: 'There is nothing in this span.',
    of: title => `Export ${title} (CSV)`,
  },
})
