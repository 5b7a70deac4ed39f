// For whom a hand-over note may be meant: people who can sign it and teams, those of the coming shift first.
import type { TeamId } from '../core/ids.ts'
import type { Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import { isOnShift, type Rota as RotaRows, type Worker } from '../core/worker.ts'
import { permits, type Resource } from './authorize.ts'
import type { ReadingScope } from './ports.ts'
import type { ApiPorts } from './routes/route.ts'

/** How far ahead a shift is a coming one; a rota is written to the half hour. */
const AHEAD_MS = 12 * 3_600_000
const STEP_MS = 1_800_000

/** When somebody works: now, and when their next shift begins within half a day; null where none does. */
export interface Coming {
  readonly onNow: boolean
  readonly nextAt: EpochMs | null
}

export interface HandOverRecipients {
  readonly people: readonly (Coming & {
    readonly login: string
    readonly name: string
    readonly role: string
    readonly teamId: TeamId | null
    /** Null where no rota says when they work: they stand for no worker. */
    readonly rota: boolean
  })[]
  readonly teams: readonly (Coming & {
    readonly id: TeamId
    readonly name: string
    readonly workers: readonly string[]
  })[]
}

/** @param about what the note is about: only who may sign it is named; @param by the login of its writer, who may not */
export async function recipientsOf(
  { people, rota }: Pick<ApiPorts, 'people' | 'rota'>,
  scope: ReadingScope,
  about: readonly Resource[],
  by: string,
  at: EpochMs,
): Promise<HandOverRecipients> {
  const teams = await rota.teamList(scope)
  const workers = (await rota.workers(scope)).map(({ worker }) => worker).filter(({ active }) => active)
  const rows: RotaRows = { shifts: await rota.shifts(scope), overrides: await rota.overrides(scope, at) }
  const coming = comings(rows, at)
  const users = (await people.users.list()).filter(
    ({ login, role, scope: theirs, disabledAt }) =>
      disabledAt === null &&
      login !== by &&
      about.every(resource => permits({ name: login, role, scope: theirs }, 'duty:hand-over', resource)),
  )
  return {
    people: users
      .map(({ login, name, role, workerId }) => {
        const worker = workers.find(({ id }) => id === workerId)
        const team = worker && teams.find(({ id }) => id === worker.teamId)
        const when = team ? coming(team, worker) : { onNow: false, nextAt: null }
        return { login, name, role, teamId: team?.id ?? null, rota: team !== undefined, ...when }
      })
      .toSorted(sooner),
    teams: teams
      .map(team => {
        const when = coming(team, null)
        const then = when.nextAt ?? (when.onNow ? at : null)
        const there = workers.filter(
          worker => worker.teamId === team.id && then !== null && isOnShift(rows, team, worker, then),
        )
        return { id: team.id, name: team.name, workers: there.map(({ name }) => name), ...when }
      })
      .toSorted(sooner),
  }
}

/** Whoever comes first, then those who work now, then all others; among equals as they were. */
const sooner = (one: Coming, other: Coming): number =>
  (one.nextAt ?? Number.MAX_VALUE) - (other.nextAt ?? Number.MAX_VALUE) || Number(other.onNow) - Number(one.onNow)

/** Sixty workers share a few rows of the rota: those whom no row of their own sets apart are asked once for their team. */
function comings(rota: RotaRows, at: EpochMs): (team: Team, worker: Worker | null) => Coming {
  const own = new Set([...rota.shifts, ...rota.overrides].map(({ workerId }) => workerId))
  const known = new Map<TeamId, Coming>()
  const asked = (team: Team, worker: Worker | null): Coming => {
    const onNow = isOnShift(rota, team, worker, at)
    let before = onNow
    for (let then = at - (at % STEP_MS) + STEP_MS; then <= at + AHEAD_MS; then += STEP_MS) {
      const on = isOnShift(rota, team, worker, then)
      if (on && !before) return { onNow, nextAt: then }
      before = on
    }
    return { onNow, nextAt: null }
  }
  return (team, worker) => {
    if (worker && own.has(worker.id)) return asked(team, worker)
    const found = known.get(team.id) ?? asked(team, null)
    known.set(team.id, found)
    return found
  }
}
