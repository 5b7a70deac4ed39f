// What somebody may do with a job on these pages, and what dropping its card on a column comes to. The server decides again.
import type { Action } from '../../../api/authorize.ts'
import type { JobState } from '../../../core/job.ts'

export const COLUMNS = [
  { name: 'queued', states: ['queued'] },
  { name: 'assigned', states: ['assigned'] },
  { name: 'working', states: ['accepted', 'on-site'] },
  { name: 'returned', states: ['returned'] },
  { name: 'checking', states: ['handled', 'verifying'] },
  { name: 'deferred', states: ['deferred'] },
  { name: 'closed', states: ['closed'] },
] as const satisfies readonly { readonly name: string; readonly states: readonly JobState[] }[]
export type ColumnName = (typeof COLUMNS)[number]['name']

export const STEPS = [
  'reassign',
  'urge',
  'supervise',
  'unsupervise',
  'acknowledge',
  'close',
  'return',
  'defer',
  'resume',
  'merge',
  'cancel',
] as const
export type StepName = (typeof STEPS)[number]

const HELD: readonly JobState[] = ['assigned', 'accepted', 'on-site', 'returned']
const DONE: readonly JobState[] = ['handled', 'verifying']
const UNFINISHED: readonly JobState[] = ['queued', ...HELD, 'deferred']
const OPEN: readonly JobState[] = [...UNFINISHED, ...DONE]

const RULES: Readonly<Record<StepName, { readonly needs: Action; readonly from: readonly JobState[] }>> = {
  reassign: { needs: 'job:dispatch', from: ['queued', ...HELD] },
  urge: { needs: 'job:urge', from: OPEN },
  supervise: { needs: 'job:supervise', from: OPEN },
  unsupervise: { needs: 'job:supervise', from: OPEN },
  acknowledge: { needs: 'job:dispatch', from: OPEN },
  close: { needs: 'job:verify', from: DONE },
  return: { needs: 'job:verify', from: DONE },
  defer: { needs: 'job:defer', from: ['queued', ...HELD] },
  resume: { needs: 'job:defer', from: ['deferred'] },
  merge: { needs: 'job:dispatch', from: UNFINISHED },
  cancel: { needs: 'job:cancel', from: OPEN },
}

export interface Stepped {
  readonly state: JobState
  readonly handledBy: string | null
  readonly supervision: object | null
  readonly escalation: number
  readonly acknowledged: number
}

export interface Doer {
  readonly name: string
  may(action: Action): boolean
}

/** Why somebody cannot take a step; undefined where they can. */
export function against(step: StepName, job: Stepped, doer: Doer): 'state' | 'right' | 'own' | undefined {
  const { needs, from } = RULES[step]
  if (!from.includes(job.state)) return 'state'
  if (!doer.may(needs)) return 'right'
  if ((step === 'close' || step === 'return') && job.handledBy === doer.name) return 'own'
  return undefined
}

/** What is offered: what would mean nothing now is left out. */
export function stepsOf(job: Stepped, doer: Doer): readonly StepName[] {
  return STEPS.filter(step => {
    if (step === 'unsupervise' && !job.supervision) return false
    if (step === 'acknowledge' && job.escalation <= job.acknowledged) return false
    return against(step, job, doer) === undefined
  })
}

/** Whether a job keeps its progress when it goes to a colleague of the same team. */
export const canHandOver = (
  job: { readonly state: JobState; readonly teamId: string | null },
  teamId: string,
): boolean => job.teamId === teamId && HELD.includes(job.state)

export type Drop = { readonly step: StepName } | { readonly why: 'state' | 'right' | 'own' | 'column' } | undefined

/** What a card that is dropped on a column asks for; undefined where it was there before. */
export function dropOn(column: ColumnName, job: Stepped, doer: Doer): Drop {
  if (COLUMNS.some(({ name, states }) => name === column && (states as readonly JobState[]).includes(job.state))) {
    return undefined
  }
  const step = stepTo(column, job.state)
  if (!step) return { why: 'column' }
  const why = against(step, job, doer)
  return why ? { why } : { step }
}

function stepTo(column: ColumnName, state: JobState): StepName | undefined {
  switch (column) {
    case 'queued':
      return state === 'deferred' ? 'resume' : 'reassign'
    case 'assigned':
      return 'reassign'
    case 'returned':
      return 'return'
    case 'deferred':
      return 'defer'
    case 'closed':
      return 'close'
    default:
      return undefined
  }
}

/** How a time stands: late, soon (less than a quarter of an hour, or of the whole span), or far. */
export function pressOf(dueAt: number, now: number, startedAt?: number): 'late' | 'soon' | 'far' {
  const left = dueAt - now
  if (left < 0) return 'late'
  const span = startedAt === undefined ? Number.POSITIVE_INFINITY : dueAt - startedAt
  return left < Math.min(900_000, span / 4) ? 'soon' : 'far'
}
