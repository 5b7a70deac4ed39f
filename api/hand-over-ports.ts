// What the API needs to hand a shift over; app.ts passes it in.
import type { HandOverNote } from '../core/hand-over.ts'
import type { PageRequest, ReadingScope } from './ports.ts'

export interface HandOverNotes {
  /** Newest first. A street sees the notes that are about no other street; a team its own. */
  list(wanted: ReadingScope & PageRequest): Promise<readonly HandOverNote[]>
  find(id: string): Promise<HandOverNote | undefined>
  /** The same key of the same writer twice is one note. */
  add(
    note: Pick<HandOverNote, 'writtenBy' | 'meantFor' | 'meantForTeam' | 'text' | 'items' | 'streets' | 'teamId'>,
    key: string,
  ): Promise<HandOverNote>
  /** Signs it; twice by the same person is once. @throws JiemuError not-found, hand-over-own, hand-over-taken */
  take(id: string, by: string, note: string | null): Promise<HandOverNote>
}
