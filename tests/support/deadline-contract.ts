// What every database under the store must do for deadlines: one statement a step, missed once, found while overdue.
import { expect, test } from 'vitest'
import { DEFAULT_BUSINESS_CALENDAR } from '../../core/business-calendar.ts'
import type { Deadline, JobDeadline } from '../../core/deadline.ts'
import { DEFAULT_LEVELS } from '../../core/escalation.ts'
import type { JobId, PlaceId, StreetId } from '../../core/ids.ts'
import type { DeadlineTurn } from '../../dispatch/deadlines-port.ts'
import type { DispatchStore, DispatchTransaction, OutboxTopic } from '../../dispatch/store-port.ts'
import { deadlineRow } from '../../dispatch/work-rows.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT, jobRecord } from './records.ts'

const STREET = 'hurried' as StreetId
const CHAINS = `
escalations:
  - { levels: [{ name: anywhere, tell: [supervisor] }] }
  - { kind: crowding, levels: [{ name: crowds, tell: [supervisor, on-duty], wait: 2m, repeat: 1m }] }
  - { street: hurried, levels: [{ name: street, tell: [admin], quiet: { from: "22:00", to: "07:00" } }] }
  - { kind: crowding, street: hurried, levels: [{ name: both, tell: [webhook-1] }] }
businessCalendar: { hours: [{ from: "09:00", to: "17:00" }], holidays: ["2026-11-11"] }
policies:
  - kind: dirty-road
    deadlines: { acknowledge: 2m, arrive: none, handle: { working: 4h } }
`

/** @param it the store, once it is open */
export function deadlineContract(it: () => TestStore): void {
  const dispatch = (): DispatchStore => it().store.dispatch as StoredDispatch<OutboxTopic>
  const inside = <T>(work: (tx: DispatchTransaction) => Promise<T>) => dispatch().transact(work)
  const idOf = (name: string) => `job-due-${name}` as JobId

  const run = (name: string, deadline: Deadline, number: number, dueAt: number): JobDeadline => ({
    ...{ jobId: idOf(name), deadline, run: number, startedAt: AT, dueAt },
    ...{ missedAt: null, endedAt: null, end: null },
  })
  const turn = (name: string, at: number, begins: readonly JobDeadline[], ends: Partial<DeadlineTurn> = {}) =>
    inside(tx =>
      tx.deadlines.turn([
        {
          ...{ jobId: idOf(name), at, meets: [], drops: [], begins, rows: begins.map(deadlineRow) },
          ...ends,
        },
      ]),
    )
  const begin = async (name: string) => {
    const places = { placeId: name as PlaceId, streetId: STREET }
    await inside(tx => tx.insertJob(jobRecord({ id: idOf(name), ...places, state: 'assigned', incidentIds: [] })))
    const begun = [run(name, 'acknowledge', 2, AT + 1), run(name, 'arrive', 2, AT + 2), run(name, 'handle', 1, AT + 3)]
    await turn(name, AT, begun)
    return begun
  }
  const waiting = async (name: string) =>
    (await dispatch().dueOutbox(AT + 10, AT + 99, 999)).map(({ id }) => id).filter(id => id.includes(idOf(name)))
  const overdue = async () =>
    (await it().store.reading.listJobs({ streets: [STREET], overdue: true, limit: 9 })).map(({ id }) => id)

  test('begins, meets and drops deadlines with the rows that wake them', async () => {
    const begun = await begin('turned')
    expect(await waiting('turned')).toEqual(begun.map(each => deadlineRow(each).id))
    await turn('turned', AT + 5, [run('turned', 'handle', 7, AT + 9)], { meets: ['acknowledge'], drops: ['handle'] })
    expect(await waiting('turned')).toEqual([
      deadlineRow(run('turned', 'arrive', 2, 0)).id,
      deadlineRow(run('turned', 'handle', 7, 0)).id,
    ])
    const detail = await it().store.reading.job(idOf('turned'))
    expect(
      detail?.deadlines.map(({ deadline, run: number, endedAt, end }) => [deadline, number, endedAt, end]),
    ).toEqual([
      ['handle', 1, AT + 5, 'void'],
      ['acknowledge', 2, AT + 5, 'met'],
      ['arrive', 2, null, null],
      ['handle', 7, null, null],
    ])
  })

  test('misses a deadline once, and never one that has ended', async () => {
    await begin('missed')
    const miss = (deadline: Deadline, number: number) =>
      inside(tx => tx.deadlines.miss(idOf('missed'), deadline, number, AT + 4))
    expect([await miss('arrive', 2), await miss('arrive', 2), await miss('arrive', 3)]).toEqual([true, false, false])
    await turn('missed', AT + 5, [], { meets: ['acknowledge'] })
    expect(await miss('acknowledge', 2)).toBe(false)
    expect(await overdue()).toContain(idOf('missed'))
    expect(await it().store.reading.counts({ streets: [STREET] })).toMatchObject({ overdueJobs: 1 })
    await turn('missed', AT + 6, [], { meets: ['arrive'] })
    expect(await overdue()).not.toContain(idOf('missed'))
    expect(await it().store.reading.counts({ streets: [STREET] })).toMatchObject({ overdueJobs: 0 })
  })

  test('a step and the passing of its deadline at the same moment wait for each other in one order only', async () => {
    const begun = await begin('race')
    const rowOf = (deadline: Deadline) =>
      begun.map(deadlineRow).find(({ payload }) => payload.deadline === deadline)?.id ?? ''
    const passing = (deadline: Deadline) =>
      inside(async tx => {
        if (!(await tx.takeOutbox(rowOf(deadline)))) return
        await tx.job(idOf('race'))
        await tx.deadlines.miss(idOf('race'), deadline, deadline === 'handle' ? 1 : 2, AT + 4)
        await tx.finishOutbox(rowOf(deadline), AT + 4)
      })
    const stepping = inside(async tx => {
      await tx.job(idOf('race'))
      await tx.deadlines.turn([
        {
          jobId: idOf('race'),
          at: AT + 4,
          meets: ['acknowledge', 'arrive', 'handle'],
          drops: [],
          begins: [],
          rows: [],
        },
      ])
    })
    await Promise.all([passing('acknowledge'), passing('arrive'), stepping, passing('handle')])
    expect(await waiting('race')).toEqual([])
    const { deadlines = [] } = (await it().store.reading.job(idOf('race'))) ?? {}
    expect(deadlines.map(({ end }) => end)).toEqual(['met', 'met', 'met'])
  })

  test('announces what comes, once it was not handed over', async () => {
    await begin('coming')
    const coming = async () =>
      (await dispatch().comingOutbox(AT + 1, AT + 2, 999)).map(({ id }) => id).filter(id => id.includes(idOf('coming')))
    const [id = ''] = await coming()
    expect(id).toBe(deadlineRow(run('coming', 'arrive', 2, 0)).id)
    await dispatch().markPublished([id], AT)
    expect(await coming()).toEqual([])
    expect(await waiting('coming')).toContain(id)
  })

  test('finds the chain of a street and kind, the defaults before any is set, and imports them once', async () => {
    const names = (kind: 'crowding' | 'dirty-road', street: string) =>
      inside(async tx => (await tx.deadlines.levels(kind, street as StreetId)).map(({ name }) => name).join(' '))
    expect(await inside(tx => tx.deadlines.levels('crowding', STREET))).toEqual(DEFAULT_LEVELS)
    expect(await inside(tx => tx.deadlines.calendar())).toEqual(DEFAULT_BUSINESS_CALENDAR)
    const { configuration } = it().store
    expect(await configuration.importCameras(CHAINS, 'test')).toHaveLength(6)
    expect(await configuration.importCameras(CHAINS, 'test')).toEqual([])
    expect(await configuration.importCameras(await configuration.exportCameras(), 'test')).toEqual([])
    expect([
      await names('dirty-road', 'calm'),
      await names('crowding', 'calm'),
      await names('dirty-road', STREET),
      await names('crowding', STREET),
    ]).toEqual(['anywhere', 'crowds', 'street', 'both'])
    expect(await inside(tx => tx.deadlines.calendar())).toMatchObject({ holidays: ['2026-11-11'] })
    const policy = (await configuration.policies()).find(({ kind }) => kind === 'dirty-road')
    expect(policy?.deadlines).toEqual({
      acknowledge: { durationMs: 120_000, working: false },
      arrive: null,
      handle: { durationMs: 14_400_000, working: true },
    })
  })
}
