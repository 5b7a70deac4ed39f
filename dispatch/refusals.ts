// Who had this very job and did not do it: whom not to ask again, and who of a team comes last.
import type { Refusal } from '../core/job.ts'

/** By `refusalKey`. */
export type Refused = ReadonlyMap<string, Refusal['why']>
export const NOBODY: Refused = new Map()

interface Refusing {
  readonly refusals: readonly Refusal[]
}

/** Whom not to ask: first everybody who did not do it; where nobody else is left, only those who said no. */
export function refusedOf({ refusals }: Refusing): readonly Refused[] {
  if (refusals.length === 0) return [NOBODY]
  const of = (rows: readonly Refusal[]): Refused =>
    new Map(rows.map(({ teamId, workerId, why }) => [refusalKey(teamId, workerId), why]))
  const saidNo = refusals.filter(({ why }) => why === 'declined')
  return saidNo.length === refusals.length ? [of(refusals)] : [of([...refusals, ...saidNo]), of(saidNo)]
}

/** 1 for one of a team that is wished for, who had this very job and did not do it; 2 where they said no. */
export function hadBefore(
  { refusals, wish }: Refusing & { readonly wish: string | null },
  teamId: string,
  workerId: string | null,
): number {
  if (wish !== null) return 0
  const theirs = refusals.filter(each => each.teamId === teamId && each.workerId === workerId)
  return theirs.some(({ why }) => why === 'declined') ? 2 : Math.min(1, theirs.length)
}

export const refusalKey = (teamId: string, workerId: string | null): string => `${teamId}/${workerId ?? ''}`
