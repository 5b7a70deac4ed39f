// The errors of handing a shift over.
import type { ErrorEntry } from './file-errors.ts'

export const HAND_OVER_ERRORS = {
  'hand-over-taken': {
    message: '{by} has taken over by the note {id} already',
    hint: 'Read the note again; if you have the shift now, write a note of your own.',
    retryable: false,
    status: 409,
  },
  'hand-over-own': {
    message: 'the note {id} is by {actor}, who cannot sign it for whoever takes over',
    hint: 'Let the colleague who takes over sign in and sign it.',
    retryable: false,
    status: 409,
  },
} as const satisfies Record<string, ErrorEntry>
