// The desk under measurement: a store on the embedded database with one camera and one team, and cars that park one after the other.
import type { PlaceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import type { Observation } from '../../../core/observation.ts'
import type { Scope } from '../../../core/scope.ts'
import { ManualClock } from '../../../core/time.ts'
import { type Transact, transactor } from '../../../dispatch/commit.ts'
import { takeIn } from '../../../dispatch/ledger.ts'
import type { Notifier } from '../../../dispatch/notifiers/notifier.ts'
import { type Outbox, openOutbox } from '../../../dispatch/outbox.ts'
import type { OutboxRow, OutboxTopic } from '../../../dispatch/store-port.ts'
import { observation, T0 } from '../../../dispatch/testing/examples.ts'
import { openStore, type Store } from '../../../store/open.ts'

/** Every car is a job of its own, at once, and the one team never has too many. */
const STREET = `
cameras:
  - id: cam-1
    name: Kerb
    street: gulou
    grid: gulou-1
    source: { kind: rtsp, url: "rtsp://127.0.0.1/kerb" }
    zones:
      - { id: kerb, rule: illegal-parking, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]] }
teams:
  - { id: one, name: One, skills: [illegal-parking], grids: [gulou-1], loadCap: 1000000 }
policies:
  - { kind: illegal-parking, mode: auto, autoScore: 0, joinWindow: 0s }
`

export interface Desk {
  readonly store: Store<OutboxTopic>
  readonly clock: ManualClock
  readonly outbox: Outbox
  readonly transact: Transact
  /** A car that was not there before, on a spot of its own. */
  nextCar(): Partial<Observation>
  /** Takes in `count` new cars. @returns the rows of `topic` that this left to do, each due at an instant of its own */
  park(count: number, topic: OutboxTopic): Promise<readonly OutboxRow[]>
  /** The rows that were written since it was asked last, or since cars were parked. */
  following(): readonly OutboxRow[]
}

export async function openDesk(folder: string, scope: Scope, notifiers: readonly Notifier[] = []): Promise<Desk> {
  const clock = new ManualClock(T0)
  const log = silentLog
  const store = scope.use(await openStore<OutboxTopic>({ dataDirectory: folder, clock, log }), opened => opened.close())
  await store.configuration.importCameras(STREET, 'gate')
  let committed: OutboxRow[] = []
  const transact = transactor(store.dispatch, ({ rows }) => void committed.push(...rows))
  let cars = 0
  const nextCar = () => ({ subject: `car-${++cars}`, placeId: `bay-${cars}` as PlaceId, at: T0 })
  const following = () => {
    const rows = committed
    committed = []
    return rows
  }
  /** What is due together is done in one turn, and the rows after the first would be measured at nothing. */
  const apart = async (rows: readonly OutboxRow[]) => {
    const alone = rows.map((row, at) => ({ ...row, id: `${row.id}.alone`, dueAt: row.dueAt + 1 + at }))
    const ids = rows.map(({ id }) => id)
    await transact('perform', async ({ tx }) => {
      await tx.finishOutboxRows(ids, T0)
      await tx.addOutbox(alone)
    })
    committed = []
    return alone
  }
  return {
    ...{ store, clock, transact, nextCar },
    outbox: openOutbox({ store: store.dispatch, transact, notifiers, deliveries: store.deliveries, clock, log }),
    async park(count, topic) {
      committed = []
      for (let car = 0; car < count; car++) await takeIn(transact, observation(nextCar()))
      return apart(following().filter(row => row.topic === topic))
    },
    following,
  }
}
