// The errors about files that people hand in or ask for: footage's truth, annotations, results, logs.

/** What an error's code stands for. */
export interface ErrorEntry {
  /** `{name}` is replaced by the detail of that name. */
  readonly message: string
  readonly hint: string
  readonly retryable: boolean
  readonly status: number
}

export const FILE_ERRORS = {
  'file-unreadable': {
    message: '{file}: cannot be read ({problem})',
    hint: 'Check the path and its permissions.',
    retryable: false,
    status: 400,
  },
  'file-unwritable': {
    message: 'cannot write {file} ({problem})',
    hint: 'Check that its folder is there, that this user may write to it, and that the disk has space.',
    retryable: false,
    status: 500,
  },
  'truth-invalid': {
    message: '{file}: {field}: {problem}',
    hint: 'fixtures/README.md describes the truth format.',
    retryable: false,
    status: 400,
  },
  'result-invalid': {
    message: '{file}: {field}: {problem}',
    hint: 'Results are written by the programs in benchmarks; measure it again, or take the file away.',
    retryable: false,
    status: 400,
  },
  'annotations-invalid': {
    message: '{file}: {field}: {problem}',
    hint: 'fixtures/README.md says what is read of MOTChallenge, COCO and ActEV files.',
    retryable: false,
    status: 400,
  },
} as const satisfies Record<string, ErrorEntry>
