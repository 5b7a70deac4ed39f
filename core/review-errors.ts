// The errors about alerts that somebody else looks at, and about whom one would like to send.
import type { ErrorEntry } from './file-errors.ts'

export const REVIEW_ERRORS = {
  'incident-claimed': {
    message: '{holder} is looking at incident {id}',
    hint: 'Leave it to them, or take it over on purpose (`takeOver`).',
    retryable: false,
    status: 409,
  },
  'recipient-would-join': {
    message: 'incident {id} belongs to the open job {job}, whoever has that',
    hint: 'Confirm it without naming anybody, then hand over or reassign the job.',
    retryable: false,
    status: 409,
  },
  'team-unable': {
    message: 'nobody of team {id} can take it: {why}',
    hint: 'Choose another team, or name nobody: assignment then looks everywhere.',
    retryable: false,
    status: 409,
  },
} as const satisfies Record<string, ErrorEntry>
