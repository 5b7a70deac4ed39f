// The errors about telling people: notices that were given up, and a path that does not carry them.
import type { ErrorEntry } from './file-errors.ts'

export const DELIVERY_ERRORS = {
  'delivery-failed': {
    message: 'the notification to {destination} was not taken ({problem})',
    hint: 'It is sent again by itself, more and more seldom.',
    retryable: true,
    status: 502,
  },
  'delivery-refused': {
    message: 'the notification to {destination} was refused ({problem})',
    hint: 'Correct the address or the secret of the notifier; what was refused is a dead letter, to be driven again by hand.',
    retryable: false,
    status: 502,
  },
  'delivery-untrusted': {
    message: 'nothing was sent to {destination}, whose server could not prove who it is ({problem})',
    hint: 'Have its certificate renewed, or correct `url` or `ca` of the notifier; it is tried again by itself.',
    retryable: true,
    status: 502,
  },
  'dead-letters': {
    message: '{count} notices were given up: {destinations}',
    hint: 'GET /api/deliveries?state=dead lists them with their last errors; mend the destination, then redrive or dismiss them.',
    retryable: false,
    status: 500,
  },
  'canary-missing': {
    message: 'the test notice that is sent every minute does not come through to: {destinations}',
    hint: 'Look at the database, the queue and those destinations; notices wait in the database until the way is free.',
    retryable: true,
    status: 503,
  },
  'media-link-void': {
    message: 'this link is not good, or no longer',
    hint: 'Ask whoever sent it for another one.',
    retryable: false,
    status: 403,
  },
} as const satisfies Record<string, ErrorEntry>
