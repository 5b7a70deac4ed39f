// Says to the others who looks at the chosen alert: claimed after a moment, renewed while somebody is there, given back.
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { CLAIM_MS } from '../../../core/incident.ts'
import { codeOf, command, segment } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { Incident } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'

/** Whoever only goes by with the arrow keys claims nothing. */
const SETTLE_MS = 500
const RENEW_MS = CLAIM_MS / 2
/** A page that nobody has touched for so long keeps no alert from the others. */
const AWAY_MS = 90_000

let touchedAt = 0
const touched = (): void => {
  touchedAt = Date.now()
}
for (const event of ['pointermove', 'pointerdown', 'keydown']) addEventListener(event, touched, { passive: true })

const isHere = (): boolean => document.visibilityState === 'visible' && Date.now() - touchedAt < AWAY_MS

export interface Claimed {
  /** Who else has it now; undefined where it is free or one's own. */
  readonly by: string | undefined
  takeOver(): Promise<void>
}

export function useClaim(incident: Pick<Incident, 'id' | 'review' | 'claim'> | undefined): Claimed {
  const { me, may } = useSession()
  const client = useQueryClient()
  const claim = incident?.claim
  const [now, setNow] = useState(Date.now)
  const other = claim && claim.holder !== me.name && claim.until > now ? claim.holder : undefined
  const wanted = incident?.review === 'pending' && may('incident:decide') ? incident.id : undefined
  const taken = useRef(other)
  taken.current = other

  // A claim lapses without a word: looked at again when it should have.
  useEffect(() => {
    if (!claim) return
    setNow(Date.now())
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, claim.until - Date.now()) + 100)
    return () => clearTimeout(timer)
  }, [claim])

  useEffect(() => {
    if (!wanted) return
    let mine = false
    let saidAt = 0
    const path = `/api/incidents/${segment(wanted)}/claim`
    const say = (): void => {
      if (!isHere() || (taken.current && !mine) || Date.now() - saidAt < RENEW_MS) return
      saidAt = Date.now()
      command(path).then(
        () => {
          mine = true
        },
        error => {
          mine = false
          // Somebody else was quicker: their claim is shown as soon as the incident is read again.
          if (codeOf(error)) void client.invalidateQueries(queries.incident(wanted))
        },
      )
    }
    // Whoever comes back to the page after a while claims what they find there at once.
    const looking = setInterval(say, SETTLE_MS)
    return () => {
      clearInterval(looking)
      if (mine) command(path, {}, { method: 'DELETE' }).catch(() => undefined)
    }
  }, [wanted, client])

  return {
    by: other,
    async takeOver() {
      if (!wanted) return
      await command(`/api/incidents/${segment(wanted)}/claim`, { takeOver: true })
      await client.invalidateQueries(queries.incident(wanted))
    },
  }
}
