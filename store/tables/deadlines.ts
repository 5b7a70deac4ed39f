// The tables of deadlines: their runs, the chains of those who are told, and the business calendar.
import type { BusinessCalendar } from '../../core/business-calendar.ts'
import type { JobDeadline } from '../../core/deadline.ts'
import type { EscalationLevel } from '../../core/escalation.ts'
import type { StreetId } from '../../core/ids.ts'
import type { RuleKind } from '../../core/observation.ts'
import type { Json } from '../tables.ts'

export interface DeadlineTables {
  /** `outboxId`: the row that wakes it. */
  readonly jobDeadlines: JobDeadline & { readonly outboxId: string }
  /** Empty: of all kinds, of all streets. */
  readonly escalations: {
    readonly kind: RuleKind | ''
    readonly streetId: StreetId | ''
    readonly levels: Json<readonly EscalationLevel[]>
  }
  /** One row at most: what the district says. */
  readonly businessCalendar: { readonly id: 1; readonly calendar: Json<BusinessCalendar> }
}
