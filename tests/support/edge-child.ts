// A process that dispatches over a database that others left behind, and dies by `kill -9` at the steps that it was told.
//
// Compiled with the product. It is started dozens of times, and so opens only what dispatch needs.
import type { LookAnswer } from '../../core/fresh-look.ts'
import type { IncidentId, JobId } from '../../core/ids.ts'
import type { JobEvent, JobEventName, JobState } from '../../core/job.ts'
import { type Log, silentLog } from '../../core/log.ts'
import type { Observation } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import type { Clock, EpochMs } from '../../core/time.ts'
import { type Asked, createDispatch, type Dispatch } from '../../dispatch/desk.ts'
import type { JobCommandName } from '../../dispatch/job-commands.ts'
import { addressGuard } from '../../dispatch/notifiers/address-guard.ts'
import { webhook } from '../../dispatch/notifiers/kinds/webhook.ts'
import type { DispatchStore, DispatchTransaction, OutboxTopic } from '../../dispatch/store-port.ts'
import { type ConnectionConfig, connect } from '../../store/connection.ts'
import { Deliveries } from '../../store/deliveries.ts'
import { StoredDispatch } from '../../store/dispatch-store.ts'

/** What somebody asks of dispatch. Asked again, it is the same. */
export type EdgeCommand =
  | { readonly do: 'ask'; readonly name: JobCommandName; readonly id: JobId; readonly asked: Asked }
  | { readonly do: 'confirm'; readonly id: IncidentId; readonly actor: Actor }
  | { readonly do: 'undo'; readonly id: IncidentId; readonly actor: Actor }
  | { readonly do: 'take-in'; readonly observation: Observation }
  | { readonly do: 'take-look'; readonly answer: LookAnswer }

/** Just before the transaction that takes the step is committed, or just after, before whoever asked for it hears of it. */
export type Moment = 'before its commit' | 'after its commit'

/** A step of a job, as its row of the log will have it. */
export interface DeadlyStep {
  readonly jobId: JobId
  readonly event: JobEventName
  readonly from: JobState | null
}

/** The process ends when all of the steps have come to that moment; each that is there waits for the others. */
export interface Death {
  readonly steps: readonly DeadlyStep[]
  readonly moment: Moment
}

export interface EdgeChildSettings {
  /** Without it the embedded database in `dataDirectory`. */
  readonly databaseUrl: string | null
  readonly dataDirectory: string
  /** Destinations by name, each with its URL. */
  readonly receivers: Readonly<Record<string, string>>
  /** What the clock shows when it begins; it goes on from there. */
  readonly at: EpochMs
  readonly death: Death | null
  /** Whether the house works by itself: publisher, queue and notifiers. */
  readonly house: boolean
  /** Asked once the house works, all at once. */
  readonly commands: readonly EdgeCommand[]
}
export const EDGE_SETTINGS = 'JIEMU_EDGE_SETTINGS'

/** What it says when the house works and all is answered; one that is to die at what it is asked, when anything is. */
export interface EdgeChildReady {
  readonly type: 'ready'
  /** What of the commands was refused, for people. */
  readonly refused: readonly string[]
}

const UNDO_REASON = 'a second look'

export async function perform(desk: Dispatch, command: EdgeCommand): Promise<unknown> {
  switch (command.do) {
    case 'ask':
      return desk.ask(command.name, command.id, command.asked)
    case 'confirm':
      return desk.confirm(command.id, command.actor)
    case 'undo':
      return desk.undo(command.id, UNDO_REASON, command.actor)
    case 'take-in':
      return desk.takeIn(command.observation)
    case 'take-look':
      return desk.takeLook(command.answer)
  }
}

/** The store as it is, but for the transactions that take the steps: there they stop, and the process ends. */
function dyingAt(store: DispatchStore, death: Death | null): DispatchStore {
  if (!death) return store
  const { steps, moment } = death
  let there = 0
  const arrive = () => {
    there += 1
    if (there === steps.length) process.kill(process.pid, 'SIGKILL')
    return new Promise<never>(() => undefined)
  }
  const isDeadly = ({ jobId, event, from, sequence }: Partial<JobEvent>) =>
    sequence !== undefined && steps.some(step => step.jobId === jobId && step.event === event && step.from === from)
  return {
    dueOutbox: (...asked) => store.dueOutbox(...asked),
    comingOutbox: (...asked) => store.comingOutbox(...asked),
    markPublished: (...marked) => store.markPublished(...marked),
    async transact(work) {
      let taken = false
      const see = (row: Partial<JobEvent>) => {
        taken ||= isDeadly(row)
      }
      const result = await store.transact(async tx => {
        const done = await work(watching(tx, see))
        return taken && moment === 'before its commit' ? arrive() : done
      })
      return taken ? arrive() : result
    },
  }
}

/** Sees each row of a job's log on its way to the database, by whatever method it goes. */
function watching(tx: DispatchTransaction, see: (row: Partial<JobEvent>) => void): DispatchTransaction {
  return new Proxy(tx, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      return (...given: readonly unknown[]) => {
        for (const each of given.flat()) if (each !== null && typeof each === 'object') see(each)
        return member.apply(target, given)
      }
    },
  })
}

interface Opened {
  readonly dispatch: DispatchStore
  readonly deliveries: Deliveries
  readonly queueConnection: ConnectionConfig
  close(): Promise<void>
}

async function open({ databaseUrl, dataDirectory }: EdgeChildSettings, clock: Clock, log: Log): Promise<Opened> {
  if (!databaseUrl) {
    const { openStore } = await import('../../store/open.ts')
    return openStore<OutboxTopic>({ dataDirectory, clock, log })
  }
  const connection = { connectionString: databaseUrl }
  const db = connect({ ...connection, max: 10 }, log)
  return {
    dispatch: new StoredDispatch<OutboxTopic>(db),
    deliveries: new Deliveries(db, clock),
    queueConnection: { ...connection, max: 5 },
    close: () => db.destroy(),
  }
}

async function main(settings: EdgeChildSettings): Promise<void> {
  let begunMs = performance.now()
  const clock = { now: () => settings.at + Math.round(performance.now() - begunMs) }
  const say = (fields: object, text: string) => void process.stderr.write(`${text} ${JSON.stringify(fields)}\n`)
  const log: Log = { ...silentLog, warn: say, error: say }
  const store = await open(settings, clock, log)
  const desk = createDispatch({
    store: dyingAt(store.dispatch, settings.death),
    deliveries: store.deliveries,
    notifiers: Object.entries(settings.receivers).map(([destination, url]) =>
      webhook.create({ url, ca: undefined }, { destination, guard: addressGuard(['127.0.0.1/32']), clock, log }),
    ),
    looks: true,
    queue: { postgres: store.queueConnection },
    clock,
    log,
  })
  process.on('disconnect', () => {
    void desk
      .stop()
      .then(() => store.close())
      .finally(() => process.exit(0))
  })
  // However long it took to open, it begins when it was told to.
  begunMs = performance.now()
  if (settings.house) await desk.start()
  const refused: string[] = []
  const answers = settings.commands.map(command =>
    perform(desk, command).catch((thrown: unknown) => refused.push(`${JSON.stringify(command)}: ${thrown}`)),
  )
  await (settings.death && !settings.house ? Promise.race(answers) : Promise.all(answers))
  const ready: EdgeChildReady = { type: 'ready', refused }
  process.send?.(ready)
}

const settings = process.env[EDGE_SETTINGS]
if (settings) await main(JSON.parse(settings) as EdgeChildSettings)
