// The errors about decisions that are taken back, and about what the cameras are asked to look at again.
import type { ErrorEntry } from './file-errors.ts'

export const VERIFICATION_ERRORS = {
  'undo-too-late': {
    message: 'the decision on incident {id} can no longer be taken back: {seconds} s have passed',
    hint: 'Reject the incident, or cancel its job with a reason.',
    retryable: false,
    status: 409,
  },
  'undo-not-yours': {
    message: '{actor} did not decide on incident {id}',
    hint: 'Whoever decided takes it back, or a supervisor does.',
    retryable: false,
    status: 403,
  },
} as const satisfies Record<string, ErrorEntry>
