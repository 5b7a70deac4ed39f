// What the API needs of the rota: workers, who works when, exceptions from that, and where phones are.
import type { TeamId } from '../core/ids.ts'
import type { Team } from '../core/team.ts'
import type { EpochMs } from '../core/time.ts'
import type { RotaKeeper, RotaRecord, Shift, ShiftOverride, Worker, WorkerPosition } from '../core/worker.ts'
import type { ReadingScope } from './ports.ts'

export interface WorkerStatus {
  readonly worker: Worker
  /** Now, by the rota with its exceptions. */
  readonly onShift: boolean
  /** Jobs that they have to work on. */
  readonly openJobs: number
  /** Null off shift, and where no phone has said anything of late. */
  readonly position: WorkerPosition | null
}

/**
 * Every change is recorded with its keeper's name, as changes of the cameras' file are, and held against their team where
 * nothing changes meanwhile: a worker may have been moved since the request was let in. @throws JiemuError forbidden
 */
export interface Rota {
  /** Whose rota a scope reads. */
  teams(scope: ReadingScope): Promise<ReadonlySet<TeamId>>
  /** The same, as they are, by id. */
  teamList(scope: ReadingScope): Promise<readonly Team[]>
  /** By id. A street sees the teams that have a grid there. */
  workers(scope: ReadingScope): Promise<readonly WorkerStatus[]>
  shifts(scope: ReadingScope): Promise<readonly Shift[]>
  /** Those that end after an instant, now if left out; the first to begin first. */
  overrides(scope: ReadingScope, endingAfter?: EpochMs): Promise<readonly ShiftOverride[]>
  worker(id: string): Promise<Worker | undefined>
  shift(id: string): Promise<Shift | undefined>
  override(id: string): Promise<ShiftOverride | undefined>
  /** The same record twice is once. @throws JiemuError id-taken, or request-invalid where it names what is not there */
  add(added: RotaRecord, keeper: RotaKeeper): Promise<void>
  /** @throws JiemuError not-found, request-invalid, worker-busy where somebody with open jobs would leave their team */
  change(changed: RotaRecord, keeper: RotaKeeper): Promise<void>
  /** A worker with their own shifts, exceptions and position. @throws JiemuError not-found, worker-busy */
  remove(what: RotaRecord['what'], id: string, keeper: RotaKeeper): Promise<void>
}

export interface Positions {
  /** @returns whether it was kept: not off shift, and a newer one may be known, or one of a moment ago. @throws JiemuError position-untimely, worker-unknown */
  report(position: WorkerPosition): Promise<boolean>
}
