// Verification by camera 核查: once the work is reported done, the cameras of its incidents look again, and what they see decides.
import { isWatched } from '../core/camera.ts'
import type { Look, LookAnswer } from '../core/fresh-look.ts'
import { verdictOf } from '../core/fresh-look.ts'
import type { JobId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Transact, Work } from './commit.ts'
import { createOrJoin } from './job-creation.ts'
import type { Doer } from './job-machine.ts'
import { BY_POLICY, takeStep } from './job-steps.ts'
import { verifyOverdueRow } from './work-rows.ts'

/** A camera says in its time that it cannot tell; a shard that is gone says nothing, and is given a little more. */
const GRACE_MS = 30_000

/**
 * The work of an outbox row "verify": the cameras are asked, and the job waits for them.
 * @param round length of the job's log when it was reported done
 * @param handledAt when that was: a job that was given back and reported done again has a row of its own
 */
export async function verify(work: Work, jobId: JobId, round: number, handledAt: EpochMs, at: EpochMs): Promise<void> {
  const job = await work.tx.job(jobId)
  if (job?.state !== 'handled' || job.handledAt !== handledAt) return
  const verifying = await takeStep(work, job, { event: 'verifying', by: BY_POLICY, at, key: `verifying.${round}` })
  await ask(work, verifying, round, at)
}

async function ask(work: Work, job: Job, round: number, at: EpochMs): Promise<void> {
  const looks: Look[] = []
  for (const incident of await seenIncidents(work, job.id)) {
    const { id: incidentId, kind, cameraId, zoneId } = incident
    const { verifyClear, verifyWithin } = await work.tx.policyFor(kind, cameraId, zoneId)
    looks.push({
      ...{ id: `look.${job.id}.${round}.${incidentId}`, jobId: job.id, round, incidentId, cameraId, zoneId },
      clear: typeof verifyClear === 'number' ? { forMs: verifyClear } : verifyClear,
      ...{ withinMs: verifyWithin, askedAt: at, verdict: null, samples: null, at: null, pictured: false },
    })
  }
  if (looks.length === 0) return leaveToPeople(work, job, round, at)
  await work.tx.looks.add(looks)
  const longestMs = Math.max(0, ...looks.map(({ withinMs }) => withinMs))
  work.enqueue(verifyOverdueRow(job.id, round, at + longestMs + GRACE_MS, at))
}

/**
 * What a camera has seen. Safe to repeat; it changes nothing where the job has moved on meanwhile.
 * @returns whether it was awaited
 */
export function takeLook(transact: Transact, answer: LookAnswer, at: EpochMs): Promise<boolean> {
  return transact('command', async work => {
    const known = await work.tx.looks.get(answer.lookId)
    const job = known && (await work.tx.job(known.jobId))
    if (!job) return false
    const looks = await work.tx.looks.of(job.id)
    const look = looks.find(({ id }) => id === answer.lookId)
    if (job.state !== 'verifying' || !look || look.verdict !== null) return false
    const { verdict, samples, pictured } = answer
    const answered: Look = { ...look, verdict, samples, pictured, at: answer.at }
    await work.tx.looks.update(answered)
    await settle(
      work,
      job,
      looks.map(each => (each === look ? answered : each)),
      at,
    )
    return true
  })
}

/**
 * The work of an outbox row "verify-overdue": whoever has not answered by now cannot tell. And a look that closed the job
 * may have been mistaken: what its rule has seen since, and not seen to be over by now, is work again.
 */
export async function verifyOverdue(work: Work, jobId: JobId, round: number, at: EpochMs): Promise<void> {
  const job = await work.tx.job(jobId)
  if (!job) return
  const looks = await work.tx.looks.of(job.id)
  if (looks.some(look => look.round !== round)) return
  if (job.state === 'closed') await recheck(work, looks, at)
  if (job.state !== 'verifying' || looks.every(({ verdict }) => verdict !== null)) return
  const given: Look[] = []
  for (const look of looks) {
    const blind: Look = look.verdict === null ? { ...look, verdict: 'blind', at } : look
    if (blind !== look) await work.tx.looks.update(blind)
    given.push(blind)
  }
  await settle(work, job, given, at)
}

/**
 * After something became of the incidents of a job that waits for its cameras: one that was rejected is not waited for any
 * more, and where the cameras could not tell and the rule now says that the breach is over, they look again.
 */
export async function reconsider(work: Work, job: Job, at: EpochMs): Promise<void> {
  const looks = await work.tx.looks.of(job.id)
  const seen = new Set((await seenIncidents(work, job.id)).map(({ id }) => id))
  const wanted = looks.filter(({ incidentId }) => seen.has(incidentId))
  if (wanted.length === 0) return leaveToPeople(work, job, looks[0]?.round ?? job.logLength, at)
  if (verdictOf(wanted) === 'blind' && wanted.length === looks.length) await ask(work, job, job.logLength, at)
  else await settle(work, job, wanted, at)
}

async function recheck(work: Work, looks: readonly Look[], at: EpochMs): Promise<void> {
  for (const look of looks) {
    const incident = await work.tx.incident(look.incidentId)
    if (look.verdict !== 'clear' || incident?.physical !== 'active' || incident.lastSeenAt <= (look.at ?? at)) continue
    const policy = await work.tx.policyFor(incident.kind, incident.cameraId, incident.zoneId)
    await createOrJoin(work, incident, policy, BY_POLICY, at, { anew: true })
  }
}

async function settle(work: Work, job: Job, looks: readonly Look[], at: EpochMs): Promise<void> {
  work.changed({ type: 'job', id: job.id })
  const verdict = verdictOf(looks)
  const [round = 0] = looks.map(look => look.round)
  const decided = looks.filter(look => look.verdict === verdict).at(-1)
  if (!verdict || !decided) return
  const by = { party: 'camera', name: `camera:${decided.cameraId}` } as const
  if (verdict === 'clear') {
    await takeStep(work, job, { event: 'closed', by, at, key: `closed.${round}`, change: { closedAt: at } })
  } else if (verdict === 'there') {
    const change = { returns: job.returns + 1, handledAt: null }
    await takeStep(work, job, { event: 'returned', by, at, key: `returned.${round}`, reason: 'still-there', change })
  } else {
    await leaveToPeople(work, job, round, at, by)
  }
}

/** No camera can tell: a supervisor is told. */
async function leaveToPeople(work: Work, job: Job, round: number, at: EpochMs, by: Doer = BY_POLICY): Promise<void> {
  await takeStep(work, job, { event: 'unseen', by, at, key: `unseen.${round}` })
}

/** What only people have seen no camera can see to be done: the others of the job speak for it, or a person. */
async function seenIncidents({ tx }: Work, jobId: JobId) {
  return (await tx.incidentsOf(jobId)).filter(incident => incident.review !== 'rejected' && isWatched(incident))
}
