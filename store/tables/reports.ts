// The table of reports: residents', and those of our own people.
import type { Report } from '../../core/report.ts'
import type { Json } from '../tables.ts'

export interface ReportTables {
  readonly reports: Omit<Report, 'spot'> & {
    readonly lat: number | null
    readonly lon: number | null
    /** Tells whether the same was reported before. */
    readonly content: string
    readonly attributes: Json<Readonly<Record<string, string>>>
    /** What the resident says of themselves, sealed. */
    readonly reporter: string | null
  }
}
