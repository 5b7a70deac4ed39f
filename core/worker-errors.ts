// The errors about workers: who may have a job, when they work, and where they say that they are.
import type { ErrorEntry } from './file-errors.ts'

export const WORKER_ERRORS = {
  'worker-unknown': {
    message: 'there is no active worker "{id}" who could be meant',
    hint: 'Choose another worker, for a hand-over one of the same team; `GET /api/workers` lists them.',
    retryable: false,
    status: 404,
  },
  'worker-off-shift': {
    message: '{id} is off shift',
    hint: 'Choose somebody who is on shift, or enter an exception from the rota first.',
    retryable: false,
    status: 409,
  },
  'worker-foreign-grid': {
    message: '{id} is not responsible for the grid {grid}',
    hint: 'Choose somebody who covers the grid or helps out there, or reassign the job.',
    retryable: false,
    status: 409,
  },
  'worker-unskilled': {
    message: '{id} is not trained for {kind}',
    hint: 'Choose somebody who has the skill, or reassign the job.',
    retryable: false,
    status: 409,
  },
  'worker-full': {
    message: '{id} has as many open jobs as they can take',
    hint: 'Choose somebody with fewer, or let them finish one first; `loadCap` of the worker says how many.',
    retryable: false,
    status: 409,
  },
  'worker-busy': {
    message: '{id} still has open jobs: {jobs}',
    hint: 'Have them handed over, reassigned or closed first. Then, for somebody who left, `active: false` keeps the name in the figures.',
    retryable: false,
    status: 409,
  },
  'worker-needed': {
    message: '{actor} stands for no worker',
    hint: 'An administrator says which worker a user is (`workerId` of the user), or a token (`worker` of its row).',
    retryable: false,
    status: 409,
  },
  'position-untimely': {
    message: 'the position is {problem}',
    hint: 'Send where the phone is now, with `at` in epoch milliseconds; set the phone’s clock by the network.',
    retryable: false,
    status: 400,
  },
  'worker-foreign-job': {
    message: 'job {id} is not {actor}’s',
    hint: 'Whoever has the job, their team leader or an administrator can do this; a colleague can hand it over.',
    retryable: false,
    status: 409,
  },
} as const satisfies Record<string, ErrorEntry>
