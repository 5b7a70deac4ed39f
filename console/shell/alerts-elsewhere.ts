// Calls whoever has asked for it to an alert that opens while they are at another page; the queue calls by itself.
import { useEffect, useRef } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { segment } from '../client/http.ts'
import { DOMAIN } from '../words/domain.ts'
import { useWords } from '../words/words.ts'
import { callAttention } from './attention.ts'
import { useSession } from './session.tsx'
import { SHELL } from './words.ts'

/** Older ones are told of again, since something of them has changed: they are no news. */
const NEWS_FOR_MS = 60_000

export function useAlertsElsewhere(): void {
  const { may, live } = useSession()
  const { newAlert } = useWords(SHELL)
  const { kinds } = useWords(DOMAIN)
  const navigate = useNavigate()
  const atQueue = useLocation().pathname.startsWith('/alerts')
  const told = useRef(new Set<string>()).current
  const wanted = may('incident:decide') && !atQueue
  useEffect(() => {
    if (!wanted) return
    return live.on('incident', ({ id, kind, review, openedAt, streetId, gridId }) => {
      if (review !== 'pending' || Date.now() - openedAt > NEWS_FOR_MS || told.has(id)) return
      told.add(id)
      callAttention(newAlert(kinds[kind]), `${streetId} / ${gridId}`, () => void navigate(`/alerts/${segment(id)}`))
    })
  }, [wanted, live, told, newAlert, kinds, navigate])
}
