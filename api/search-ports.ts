// What the API needs to look incidents up; app.ts passes the store in by this shape.
import type { FoundIncident, IncidentWish } from '../core/found-incident.ts'
import type { PageRequest, ReadingScope } from './ports.ts'

export interface IncidentSearch {
  /** Newest first. */
  find(wanted: IncidentWish & ReadingScope & PageRequest): Promise<readonly FoundIncident[]>
  count(wanted: IncidentWish & ReadingScope): Promise<number>
}
