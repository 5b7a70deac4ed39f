// Several cameras' reports in the order of their times, as one street's clock would bring them: a merge of streams that wait.
import type { EpochMs } from '../core/time.ts'

/** One camera's place in the merge. */
export interface Lane<M> {
  /**
   * Resolves once this report has been taken in, which is when no other lane can bring an earlier one.
   * At most one at a time: a lane's times never fall. @throws whatever taking it in threw
   */
  bring(report: M, at: EpochMs): Promise<void>
  /** Nothing more will come: the others need not wait. */
  end(): void
}

interface Waiting<M> {
  readonly report: M
  readonly at: EpochMs
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/**
 * Conservative merging, as in discrete event simulation: a report is taken when every lane that has not ended has one
 * waiting and this is the earliest; of equal times, the lower lane's. So the order depends on the times alone.
 */
export function inStep<M>(lanes: number, take: (report: M) => Promise<void>): readonly Lane<M>[] {
  const waiting = new Map<number, Waiting<M>>()
  const open = new Set(Array(lanes).keys())
  let busy = false

  /** The lane whose report is next; undefined while any lane may still bring an earlier one. */
  function earliest(): number | undefined {
    let first: number | undefined
    for (const lane of open) {
      const at = waiting.get(lane)?.at
      if (at === undefined) return undefined
      if (first === undefined || at < (waiting.get(first)?.at ?? at)) first = lane
    }
    return first
  }

  async function advance(): Promise<void> {
    if (busy) return
    busy = true
    for (let lane = earliest(); lane !== undefined; lane = earliest()) {
      const next = waiting.get(lane)
      waiting.delete(lane)
      if (next) await take(next.report).then(next.resolve, next.reject)
    }
    busy = false
  }

  return Array.from({ length: lanes }, (_, lane) => ({
    bring: (report, at) =>
      new Promise((resolve, reject) => {
        waiting.set(lane, { report, at, resolve, reject })
        void advance()
      }),
    end() {
      open.delete(lane)
      void advance()
    },
  }))
}
