// Claims: who looks at an alert is known to all, so that two operators never decide it at the same time.
import { JiemuError } from '../core/errors.ts'
import type { IncidentId } from '../core/ids.ts'
import { CLAIM_MS, type IncidentClaim } from '../core/incident.ts'
import type { Actor } from '../core/permission.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'

/**
 * Says who looks at an alert, for half a minute; said again in time, it goes on. Not in any log: decisions are.
 * @param takeOver although somebody else looks at it
 * @throws JiemuError not-found, incident-claimed, or transition-illegal where it is decided already
 */
export function claim(
  transact: Transact,
  id: IncidentId,
  takeOver: boolean,
  actor: Actor,
  at: EpochMs,
): Promise<IncidentClaim> {
  return transact('command', async work => {
    const wanted = { incidentId: id, holder: actor.name, since: at, until: at + CLAIM_MS }
    const held = await work.tx.claim(wanted, takeOver)
    if (!held) {
      const [incident] = await work.tx.incidents([id])
      if (!incident) throw new JiemuError('not-found', { what: 'incident', id })
      throw new JiemuError('transition-illegal', { what: 'incident', id, state: incident.review, event: 'claimed' })
    }
    if (held.holder !== actor.name) throw claimedBy(held)
    work.changed({ type: 'incident', id })
    return held
  })
}

/** Ends one's own claim; where there is none, or it is somebody else's, nothing happens. */
export function release(transact: Transact, id: IncidentId, actor: Actor): Promise<void> {
  return transact('command', async work => {
    if (await work.tx.endClaim(id, actor.name)) work.changed({ type: 'incident', id })
  })
}

/**
 * Whoever decides ends every claim with it. Call it with the incident's row locked.
 * @throws JiemuError incident-claimed: nothing is changed then
 */
export async function endForDecision(
  { tx }: Work,
  id: IncidentId,
  takeOver: boolean,
  actor: Actor,
  at: EpochMs,
): Promise<void> {
  const held = await tx.endClaim(id)
  if (held && held.holder !== actor.name && held.until > at && !takeOver) throw claimedBy(held)
}

function claimedBy({ incidentId, holder }: IncidentClaim): JiemuError {
  return new JiemuError('incident-claimed', { id: incidentId, holder })
}
