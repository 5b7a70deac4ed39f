// The table of claims on alerts.
import type { IncidentClaim } from '../../core/incident.ts'

export interface ClaimTables {
  readonly incidentClaims: IncidentClaim
}
