// The table of the notes by which a shift is handed over.
import type { HandOverNote } from '../../core/hand-over.ts'
import type { Json } from '../tables.ts'

export interface HandOverTables {
  readonly handOverNotes: Omit<HandOverNote, 'writtenByName' | 'meantForName' | 'takenByName' | 'items' | 'streets'> & {
    readonly items: Json<HandOverNote['items']>
    readonly streets: Json<HandOverNote['streets']>
    /** The same key of the same person twice is one note. */
    readonly key: string
  }
}
