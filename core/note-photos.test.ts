// Notes with photos, as the log keeps them and as pages read them.
import { expect, test } from 'vitest'
import type { EvidenceId } from './ids.ts'
import { noteWith, readNote } from './note-photos.ts'

const ids = (...names: string[]) => names as EvidenceId[]

test.each([
  ['the gate is locked', ids()],
  ['the gate is locked', ids('ev-1', 'ev-a2')],
  ['of two\nlines [photos ev-9] and more', ids('ev-1')],
])('%j with %j is read as it was written', (text, photos) => {
  expect(readNote(noteWith(text, photos))).toEqual({ text, photos })
})
