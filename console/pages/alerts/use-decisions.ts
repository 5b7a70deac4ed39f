// Decisions: shown at once, sent behind, and taken back within ten seconds.
import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { RejectReason } from '../../../core/incident.ts'
import { codeOf, command, segment } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { IncidentDetail } from '../../client/records.ts'
import { useTell } from '../../shell/notices.ts'
import { useWords } from '../../words/words.ts'
import { ALERTS } from './words.ts'

/** By this page's own clock, since the server's answer came: what it allows counts from a moment before. */
const UNDO_MS = 10_000

export interface Recipient {
  readonly workerId?: string
  readonly teamId?: string
}

export interface Decision {
  readonly ids: readonly string[]
  readonly what: 'confirmed' | 'rejected'
  /** What the person reads beside "undo". */
  readonly label: string
  /** Undefined while the server has not answered. */
  readonly undoUntil: number | undefined
}

interface BatchResult {
  readonly items: readonly {
    readonly id: string
    readonly done: boolean
    readonly problem: { readonly code: string; readonly detail: string; readonly hint: string } | null
  }[]
}

export interface Decisions {
  /** Decided here and not yet seen as such in what the server sends. */
  readonly decided: ReadonlySet<string>
  /** The last that can still be taken back. */
  readonly last: Decision | undefined
  confirm(id: string, label: string, to?: Recipient): void
  reject(ids: readonly string[], label: string, reason: RejectReason, note: string): void
  /** @param reason once somebody has accepted the job */
  undo(reason?: string): Promise<'done' | 'reason-missing' | 'failed'>
}

/** @param onBack called with the ids that wait again, since deciding failed or was taken back */
export function useDecisions(onBack: (ids: readonly string[]) => void): Decisions {
  const client = useQueryClient()
  const tell = useTell()
  const { notification } = App.useApp()
  const words = useWords(ALERTS)
  const [made, setMade] = useState<readonly Decision[]>([])
  const back = useRef(onBack)
  back.current = onBack

  const forget = useCallback((decision: Pick<Decision, 'ids'>) => {
    setMade(before => before.filter(({ ids }) => ids !== decision.ids))
  }, [])

  const send = useCallback(
    async (decision: Decision, request: () => Promise<readonly string[]>) => {
      setMade(before => [...before, decision])
      try {
        const done = await request()
        const failed = decision.ids.filter(id => !done.includes(id))
        const undoUntil = Date.now() + UNDO_MS
        setMade(before =>
          before.flatMap(each => {
            if (each.ids !== decision.ids) return [each]
            return done.length > 0 ? [{ ...each, ids: done, undoUntil }] : []
          }),
        )
        if (failed.length > 0) back.current(failed)
      } catch (error) {
        forget(decision)
        tell(error)
        for (const id of decision.ids) void client.invalidateQueries(queries.incident(id))
        back.current(decision.ids)
      }
    },
    [client, tell, forget],
  )

  const confirm: Decisions['confirm'] = (id, label, to) => {
    const decision = { ids: [id], what: 'confirmed', label, undoUntil: undefined } as const
    void send(decision, async () => {
      const detail = await command<IncidentDetail>(`/api/incidents/${segment(id)}/confirm`, to ? { to } : {})
      client.setQueryData(queries.incident(id).queryKey, detail)
      return [id]
    })
  }

  const reject: Decisions['reject'] = (ids, label, reason, note) => {
    const body = { reason, ...(note.trim() && { note: note.trim() }) }
    const decision = { ids: [...ids], what: 'rejected', label, undoUntil: undefined } as const
    const [only, ...more] = ids
    void send(decision, async () => {
      if (only && more.length === 0) {
        const detail = await command<IncidentDetail>(`/api/incidents/${segment(only)}/reject`, body)
        client.setQueryData(queries.incident(only).queryKey, detail)
        return [only]
      }
      const { items } = await command<BatchResult>('/api/incidents/reject-batch', { ids, ...body })
      return told(items)
    })
  }

  const told = (items: BatchResult['items']): readonly string[] => {
    const done = items.filter(item => item.done).map(({ id }) => id)
    const problem = items.find(item => item.problem)?.problem
    if (problem) {
      const title = words.partly(done.length, items.length - done.length)
      notification.warning({ key: 'batch', title, description: `${problem.detail} ${problem.hint}` })
    }
    return done
  }

  const undoable = made.filter(({ undoUntil }) => undoUntil !== undefined)
  const last = undoable.at(-1)

  const undo: Decisions['undo'] = async reason => {
    if (!last) return 'failed'
    const [only, ...more] = last.ids
    try {
      let done: readonly string[] = last.ids
      if (only && more.length === 0) {
        const detail = await command<IncidentDetail>(`/api/incidents/${segment(only)}/undo`, reason ? { reason } : {})
        client.setQueryData(queries.incident(only).queryKey, detail)
      } else {
        done = told((await command<BatchResult>('/api/incidents/undo-batch', { ids: last.ids })).items)
      }
      forget(last)
      await client.invalidateQueries({ queryKey: ['incidents'] })
      back.current(done)
      return 'done'
    } catch (error) {
      if (codeOf(error) === 'reason-missing') return 'reason-missing'
      forget(last)
      tell(error)
      return 'failed'
    }
  }

  // Ten seconds later there is nothing to take back; by then the list says itself what was decided.
  const nextEnd = Math.min(...undoable.map(({ undoUntil = 0 }) => undoUntil))
  useEffect(() => {
    if (!Number.isFinite(nextEnd)) return
    const timer = setTimeout(
      () => setMade(before => before.filter(({ undoUntil }) => undoUntil === undefined || undoUntil > Date.now())),
      Math.max(0, nextEnd - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [nextEnd])

  const decided = useMemo(() => new Set(made.flatMap(({ ids }) => ids)), [made])
  return { decided, last, confirm, reject, undo }
}
