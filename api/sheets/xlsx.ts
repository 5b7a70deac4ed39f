// Writes a sheet as XLSX. The format is an archive that is written as a whole, so that its rows are limited.
import type { SheetData } from 'write-excel-file/node'
import { JiemuError } from '../../core/errors.ts'
import type { Cell, Sheet } from './sheet.ts'

/** See docs/4-operations.md for what this many cost; CSV has no limit. */
export const MOST_ROWS = 20_000

const cellOf = (value: Cell) =>
  // Said outright: text stays text, whatever it begins with.
  value === null ? null : typeof value === 'number' ? { value, type: Number } : { value, type: String }

/** @throws JiemuError export-too-long */
export async function xlsxOf({ name, columns, rows }: Sheet): Promise<Buffer> {
  const { default: writeExcelFile } = await import('write-excel-file/node')
  const sheet: SheetData = [columns.map(value => ({ value, type: String, fontWeight: 'bold' as const }))]
  for await (const batch of rows) {
    if (sheet.length + batch.length > MOST_ROWS + 1) throw new JiemuError('export-too-long', { limit: MOST_ROWS })
    sheet.push(...batch.map((row: readonly Cell[]) => row.map(cellOf)))
  }
  const widths = columns.map(column => ({ width: Math.max(10, column.length + 4) }))
  return writeExcelFile(sheet, { sheet: name, columns: widths, stickyRowsCount: 1 }).toBuffer()
}
