// The errors of pictures that leave the house, and of what is learnt from operators' verdicts.
import type { ErrorEntry } from './file-errors.ts'

export const FEEDBACK_ERRORS = {
  'picture-not-blurred': {
    message: 'picture "{id}" cannot be blurred, and so is not shown outside',
    hint: 'It was taken where people and vehicles could not be looked for; signed-in staff see it in the console.',
    retryable: false,
    status: 404,
  },
  'data-set-exists': {
    message: '{folder} is there already',
    hint: 'Name another folder, or take this one away.',
    retryable: false,
    status: 409,
  },
  'data-set-begun-otherwise': {
    message: '{folder} was begun with other settings',
    hint: 'Give the settings that it was begun with to go on, or take the folder away to begin anew.',
    retryable: false,
    status: 409,
  },
} as const satisfies Record<string, ErrorEntry>
