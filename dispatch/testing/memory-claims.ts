// The claims of the memory store.
import type { Incident, IncidentClaim } from '../../core/incident.ts'
import type { DispatchTransaction } from '../store-port.ts'

export function memoryClaims({
  incidents,
  claims,
}: {
  readonly incidents: ReadonlyMap<string, Incident>
  readonly claims: Map<string, IncidentClaim>
}): Pick<DispatchTransaction, 'claim' | 'endClaim'> {
  return {
    async claim(wanted, takeOver) {
      const { review } = incidents.get(wanted.incidentId) ?? {}
      if (review !== 'pending' && review !== 'expired') return undefined
      const held = claims.get(wanted.incidentId)
      const live = held && held.until > wanted.since ? held : undefined
      if (live && live.holder !== wanted.holder && !takeOver) return live
      const claim = { ...wanted, since: live?.holder === wanted.holder ? live.since : wanted.since }
      claims.set(wanted.incidentId, claim)
      return claim
    },
    async endClaim(id, holder) {
      const held = claims.get(id)
      if (held && holder !== undefined && held.holder !== holder) return undefined
      claims.delete(id)
      return held
    },
  }
}
