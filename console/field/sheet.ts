// One's work as the page shows it: the server's last word, and over it what one has done since.
import type { z } from 'zod'
import type { workSheetSchema } from '../../api/field-views.ts'
import { distanceM, type Position } from '../../core/geo.ts'
import type { Action } from './outbox.ts'

export type WorkSheet = z.output<typeof workSheetSchema>
export type FieldJob = WorkSheet['jobs'][number]
export type JobState = FieldJob['job']['state']

/** What a step leads to; the server decides when it has it. */
const LEADS_TO = { accept: 'accepted', arrive: 'on-site', handled: 'handled', decline: 'queued' } as const

/** The jobs as they are once everything that waits is sent; what one gave back is gone. */
export function withActions(jobs: readonly FieldJob[], actions: readonly Action[]): readonly FieldJob[] {
  return jobs.flatMap(one => {
    const own = actions.filter(({ jobId, refused }) => jobId === one.job.id && !refused)
    const state = own.reduce<JobState>(
      (current, { step }) => (step === 'note' || step === 'photo' || step === 'report' ? current : LEADS_TO[step]),
      one.job.state,
    )
    if (state === 'queued') return []
    return [state === one.job.state ? one : { ...one, job: { ...one.job, state } }]
  })
}

/** What has to be done by when: the first of the deadlines that run; null where none does. */
export function dueOf({ deadlines, job }: FieldJob): { readonly deadline: string; readonly dueAt: number } | null {
  if (['handled', 'verifying', 'closed'].includes(job.state)) return null
  const needed = { assigned: ['acknowledge', 'arrive', 'handle'], accepted: ['arrive', 'handle'] }
  const counts: readonly string[] = needed[job.state as keyof typeof needed] ?? ['handle']
  const running = deadlines.filter(({ deadline, endedAt }) => endedAt === null && counts.includes(deadline))
  return running.toSorted((one, other) => one.dueAt - other.dueAt)[0] ?? null
}

export const placeOf = ({ job: { lat, lon } }: FieldJob): Position | null =>
  lat === null || lon === null ? null : { lat, lon }

export function distanceOfJob(job: FieldJob, here: Position | null): number | null {
  const place = placeOf(job)
  return place && here ? distanceM(place, here) : null
}

export const DONE: readonly JobState[] = ['handled', 'verifying', 'closed']

/** What is due first comes first; what has no deadline, and what is done, last. */
export function inOrder(jobs: readonly FieldJob[]): readonly FieldJob[] {
  const rank = (one: FieldJob): number =>
    DONE.includes(one.job.state) ? Number.MAX_SAFE_INTEGER : (dueOf(one)?.dueAt ?? Number.MAX_SAFE_INTEGER - 1)
  return jobs.toSorted((one, other) => rank(one) - rank(other) || (one.job.id < other.job.id ? -1 : 1))
}

export const hasPhoto = ({ photos, job }: FieldJob, actions: readonly Action[]): boolean =>
  photos.some(({ moment, takenAt }) => moment === 'after' && takenAt >= (job.arrivedAt ?? 0)) ||
  actions.some(({ jobId, photo }) => jobId === job.id && photo?.moment === 'after')

/** The one next step of a job; null where there is none for a worker. */
export function nextStep(one: FieldJob, actions: readonly Action[]): 'accept' | 'arrive' | 'photo' | 'handled' | null {
  switch (one.job.state) {
    case 'assigned':
      return 'accept'
    case 'accepted':
    case 'returned':
      return 'arrive'
    case 'on-site':
      return hasPhoto(one, actions) ? 'handled' : 'photo'
    default:
      return null
  }
}
