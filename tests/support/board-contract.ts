// What every database under the store must give for the board and for handing a shift over.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Board } from '../../api/board-ports.ts'
import type { HandOverNotes } from '../../api/hand-over-ports.ts'
import type { JobDeadline } from '../../core/deadline.ts'
import type { HandOverNote } from '../../core/hand-over.ts'
import type { CameraId, EvidenceId, Fingerprint, IncidentId, JobId, StreetId, TeamId } from '../../core/ids.ts'
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

  describe(`what a job may be a duplicate of, on ${name}`, () => {
    let it: TestStore
    let board: Board
    beforeAll(async () => {
      it = await open()
      board = it.store.board satisfies Board
      const seenBy = (name: string, camera: string) =>
        incidentRecord({
          ...{ id: `inc-${name}` as IncidentId, fingerprint: name as Fingerprint, cameraId: camera as CameraId },
        })
      const add = async (name: string, camera: string, over: Partial<Job> = {}) => {
        const incident = seenBy(name, camera)
        await it.store.dispatch.transact(tx => tx.insertIncident(incident))
        await put(it, { id: name, incidentIds: [incident.id], lat: 30, lon: 120, ...over })
      }
      await add('own', 'gate')
      await add('far', 'market', { lat: 30.01, createdAt: AT + 5 })
      await add('near', 'square', { lat: 30.001 })
      await add('beside', 'gate', { lat: 30.002 })
      await add('nowhere', 'lane', { lat: null, lon: null })
      await add('crowd', 'gate', { kind: 'crowding' })
      await add('handled', 'gate', { state: 'handled' })
      await add('south', 'gate', { streetId: 'south' as StreetId })
      const row = { id: 'ev-1', sha256: '0'.repeat(64), takenAt: AT, bytes: 1, mediaType: 'image/jpeg' } as const
      const of = {
        fingerprint: null,
        incidentId: 'inc-beside' as IncidentId,
        jobId: null,
        cameraId: null,
        takenBy: null,
      }
      const picture = {
        ...row,
        ...of,
        id: 'ev-1' as EvidenceId,
        moment: 'fired',
        view: 'wide',
        annotated: true,
      } as const
      await it.store.evidence.keep([{ row: picture, bytes: Buffer.from('x') }])
    }, 60_000)
    afterAll(() => it?.dispose())

    const own = 'own' as JobId
    test('are open ones of its kind: of its camera first, then the nearest, those of unknown places last', async () => {
      const found = await board.mergeTargets(own, { limit: 9, streets: [jobRecord({}).streetId] })
      expect(found.map(({ id, because, distanceM, pictureId }) => [id, because, distanceM, pictureId])).toEqual([
        ['beside', 'same-camera', 222, 'ev-1'],
        ['near', 'near', 111, null],
        ['far', 'open', 1112, null],
        ['nowhere', 'open', null, null],
      ])
      expect(await board.mergeTargets('none' as JobId, { limit: 9 })).toEqual([])
    })

    test('are cut down to what one looks for, and to what one may see', async () => {
      const ids = async (wanted: object) => (await board.mergeTargets(own, { limit: 9, ...wanted })).map(({ id }) => id)
      expect(await ids({ text: 'NEA' })).toEqual(['near'])
      expect(await ids({ text: '%' })).toEqual([])
      expect(await ids({ streets: ['south' as StreetId] })).toEqual(['south'])
      expect(await ids({ teamId: 'nobody' as TeamId })).toEqual([])
      expect(await ids({ limit: 1 })).toHaveLength(1)
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
      ...{
        writtenBy: 'li',
        meantFor: null,
        meantForTeam: null,
        text: 'gate 3 is open',
        items,
        streets: null,
        teamId: null,
      },
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

    test('a note is meant for somebody, whose name it tells, or for a team', async () => {
      const forLi = await notes.add(note({ writtenBy: 'wang', meantFor: 'li' }), 'for-li')
      expect(forLi).toMatchObject({ meantFor: 'li', meantForName: '李', meantForTeam: null })
      const forTeam = await notes.add(
        note({ writtenBy: 'wang', teamId: 't9' as TeamId, meantForTeam: 't1' as TeamId }),
        't',
      )
      expect(forTeam).toMatchObject({ meantFor: null, meantForName: null, meantForTeam: 't1' })
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
      expect(await texts({})).toEqual(['gate 3 is open', 'gate 3 is open', 'gate 3 is open', 'n', 'ns', 't'])
      const [first] = await notes.list({ limit: 1 })
      const rest = first && (await notes.list({ limit: 9, before: { at: first.writtenAt, id: first.id } }))
      expect(rest).toHaveLength(5)
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
