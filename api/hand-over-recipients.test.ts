// For whom a hand-over note may be meant: the coming shift first, and nobody who could not sign it.
import { expect, test } from 'vitest'
import type { StreetId, TeamId, WorkerId } from '../core/ids.ts'
import { teamSchema } from '../core/team.ts'
import type { Shift, Worker } from '../core/worker.ts'
import { sampleUser } from '../tests/support/fake-people.ts'
import { sampleWorker } from '../tests/support/fake-rota.ts'
import { recipientsOf } from './hand-over-recipients.ts'

/** A Monday, half an hour before the late shift. */
const AT = Date.parse('2026-01-05T13:30:00+08:00')
const HOUR = 3_600_000

const team = (id: string, from: string, to: string) =>
  teamSchema.parse({ id, name: `Team ${id}`, skills: ['crowding'], grids: ['g'], shift: { from, to } })
const worker = (id: string, teamId: string, change: Partial<Worker> = {}): Worker => ({
  ...sampleWorker,
  ...{ id: id as WorkerId, name: `Worker ${id}`, teamId: teamId as TeamId, ...change },
})
const nights: Shift = {
  ...{ id: 'nights', teamId: null, workerId: 'owl' as WorkerId },
  calendar: { timeZone: 'Asia/Shanghai', days: ['mon'], from: '22:00', to: '23:00', holidays: [] },
}

async function found(users: readonly ReturnType<typeof sampleUser>[], streets: readonly StreetId[] = []) {
  const workers = [
    worker('li', 'early'),
    worker('wu', 'late'),
    worker('owl', 'late'),
    worker('x', 'late', { active: false }),
  ]
  const rota = {
    teamList: async () => [
      team('early', '06:00', '14:00'),
      team('late', '14:00', '22:00'),
      team('dawn', '02:00', '05:00'),
    ],
    workers: async () => workers.map(each => ({ worker: each, onShift: false, openJobs: 0, position: null })),
    shifts: async () => [nights],
    overrides: async () => [],
  }
  const ports = { rota, people: { users: { list: async () => users } } } as unknown as Parameters<
    typeof recipientsOf
  >[0]
  const about =
    streets.length > 0 ? streets.map(streetId => ({ streetId, teamId: null })) : [{ streetId: null, teamId: null }]
  return recipientsOf(ports, {}, about, 'lin', AT)
}

test('whose shift comes next stands first, then who works now, then all others', async () => {
  const leader = (login: string, workerId: string | null) =>
    sampleUser({ login, name: login, role: 'team-leader', workerId })
  const { people, teams } = await found([
    leader('nobody', null),
    leader('early-li', 'li'),
    leader('night-owl', 'owl'),
    leader('late-wu', 'wu'),
  ])
  expect(people.map(({ login, onNow, nextAt, rota }) => [login, onNow, nextAt && (nextAt - AT) / HOUR, rota])).toEqual([
    ['late-wu', false, 0.5, true],
    ['night-owl', false, 8.5, true],
    ['early-li', true, null, true],
    ['nobody', false, null, false],
  ])
  expect(teams.map(({ id, onNow, nextAt, workers }) => [id, onNow, nextAt && (nextAt - AT) / HOUR, workers])).toEqual([
    // The owl has hours of its own, and one who left is nowhere.
    ['late', false, 0.5, ['Worker wu']],
    ['early', true, null, ['Worker li']],
    ['dawn', false, null, []],
  ])
})

test('who may not sign the note is not named: its writer, who left, another role, another street', async () => {
  const tianshui = ['tianshui' as StreetId]
  const { people } = await found(
    [
      sampleUser({ login: 'lin' }),
      sampleUser({ login: 'left', disabledAt: AT }),
      sampleUser({ login: 'viewer', role: 'viewer' }),
      sampleUser({ login: 'elsewhere', scope: { streets: ['gulou' as StreetId] } }),
      sampleUser({ login: 'here', scope: { streets: tianshui } }),
      sampleUser({ login: 'all' }),
    ],
    tianshui,
  )
  expect(people.map(({ login }) => login)).toEqual(['here', 'all'])
})
