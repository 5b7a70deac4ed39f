// The errors about keeping and deleting: floors, holds, a disk without room, pictures that are none, backups.
import type { ErrorEntry } from './file-errors.ts'

export const KEEPING_ERRORS = {
  'evidence-link-void': {
    message: 'this link to a picture is not good, no longer, or not yours',
    hint: 'Open the case again: POST /api/evidence/ID/link gives a link to whoever may see the picture, for two minutes.',
    retryable: false,
    status: 403,
  },
  'retention-below-floor': {
    message: 'retention of {record}: {keep} is below the floor of {floor}',
    hint: 'Keep it for at least {floor}; the floor is law or needed by the program, and no setting lowers it.',
    retryable: false,
    status: 400,
  },
  'evidence-below-floor': {
    message: 'picture "{id}" must be kept until {until}',
    hint: 'Evidence is kept for at least {floor}, whoever asks; delete it then.',
    retryable: false,
    status: 409,
  },
  'evidence-not-an-image': {
    message: 'the file is no picture ({problem})',
    hint: 'Send a JPEG, PNG or WebP file of at most 50 megapixels, as the phone’s camera makes it.',
    retryable: false,
    status: 422,
  },
  'evidence-too-large': {
    message: 'the picture is larger than {limit} MB',
    hint: 'Send a smaller one.',
    retryable: false,
    status: 413,
  },
  'case-held': {
    message: '{what} "{id}" is under legal hold',
    hint: 'Release the hold first; whoever placed it is named in the case’s events.',
    retryable: false,
    status: 409,
  },
  'disk-below-floor': {
    message: 'the disk has {free} left of {wanted}, and nothing on it may be deleted',
    hint: 'Make room: incidents and jobs go on, new pictures and log lines are not kept until then.',
    retryable: true,
    status: 507,
  },
  'backup-invalid': {
    message: '{file}: no whole backup ({problem})',
    hint: 'Take another copy of it, or an older backup; nothing was changed.',
    retryable: false,
    status: 400,
  },
  'backup-newer': {
    message: '{file}: {problem}',
    hint: 'Restore it with the version of the program that made it, or a later one.',
    retryable: false,
    status: 400,
  },
  'restore-target-not-empty': {
    message: 'cannot restore into {target}: it is not empty ({found})',
    hint: 'Give a new data directory, or an empty database; nothing is ever restored over something else.',
    retryable: false,
    status: 409,
  },
  'restore-unfinished': {
    message: '{target}: a restore has not come to its end',
    hint: 'Run `jiemu restore` again with the same target: it begins anew.',
    retryable: false,
    status: 500,
  },
} as const satisfies Record<string, ErrorEntry>
