// The desk: dispatch as one object, as app.ts builds it and the API and the shards' contract use it.

import type { Delivery } from '../core/delivery.ts'
import { type ErrorCode, type JiemuError, toJiemuError } from '../core/errors.ts'
import { failpoint } from '../core/failpoint.ts'
import type { LookAnswer } from '../core/fresh-look.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Incident, IncidentClaim, RejectReason } from '../core/incident.ts'
import type { Job, Offers } from '../core/job.ts'
import type { Log } from '../core/log.ts'
import type { Observation } from '../core/observation.ts'
import type { Actor } from '../core/permission.ts'
import type { Report } from '../core/report.ts'
import type { StandingSettings } from '../core/standing.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { AssignmentSettings } from '../core/worker.ts'
import { createCanary } from './canary.ts'
import * as claims from './claims.ts'
import { type Committed, type DispatchChange, type Missed, transactor } from './commit.ts'
import type { Deliveries, Outcome } from './deliveries-port.ts'
import * as byHand from './hand-report.ts'
import { command, type JobCommandName, type JobWish } from './job-commands.ts'
import { type Ack, takeIn } from './ledger.ts'
import type { Notifier } from './notifiers/notifier.ts'
import { offersFor } from './offers.ts'
import { openOutbox } from './outbox.ts'
import { type Outlook, outlook } from './outlook.ts'
import { type Publisher, startPublisher } from './publisher.ts'
import { type JobQueue, openQueue, type QueueOptions } from './queue.ts'
import type { Recipient } from './recipients.ts'
import { type Elsewhere, type NewReport, takeReport } from './reports.ts'
import * as review from './review.ts'
import { startWeighing, type Weighing } from './standing/weighing.ts'
import type { DispatchStore, OutboxRow } from './store-port.ts'
import { undo } from './undo.ts'
import { takeLook } from './verify.ts'
import { canaryRow, deliveryOf } from './work-rows.ts'

export interface DispatchDeps {
  readonly store: DispatchStore
  readonly deliveries: Deliveries
  readonly notifiers: readonly Notifier[]
  /** Whether cameras answer when they are asked to look again; if not, the rules’ own word closes jobs, as in a replay. */
  readonly looks?: boolean
  /** Absent in a replay, which drains the outbox itself. */
  readonly queue?: Pick<QueueOptions, 'redisUrl' | 'postgres' | 'name'>
  readonly clock: Clock
  readonly log: Log
  /** Called after each commit that changed something; must neither throw nor wait. */
  readonly onChange?: (change: DispatchChange) => void
  /** Told of each outbox row that the queue has taken, and of each whose work is done; must neither throw nor wait. */
  readonly onRow?: (row: OutboxRow, step: 'queued' | 'done') => void
  /** Sends a canary every minute where there is a queue, and looks for it this often. */
  readonly canary?: { readonly tickMs: number }
  /** How grids are weighed; as the defaults say, if left out. */
  readonly standings?: StandingSettings
  /** How people are chosen; as the defaults say, if left out. */
  readonly assignment?: AssignmentSettings
  /** Told of each deadline that passed; must neither throw nor wait. */
  readonly onMissed?: (missed: Missed) => void
  /** Told how each attempt of a delivery ended; must neither throw nor wait. */
  readonly onSettled?: (delivery: Delivery, outcome: Outcome['state']) => void
}

export interface DispatchHealth {
  readonly state: 'ok' | 'degraded'
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly hint: string } | null
  /** Rows in the queue; null while it does not answer. */
  readonly queued: number | null
}

export interface Asked extends JobWish {
  readonly actor: Actor
  /** The same key twice does it once. */
  readonly key: string
  readonly reason?: string | null
  /** The version that the person saw. */
  readonly version?: number | null
}

/** Commands are idempotent, record their actor, and throw JiemuError not-found, transition-illegal, version-stale, … */
export interface Dispatch {
  /** @throws JiemuError database-unavailable: nothing was taken in, and there is no acknowledgement */
  takeIn(observation: Observation): Promise<Ack>
  confirm(
    id: IncidentId,
    actor: Actor,
    options?: { readonly takeOver?: boolean; readonly to?: Recipient },
  ): Promise<Incident>
  reject(
    id: IncidentId,
    reason: RejectReason,
    note: string | null,
    actor: Actor,
    options?: { readonly takeOver?: boolean },
  ): Promise<Incident>
  /** Says who looks at an alert: see claims.ts, also for what it throws. */
  claim(id: IncidentId, takeOver: boolean, actor: Actor): Promise<IncidentClaim>
  release(id: IncidentId, actor: Actor): Promise<void>
  /** What would follow if it were confirmed now. @throws JiemuError not-found */
  outlook(id: IncidentId): Promise<Outlook>
  /** Takes a decision back, within ten seconds of it: see undo.ts, also for what it throws. */
  undo(id: IncidentId, reason: string | null, actor: Actor): Promise<Incident>
  /** Opens what somebody of ours drew on a camera's picture, or saw in the street: see hand-report.ts. */
  openByHand(drawn: byHand.DrawnByHand, reporting: byHand.Reporting, subject: string): Promise<Incident>
  openInStreet(seen: byHand.SeenInStreet, reporting: byHand.Reporting, subject: string): Promise<Incident>
  /** Takes in what a resident reports. */
  report(report: NewReport, elsewhere: Elsewhere): Promise<Report>
  /** What a camera saw when it was asked to look again: see verify.ts. @returns whether it was awaited */
  takeLook(answer: LookAnswer): Promise<boolean>
  /** Who could be named for a job now. @throws JiemuError not-found */
  offers(id: JobId): Promise<Offers>
  /** What a person asks of a job: see job-commands.ts, also for what it throws. */
  ask(name: JobCommandName, id: JobId, asked: Asked): Promise<Job>
  /** Does all work due by `now` without the queue, in order: what a replay calls as its clock moves. */
  drain(now: EpochMs): Promise<void>
  /** Opens the queue and begins to publish. @throws JiemuError queue-unavailable */
  start(): Promise<void>
  stop(): Promise<void>
  health(): Promise<DispatchHealth>
  /** Destinations that the canary does not come through to. */
  missing(): readonly string[]
}

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { store, clock, log } = deps
  let queue: JobQueue | undefined
  let publisher: Publisher | undefined

  const transact = transactor(
    store,
    ({ changes, rows, missed }: Committed) => {
      kick(rows)
      for (const change of changes) deps.onChange?.(change)
      if (changes.some(({ type }) => type !== 'grid')) weighing?.soon()
      for (const one of missed) deps.onMissed?.(one)
    },
    deps,
  )
  const canary = createCanary({
    ...deps,
    send: at => transact('perform', async work => work.enqueue(canaryRow(at))),
  })
  let ticking: NodeJS.Timeout | undefined
  let weighing: Weighing | undefined
  const outbox = openOutbox({
    ...deps,
    transact,
    notifiers: deps.canary ? [...deps.notifiers, canary.notifier] : deps.notifiers,
    onSettled: (delivery, outcome) => {
      canary.settled(delivery, outcome)
      deps.onSettled?.(delivery, outcome)
    },
    onDone: row => deps.onRow?.(row, 'done'),
  })

  /** What needs no queue is done at once, all else goes by it; it brings this too where it was not done. */
  function kick(rows: readonly OutboxRow[]): void {
    if (rows.length === 0) return
    const at = clock.now()
    // Whoever committed is told so before what follows from it.
    setImmediate(() => {
      if (!publisher) return
      const taken = new Set(outbox.doSoon(rows, at))
      for (const row of taken) deps.onRow?.(row, 'queued')
      publisher.kick(rows.filter(row => !taken.has(row)))
    })
  }

  return {
    async takeIn(observation) {
      const ack = await takeIn(transact, observation)
      failpoint('ack:before')
      return ack
    },
    confirm: (id, actor, { takeOver, to } = {}) => review.confirm(transact, id, { actor, takeOver }, clock.now(), to),
    reject: (id, reason, note, actor, { takeOver } = {}) =>
      review.reject(transact, id, reason, note, { actor, takeOver }, clock.now()),
    claim: (id, takeOver, actor) => claims.claim(transact, id, takeOver, actor, clock.now()),
    release: (id, actor) => claims.release(transact, id, actor),
    outlook: id => outlook(transact, id, clock.now()),
    undo: (id, reason, actor) => undo(transact, id, reason, actor, clock.now()),
    openByHand: (drawn, reporting, subject) => byHand.openByHand(transact, drawn, reporting, subject, clock.now()),
    openInStreet: (seen, reporting, subject) => byHand.openInStreet(transact, seen, reporting, subject, clock.now()),
    report: (report, elsewhere) => takeReport(transact, report, elsewhere, clock.now()),
    takeLook: answer => takeLook(transact, answer, clock.now()),
    offers: id => offersFor(store, id, clock.now(), deps.assignment),
    ask: (name, jobId, { reason = null, version = null, ...asked }) =>
      command(transact, name, { ...asked, jobId, reason, version, at: clock.now() }),
    drain: outbox.drain,
    missing: canary.missing,
    async start() {
      if (!deps.queue || queue) return
      for (const notifier of deps.notifiers) notifier.start?.()
      const perform = (id: string) => outbox.perform(id, clock.now())
      const opened = await openQueue({ ...deps.queue, perform, log })
      queue = opened
      const onPublished = (rows: readonly OutboxRow[]) => {
        for (const row of rows) deps.onRow?.(row, 'queued')
      }
      const publish = (rows: readonly OutboxRow[]) => {
        // A delivery is claimed in the database, and its destination may let us wait: it needs no queue, and must not occupy one.
        for (const { id } of rows) if (deliveryOf(id)) void perform(id)
        return opened.publish(rows.filter(({ id }) => !deliveryOf(id)))
      }
      const publishAhead: JobQueue['publishAhead'] = (rows, now) =>
        opened.publishAhead(
          rows.filter(({ id }) => !deliveryOf(id)),
          now,
        )
      publisher = startPublisher({
        ...{ store, clock, log, onPublished },
        queue: { publish, publishAhead },
        inHand: outbox.has,
      })
      weighing = startWeighing(transact, clock, log)
      if (deps.canary) ticking = setInterval(() => void canary.tick(), deps.canary.tickMs)
    },
    async stop() {
      clearInterval(ticking)
      weighing?.stop()
      weighing = undefined
      await publisher?.stop()
      await queue?.close()
      await outbox.close()
      publisher = undefined
      queue = undefined
    },
    async health() {
      const depth = await queue?.depth().catch((thrown: unknown) => toJiemuError(thrown, 'queue-unavailable'))
      const problem = depth instanceof Error ? depth : (publisher?.problem() ?? null)
      return {
        state: problem ? 'degraded' : 'ok',
        problem: problem && tell(problem),
        queued: typeof depth === 'number' ? depth : null,
      }
    },
  }
}

function tell({ code, message, hint }: JiemuError) {
  return { code, message, hint }
}
