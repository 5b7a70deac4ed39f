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
  /** Its place among those made here. */
  readonly number: number
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
  /** The last, while it can still be taken back. */
  readonly last: Decision | undefined
  confirm(id: string, label: string, to?: Recipient): void
  reject(ids: readonly string[], label: string, reason: RejectReason, note: string): void
  /**
   * Takes the last back, as soon as the server has answered it.
   * @param reason once somebody has accepted the job: of the decision for which it was missing
   */
  undo(reason?: string): Promise<'done' | 'reason-missing' | 'failed'>
}

/** @param onBack called with the ids that wait again, since deciding failed or was taken back */
export function useDecisions(onBack: (ids: readonly string[], why: 'failed' | 'undone') => void): Decisions {
  const client = useQueryClient()
  const tell = useTell()
  const { notification } = App.useApp()
  const words = useWords(ALERTS)
  const [made, setMade] = useState<readonly Decision[]>([])
  const back = useRef(onBack)
  back.current = onBack
  // Whoever has left the page is not called back to it.
  useEffect(() => {
    const here = back
    return () => {
      here.current = () => undefined
    }
  }, [])
  const count = useRef(0)
  /** Of each decision that is under way, by its number: the ids that the server takes. */
  const answers = useRef(new Map<number, Promise<readonly string[]>>())
  /** Whose undoing waits for its reason. */
  const unexplained = useRef<Decision>(undefined)

  const forget = useCallback(({ number }: Pick<Decision, 'number'>) => {
    setMade(before => before.filter(each => each.number !== number))
  }, [])

  const send = useCallback(
    async (made: Omit<Decision, 'number' | 'undoUntil'>, request: () => Promise<readonly string[]>) => {
      const decision: Decision = { ...made, number: count.current++, undoUntil: undefined }
      setMade(before => [...before, decision])
      const answer = request()
      answers.current.set(
        decision.number,
        answer.catch(() => []),
      )
      try {
        const done = await answer
        const failed = decision.ids.filter(id => !done.includes(id))
        const undoUntil = Date.now() + UNDO_MS
        setMade(before =>
          before.flatMap(each => {
            if (each.number !== decision.number) return [each]
            return done.length > 0 ? [{ ...each, ids: done, undoUntil }] : []
          }),
        )
        if (failed.length > 0) back.current(failed, 'failed')
      } catch (error) {
        forget(decision)
        tell(error)
        for (const id of decision.ids) void client.invalidateQueries(queries.incident(id))
        back.current(decision.ids, 'failed')
      } finally {
        answers.current.delete(decision.number)
      }
    },
    [client, tell, forget],
  )

  const confirm: Decisions['confirm'] = (id, label, to) => {
    const decision = { ids: [id], what: 'confirmed', label } as const
    void send(decision, async () => {
      const detail = await command<IncidentDetail>(`/api/incidents/${segment(id)}/confirm`, to ? { to } : {})
      client.setQueryData(queries.incident(id).queryKey, detail)
      return [id]
    })
  }

  const reject: Decisions['reject'] = (ids, label, reason, note) => {
    const body = { reason, ...(note.trim() && { note: note.trim() }) }
    const decision = { ids: [...ids], what: 'rejected', label } as const
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

  const last = made.at(-1)

  const undo: Decisions['undo'] = async reason => {
    const decision = reason ? unexplained.current : last
    unexplained.current = undefined
    if (!decision) return 'failed'
    const ids = (await answers.current.get(decision.number)) ?? decision.ids
    const [only, ...more] = ids
    // It came to nothing, which was said.
    if (!only) return 'failed'
    try {
      let done = ids
      if (more.length === 0) {
        const detail = await command<IncidentDetail>(`/api/incidents/${segment(only)}/undo`, reason ? { reason } : {})
        client.setQueryData(queries.incident(only).queryKey, detail)
      } else {
        done = told((await command<BatchResult>('/api/incidents/undo-batch', { ids })).items)
      }
      forget(decision)
      await client.invalidateQueries({ queryKey: ['incidents'] })
      back.current(done, 'undone')
      return 'done'
    } catch (error) {
      if (codeOf(error) === 'reason-missing') {
        unexplained.current = { ...decision, ids }
        return 'reason-missing'
      }
      forget(decision)
      tell(error)
      return 'failed'
    }
  }

  // Ten seconds later there is nothing to take back; by then the list says itself what was decided.
  const nextEnd = Math.min(...made.map(({ undoUntil = Number.POSITIVE_INFINITY }) => undoUntil))
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
