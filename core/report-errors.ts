// The errors about reports, residents' and our own people's.
import type { ErrorEntry } from './file-errors.ts'

export const REPORT_ERRORS = {
  'api-key-invalid': {
    message: 'the api_key is missing, or not known here',
    hint: 'Ask the district’s administrator for a key; its SHA-256 goes into the setting open311.keys.',
    retryable: false,
    status: 403,
  },
  'report-without-place': {
    message: 'a report says where: lat and long, or address_string',
    hint: 'Send lat and long in WGS-84, or address_string.',
    retryable: false,
    status: 400,
  },
  'report-nowhere': {
    message: 'nobody knows in which grid that is',
    hint: 'Name the grid (gridId): there is none of that name, or no camera whose position is known within 3 km.',
    retryable: false,
    status: 400,
  },
} as const satisfies Record<string, ErrorEntry>
