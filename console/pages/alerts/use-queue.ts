// What waits, as the server has it and as it comes in live; what is new waits apart while somebody is reading.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { queries } from '../../client/queries.ts'
import type { Incident, Page } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'
import { type QueueRow, rowsOf } from './queue-order.ts'

export type QueueOf = 'pending' | 'all'

const FILTERS: Readonly<Record<QueueOf, string>> = { pending: 'review=pending&limit=500', all: 'limit=200' }

export interface Queue {
  readonly rows: readonly QueueRow[]
  readonly incidents: readonly Incident[]
  /** How many new ones wait to be shown. */
  readonly held: number
  /** Whether there are older ones that were not asked for yet. */
  readonly older: boolean
  readonly readingOlder: boolean
  readonly loading: boolean
  readonly error: unknown
  showHeld(): void
  showOlder(): void
  reload(): void
  toggle(group: string): void
}

/**
 * @param reading whether somebody reads the list just now, so that nothing may move in it
 * @param decided ids that were decided on this page and are on their way to the server
 * @param onNew called for each alert that is new
 */
export function useQueue(
  of: QueueOf,
  reading: () => boolean,
  decided: ReadonlySet<string>,
  onNew: (incident: Incident) => void,
): Queue {
  const { live } = useSession()
  const client = useQueryClient()
  const [pages, setPages] = useState({ of, count: 1 })
  const wanted = queries.incidentPages(FILTERS[of], pages.of === of ? pages.count : 1)
  const { data, isPending, isPlaceholderData, error, refetch } = useQuery(wanted)
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set())
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const { queryKey } = wanted
  const latest = useRef({ of, queryKey, reading, onNew })
  latest.current = { of, queryKey, reading, onNew }

  useEffect(
    () =>
      live.on('incident', incident => {
        const { queryKey } = latest.current
        const page = client.getQueryData<Page<Incident>>(queryKey)
        // Not read yet, or just being read: what the server answers may be from before.
        if (!page || client.isFetching({ queryKey }) > 0) void client.invalidateQueries({ queryKey })
        if (!page) return
        if (page.items.some(({ id }) => id === incident.id)) return
        if (latest.current.of === 'pending' && incident.review !== 'pending') return
        client.setQueryData<Page<Incident>>(queryKey, { ...page, items: [incident, ...page.items] })
        if (latest.current.reading()) setHeld(before => new Set([...before, incident.id]))
        if (incident.review === 'pending') latest.current.onNew(incident)
      }),
    [live, client],
  )

  const items = data?.items
  const waiting = useMemo(
    () => (items ?? []).filter(({ id, review }) => of === 'all' || (review === 'pending' && !decided.has(id))),
    [items, of, decided],
  )
  const shown = useMemo(() => waiting.filter(({ id }) => !held.has(id)), [waiting, held])
  const heldNow = waiting.length - shown.length
  const showHeld = useCallback(() => setHeld(new Set()), [])
  // There is nothing to read in an empty list.
  useEffect(() => {
    if (heldNow > 0 && shown.length === 0) showHeld()
  }, [heldNow, shown.length, showHeld])

  const rows = useMemo(
    () =>
      of === 'pending'
        ? rowsOf(shown, open)
        : shown.map(incident => ({ type: 'incident' as const, key: incident.id, incident, inGroup: false })),
    [shown, open, of],
  )
  const toggle = useCallback(
    (group: string) =>
      setOpen(before => {
        const after = new Set(before)
        if (!after.delete(group)) after.add(group)
        return after
      }),
    [],
  )
  const showOlder = useCallback(
    () => setPages(before => ({ of, count: before.of === of ? before.count + 1 : 2 })),
    [of],
  )
  const older = { older: Boolean(data?.next), readingOlder: isPlaceholderData }
  const listed = { rows, incidents: shown, held: heldNow, ...older, loading: isPending, error }
  return { ...listed, showHeld, showOlder, reload: refetch, toggle }
}
