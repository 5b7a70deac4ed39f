// The rota as people read it: workers, who works when, exceptions from that, and who is there now.
import type { StreetId, TeamId, WorkerId } from '../core/ids.ts'
import type { Team } from '../core/team.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import {
  isOnShift,
  type RotaKeeper,
  type RotaRecord,
  type Shift,
  type ShiftOverride,
  type Worker,
  type WorkerPosition,
} from '../core/worker.ts'
import { WORKED_ON } from './assignment-rows.ts'
import { changeConfiguration } from './configuration-change.ts'
import type { Database } from './connection.ts'
import { addToRota, changeInRota, removeFromRota } from './rota-changes.ts'
import { readRota } from './rota-rows.ts'

/** Limits what is read to a team, or to the teams with a grid in some streets; nothing set is the whole district. */
interface Scope {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
}

interface WorkerStatus {
  readonly worker: Worker
  readonly onShift: boolean
  readonly openJobs: number
  readonly position: WorkerPosition | null
}

/** Fulfils `Rota` of api/rota-ports.ts, where each method is described. */
export class Rota {
  readonly #db: Database
  readonly #clock: Clock
  readonly #positionMaxAgeMs: number

  /** @param positionMaxAgeMs a position that is older says where somebody was, which is shown to nobody */
  constructor(db: Database, clock: Clock, positionMaxAgeMs: number) {
    this.#db = db
    this.#clock = clock
    this.#positionMaxAgeMs = positionMaxAgeMs
  }

  async teams({ streets, teamId }: Scope): Promise<ReadonlySet<TeamId>> {
    if (teamId) return new Set([teamId])
    const teams = await this.#db.selectFrom('teams').select(['id', 'grids']).execute()
    if (!streets) return new Set(teams.map(({ id }) => id))
    const rows = await this.#db.selectFrom('cameras').select('gridId').where('streetId', 'in', streets).execute()
    const grids = new Set(rows.map(({ gridId }) => gridId))
    return new Set(teams.filter(team => team.grids.some(grid => grids.has(grid))).map(({ id }) => id))
  }

  async teamList(scope: Scope): Promise<readonly Team[]> {
    const seen = await this.teams(scope)
    const teams = await this.#db.selectFrom('teams').selectAll().orderBy('id').execute()
    return teams.filter(({ id }) => seen.has(id))
  }

  async workers(scope: Scope): Promise<readonly WorkerStatus[]> {
    const at = this.#clock.now()
    const rota = await readRota(this.#db, at)
    const seen = await this.teams(scope)
    const positions = await this.#db
      .selectFrom('workerPositions')
      .select(['workerId', 'lat', 'lon', 'accuracyM', 'at'])
      .where('at', '>=', at - this.#positionMaxAgeMs)
      .execute()
    const loads = await this.#db
      .selectFrom('jobs')
      .select(({ fn }) => ['workerId', fn.countAll<number>().as('open')] as const)
      .where('state', 'in', WORKED_ON)
      .where('workerId', 'is not', null)
      .groupBy('workerId')
      .execute()
    return rota.workers
      .filter(({ teamId }) => seen.has(teamId))
      .map(worker => {
        const team = rota.teams.find(({ id }) => id === worker.teamId)
        const onShift = worker.active && team !== undefined && isOnShift(rota, team, worker, at)
        // Where somebody is after work is nobody's business.
        const position = (onShift && positions.find(({ workerId }) => workerId === worker.id)) || null
        const openJobs = Number(loads.find(({ workerId }) => workerId === worker.id)?.open ?? 0)
        return { worker, onShift, openJobs, position }
      })
  }

  async shifts(scope: Scope): Promise<readonly Shift[]> {
    const isSeen = await this.#seen(scope)
    return (await this.#db.selectFrom('shifts').selectAll().orderBy('id').execute()).filter(isSeen)
  }

  async overrides(scope: Scope, endingAfter: EpochMs = this.#clock.now()): Promise<readonly ShiftOverride[]> {
    const isSeen = await this.#seen(scope)
    const rows = await this.#db
      .selectFrom('shiftOverrides')
      .selectAll()
      .where('toAt', '>', endingAfter)
      .orderBy('fromAt')
      .orderBy('id')
      .execute()
    return rows.filter(isSeen)
  }

  worker(id: string): Promise<Worker | undefined> {
    return this.#db
      .selectFrom('workers')
      .selectAll()
      .where('id', '=', id as WorkerId)
      .executeTakeFirst()
  }

  shift(id: string): Promise<Shift | undefined> {
    return this.#db.selectFrom('shifts').selectAll().where('id', '=', id).executeTakeFirst()
  }

  override(id: string): Promise<ShiftOverride | undefined> {
    return this.#db.selectFrom('shiftOverrides').selectAll().where('id', '=', id).executeTakeFirst()
  }

  async add(added: RotaRecord, keeper: RotaKeeper): Promise<void> {
    await changeConfiguration(this.#db, this.#clock, keeper.name, step => addToRota(step, added, keeper))
  }

  async change(changed: RotaRecord, keeper: RotaKeeper): Promise<void> {
    await changeConfiguration(this.#db, this.#clock, keeper.name, step => changeInRota(step, changed, keeper))
  }

  async remove(what: RotaRecord['what'], id: string, keeper: RotaKeeper): Promise<void> {
    await changeConfiguration(this.#db, this.#clock, keeper.name, step => removeFromRota(step, { what, id }, keeper))
  }

  async #seen(scope: Scope): Promise<(row: Pick<Shift, 'teamId' | 'workerId'>) => boolean> {
    const teams = await this.teams(scope)
    const workers = await this.#db.selectFrom('workers').select(['id', 'teamId']).execute()
    const teamOf = new Map(workers.map(({ id, teamId }) => [id, teamId]))
    return ({ teamId, workerId }) => {
      const whose = teamId ?? (workerId && teamOf.get(workerId))
      return whose ? teams.has(whose) : false
    }
  }
}
