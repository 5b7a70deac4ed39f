// The errors about figures, exports and standings.
import type { ErrorEntry } from './file-errors.ts'

export const FIGURES_ERRORS = {
  'export-too-long': {
    message: 'the export has more than {limit} rows',
    hint: 'Ask for a shorter span, or for CSV, which has no limit.',
    retryable: false,
    status: 413,
  },
} as const satisfies Record<string, ErrorEntry>
