// The table of fresh looks.
import type { Look } from '../../core/fresh-look.ts'
import type { Json } from '../tables.ts'

export interface LookTables {
  readonly looks: Omit<Look, 'clear' | 'samples'> & {
    readonly clear: Json<Look['clear']>
    readonly samples: Json<Look['samples']>
  }
}
