// What every database under the store must give for the board and for handing a shift over.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Board } from '../../api/board-ports.ts'
import type { HandOverNotes } from '../../api/hand-over-ports.ts'
import type { JobDeadline } from '../../core/deadline.ts'
import type { HandOverNote } from '../../core/hand-over.ts'
import type { Fingerprint, IncidentId, JobId, StreetId, TeamId } from '../../core/ids.ts'
import type { Job } from '../../core/job.ts'
import { deadlineRow } from '../../dispatch/work-rows.ts'
import type { TestStore } from './embedded.ts'
import { AT, incidentRecord, jobRecord } from './records.ts'

const MINUTE = 60_000
const DAY = 86_400_000

export function boardContract(name: string, open: () => Promise<TestStore>): void {
  describe(`the board on ${name}`, () => {
    let it: TestStore
    let board: Board
    beforeAll(async () => {
      it = await open()
      board = it.store.board satisfies Board
      await it.store.dispatch.transact(tx =>
        tx.insertIncident(incidentRecord({ id: 'inc-1' as IncidentId, fingerprint: 'f' as Fingerprint })),
      )
      await put(it, { id: 'late', state: 'accepted' }, { dueAt: AT - MINUTE, missedAt: AT - MINUTE })
      await put(it, { id: 'soon', state: 'assigned', teamId: 't1' as TeamId }, { dueAt: AT + MINUTE, missedAt: null })
      const supervision = { by: 'chen', at: AT, reason: 'complaints', dueAt: AT + 2 * MINUTE }
      await put(it, { id: 'watched', supervision })
      await put(it, { id: 'south', streetId: 'south' as StreetId }, { dueAt: AT + 3 * MINUTE, missedAt: null })
      await put(it, { id: 'older', createdAt: AT - 2 })
      await put(it, { id: 'newer', createdAt: AT - 1 })
      await put(it, { id: 'done', state: 'closed', closedAt: AT - DAY + 1, createdAt: AT - 2 * DAY })
      await put(it, { id: 'long-done', state: 'closed', closedAt: AT - DAY - 1 })
      await put(it, { id: 'dropped', state: 'cancelled' })
    }, 60_000)
    afterAll(() => it?.dispose())

    const ids = (cards: readonly { readonly id: string }[]) => cards.map(({ id }) => id)
    const ALL = ['late', 'soon', 'watched', 'south', 'newer', 'older', 'done']

    test('shows what is due first, then what has no time, the newest first; closed ones of a day', async () => {
      const cards = await board.cards({ limit: 50 })
      expect(ids(cards)).toEqual(ALL)
      expect(cards[0]).toMatchObject({
        ...{ overdue: true, cameraId: 'kerb', supervision: null },
        due: { deadline: 'handle', dueAt: AT - MINUTE, missedAt: AT - MINUTE },
      })
      expect(cards[2]).toMatchObject({ due: null, overdue: false, supervision: { by: 'chen', dueAt: AT + 2 * MINUTE } })
    })

    test('gives page after page, none twice and none left out', async () => {
      const found: string[] = []
      let after: { at: number; id: string } | undefined
      do {
        const page = await board.cards({ limit: 2, ...(after && { after }) })
        found.push(...ids(page))
        const last = page.at(-1)
        after = last && { at: last.urgency, id: last.id }
      } while (after)
      expect(found).toEqual(ALL)
    })

    test('is cut down to what is asked for, and to what somebody may see', async () => {
      const of = async (filter: Parameters<Board['cards']>[0]) => ids(await board.cards(filter))
      expect(await of({ limit: 9, states: ['closed'] })).toEqual(['done'])
      expect(await of({ limit: 9, states: ['accepted', 'assigned'] })).toEqual(['late', 'soon'])
      expect(await of({ limit: 9, overdue: true })).toEqual(['late'])
      expect(await of({ limit: 9, supervised: true })).toEqual(['watched'])
      expect(await of({ limit: 9, team: 't1' as TeamId })).toEqual(['soon'])
      expect(await of({ limit: 9, street: 'south' as StreetId, streets: ['north' as StreetId] })).toEqual([])
      expect(await of({ limit: 9, streets: ['south' as StreetId] })).toEqual(['south'])
      expect(await of({ limit: 9, kind: 'crowding' })).toEqual([])
      expect(await of({ limit: 9, states: ['cancelled'] })).toEqual([])
    })

    test('counts by state', async () => {
      const { states, overdue, supervised } = await board.tally({})
      expect(Object.fromEntries(states.map(({ state, jobs }) => [state, jobs]))).toEqual({
        ...{ accepted: 1, assigned: 1, queued: 4, closed: 1 },
      })
      expect([overdue, supervised]).toEqual([1, 1])
      expect((await board.tally({ streets: ['south' as StreetId] })).states).toEqual([{ state: 'queued', jobs: 1 }])
    })
  })

  describe(`hand-over notes on ${name}`, () => {
    let it: TestStore
    let notes: HandOverNotes
    beforeAll(async () => {
      it = await open()
      notes = it.store.handOvers satisfies HandOverNotes
      const li = { login: 'li', name: '李', role: 'operator', scope: 'district', workerId: null } as const
      await it.store.people.users.add(li, 'test')
    }, 60_000)
    afterAll(() => it?.dispose())

    const items = { at: AT, pendingAlerts: 2, alerts: [], openJobs: 1, overdueJobs: 0, jobs: [], cameras: [] }
    const note = (over: Partial<HandOverNote> = {}) => ({
      ...{ writtenBy: 'li', meantFor: null, text: 'gate 3 is open', items, streets: null, teamId: null },
      ...over,
    })

    test('a note is written once, and signed once by somebody else', async () => {
      const written = await notes.add(note(), 'a')
      expect(written).toMatchObject({ writtenByName: '李', writtenAt: AT, items, takenBy: null })
      expect((await notes.add(note({ text: 'again' }), 'a')).text).toBe('gate 3 is open')
      await expect(notes.take(written.id, 'li', null)).rejects.toMatchObject({ code: 'hand-over-own' })
      const taken = await notes.take(written.id, 'wang', 'seen')
      expect(taken).toMatchObject({ takenBy: 'wang', takenAt: AT, takenNote: 'seen' })
      expect(await notes.take(written.id, 'wang', 'twice')).toEqual(taken)
      await expect(notes.take(written.id, 'chen', null)).rejects.toMatchObject({ code: 'hand-over-taken' })
      await expect(notes.take('note-none', 'chen', null)).rejects.toMatchObject({ code: 'not-found' })
    })

    test('a street sees what is about no other street, a team its own', async () => {
      const [north, south] = ['north' as StreetId, 'south' as StreetId]
      await notes.add(note({ streets: [north], text: 'n' }), 'n')
      await notes.add(note({ streets: [north, south], text: 'ns' }), 'ns')
      await notes.add(note({ teamId: 't1' as TeamId, text: 't' }), 't')
      const texts = async (wanted: object) => (await notes.list({ limit: 9, ...wanted })).map(({ text }) => text).sort()
      expect(await texts({ streets: [north] })).toEqual(['n'])
      expect(await texts({ streets: [south, north] })).toEqual(['n', 'ns'])
      expect(await texts({ teamId: 't1' })).toEqual(['t'])
      expect(await texts({})).toEqual(['gate 3 is open', 'n', 'ns', 't'])
      const [first] = await notes.list({ limit: 1 })
      const rest = first && (await notes.list({ limit: 9, before: { at: first.writtenAt, id: first.id } }))
      expect(rest).toHaveLength(3)
    })
  })
}

type Over = Partial<Omit<Job, 'id'>> & { readonly id: string }

async function put({ store }: TestStore, over: Over, run?: Pick<JobDeadline, 'dueAt' | 'missedAt'>): Promise<void> {
  const job = jobRecord({ ...over, id: over.id as JobId })
  await store.dispatch.transact(async tx => {
    await tx.insertJob(job)
    if (!run) return
    const begun: JobDeadline = {
      ...{ jobId: job.id, deadline: 'handle', run: 1, startedAt: AT - 10 * MINUTE, endedAt: null, end: null },
      ...run,
    }
    const turn = { jobId: job.id, at: AT, meets: [], drops: [], begins: [begun], rows: [deadlineRow(begun)] }
    await tx.deadlines.turn([turn])
  })
}
