// The page's work: the sheet by events and by asking, kept for when there is no network, and the queue that sends.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { read } from '../client/http.ts'
import { useSession } from '../shell/session.tsx'
import type { Action, Outbox } from './outbox.ts'
import { saySeen, sound } from './outreach.ts'
import { keepSheet, lastSheet, openOutbox } from './pocket.ts'
import type { WorkSheet } from './sheet.ts'

const KEY = ['me', 'work'] as const
/** Asked anyway: a job that leaves one's team is told to nobody of it. */
const POLL_MS = 20_000
const FLUSH_MS = 1_000

const NONE: readonly Action[] = []
const nothing = () => () => undefined

export interface Work {
  /** Undefined while nothing is known at all. */
  readonly sheet: WorkSheet | undefined
  readonly online: boolean
  /** What the server does not have. */
  readonly actions: readonly Action[]
  /** What the sheet does not show: these, and what was just taken. */
  readonly unseen: readonly Action[]
  /** Whether anything of that would be gone with the page. */
  readonly unkept: boolean
  readonly outbox: Outbox | undefined
}

export function useWork(): Work {
  const { me, live } = useSession()
  const client = useQueryClient()
  const [kept, setKept] = useState<WorkSheet>()
  const [outbox, setOutbox] = useState<Outbox>()
  const { data, isError, failureCount } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => read<WorkSheet>('/api/me/work', signal),
    refetchInterval: POLL_MS,
    staleTime: 0,
    retry: false,
    // A browser's own word on the network is often wrong.
    networkMode: 'always',
  })
  useEffect(() => {
    const look = () =>
      client.refetchQueries({ queryKey: KEY }, { throwOnError: true }).then(
        () => true,
        () => false,
      )
    void lastSheet(me.name).then(setKept, () => undefined)
    // What is not sent yet is not to go when the phone clears up.
    void navigator.storage?.persist?.()
    void openOutbox(me.name, look).then(setOutbox)
  }, [me.name, client])
  useEffect(() => {
    if (data) keepSheet(me.name, data).catch(() => undefined)
  }, [data, me.name])

  useEffect(() => {
    if (!outbox) return
    const ask = (): Promise<void> => client.invalidateQueries({ queryKey: KEY })
    const flush = (): Promise<boolean> => outbox.flush()
    const back = (): void => {
      outbox.hurry()
      void flush()
      void ask()
    }
    const timer = setInterval(() => void flush(), FLUSH_MS)
    const stopAdded = outbox.subscribe(() => void flush())
    addEventListener('online', back)
    return () => {
      clearInterval(timer)
      stopAdded()
      removeEventListener('online', back)
    }
  }, [outbox, client])

  useAnnouncements(data)
  const subscribe = outbox?.subscribe ?? nothing
  const actions = useSyncExternalStore(subscribe, () => outbox?.actions ?? NONE)
  const unseen = useSyncExternalStore(subscribe, () => outbox?.unseen ?? NONE)
  const unkept = useSyncExternalStore(subscribe, () => outbox?.unkept ?? false)
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const soon = (): void => {
      clearTimeout(waiting)
      waiting = setTimeout(() => void client.invalidateQueries({ queryKey: KEY }), 150)
    }
    const stops = [live.on('job', soon), live.on('reset', soon)]
    return () => {
      clearTimeout(waiting)
      for (const stop of stops) stop()
    }
  }, [live, client])
  return { sheet: data ?? kept, online: !isError && failureCount === 0, actions, unseen, unkept, outbox }
}

/** Says of each job by which way it was seen, once the page is looked at, and sounds for those that come meanwhile. */
function useAnnouncements(sheet: WorkSheet | undefined): void {
  const { live } = useSession()
  const [heard] = useState(new Set<string>())
  const [first] = useState({ pending: true, unseen: true })
  useEffect(() => {
    if (!sheet) return
    const fresh = sheet.jobs.filter(({ job }) => !heard.has(`${job.id}:${job.assignments}`))
    for (const { job } of fresh) heard.add(`${job.id}:${job.assignments}`)
    if (!first.pending && fresh.some(({ job }) => job.state === 'assigned')) sound()
    first.pending = false
    const say = (): void => {
      if (document.visibilityState !== 'visible') return
      const way = first.unseen ? 'list' : live.state === 'live' ? 'live' : 'poll'
      for (const { job } of sheet.jobs) saySeen(job.id, job.assignments, way)
      first.unseen = false
    }
    say()
    document.addEventListener('visibilitychange', say)
    return () => document.removeEventListener('visibilitychange', say)
  }, [sheet, live, heard, first])
}
