// A sheet: named columns and rows that arrive in batches, to be written as CSV or as XLSX.

export type Cell = string | number | null

export interface Sheet {
  /** At most 31 characters, as Excel wants it. */
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]> | Iterable<readonly (readonly Cell[])[]>
}

export const SHEET_FORMATS = ['csv', 'xlsx'] as const
export type SheetFormat = (typeof SHEET_FORMATS)[number]

export const MEDIA_TYPES: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}
