// Photos with a note in a job's log: named at the end of its text, so that the chain of the log holds them too.
import type { EvidenceId } from './ids.ts'

/** More than a few belong into the evidence. */
export const MOST_NOTE_PHOTOS = 4

const NAMED = /\n\[photos((?: ev-[\w-]+)+)\]$/

/** @returns the text of a note as its log keeps it */
export const noteWith = (text: string, photos: readonly EvidenceId[]): string =>
  photos.length > 0 ? `${text}\n[photos ${photos.join(' ')}]` : text

/** The inverse: anybody may type the like, so that what it names must be among the photos of the job. */
export function readNote(kept: string): { readonly text: string; readonly photos: readonly EvidenceId[] } {
  const [whole = '', names = ''] = NAMED.exec(kept) ?? []
  return { text: kept.slice(0, kept.length - whole.length), photos: names.split(' ').filter(Boolean) as EvidenceId[] }
}
