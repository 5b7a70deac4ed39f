// What dispatch remembers of the cameras' fresh looks (see verify.ts).
import type { Look } from '../core/fresh-look.ts'
import type { JobId } from '../core/ids.ts'

export interface LooksTransaction {
  get(id: string): Promise<Look | undefined>
  /** Of the newest round of the job, whose row is locked; empty where none was asked for. */
  of(jobId: JobId): Promise<readonly Look[]>
  /** Adds looks; one whose id exists is left as it is. */
  add(looks: readonly Look[]): Promise<void>
  update(look: Look): Promise<void>
}
