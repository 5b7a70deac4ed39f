// The errors about looking at cameras live.
import type { ErrorEntry } from './file-errors.ts'

export const LIVE_ERRORS = {
  'still-missing': {
    message: 'camera "{camera}" has no picture to show',
    hint: 'It is offline, has just started, or gives no pictures: GET /api/cameras/ID says how it does. Try again in a few seconds.',
    retryable: true,
    status: 503,
  },
  'too-many-viewers': {
    message: 'as many as can look at this camera live already do ({limit})',
    hint: 'Close live views that nobody looks at, or look at the stills.',
    retryable: true,
    status: 503,
  },
} as const satisfies Record<string, ErrorEntry>
