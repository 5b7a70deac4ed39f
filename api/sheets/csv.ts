// Writes a sheet as CSV, batch after batch as it is read.
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import type { Cell, Sheet } from './sheet.ts'

/**
 * A spreadsheet takes a cell that begins with = + - @ or a tab for a formula, and a place's name may have been chosen
 * by anybody (OWASP, CSV injection): an apostrophe makes it text. Without the byte order mark Excel takes UTF-8 for GBK.
 */
const lines = (rows: readonly (readonly Cell[])[], bom = false): string =>
  stringify([...rows], { escape_formulas: true, record_delimiter: 'windows', bom })

export function csvOf({ columns, rows }: Sheet): Readable {
  return Readable.from(
    (async function* () {
      yield lines([columns], true)
      for await (const batch of rows) yield lines(batch)
    })(),
    // One batch ahead of the reader, not sixteen.
    { highWaterMark: 1 },
  )
}
