// Rows of a chart as a CSV file that spreadsheets open as it is meant.
import { saveAs } from '../client/http.ts'

export interface Sheet {
  /** Of the file, without an ending. */
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | null)[])[]
}

/** A text that begins like this would be a formula, whatever a camera is called. */
const FORMULA = /^[=+\-@\t\r]/

function cellOf(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const harmless = FORMULA.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** With the mark by which spreadsheets know Chinese in UTF-8. */
export const csvOf = ({ columns, rows }: Pick<Sheet, 'columns' | 'rows'>): string =>
  `\u{feff}${[columns, ...rows].map(row => row.map(cellOf).join(',')).join('\r\n')}\r\n`

export const saveCsv = (sheet: Sheet): void =>
  saveAs(new Blob([csvOf(sheet)], { type: 'text/csv;charset=utf-8' }), `jiemu-${sheet.name}.csv`)
