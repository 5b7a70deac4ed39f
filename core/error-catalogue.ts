// Every error of the product: a code, one sentence, what to do next, whether a retry can help, and its HTTP status.
// docs/errors.md lists the same codes; a test checks both directions.
import { CAMERA_ERRORS } from './camera-errors.ts'
import { DELIVERY_ERRORS } from './delivery-errors.ts'
import { FEEDBACK_ERRORS } from './feedback-errors.ts'
import { FIGURES_ERRORS } from './figures-errors.ts'
import { type ErrorEntry, FILE_ERRORS } from './file-errors.ts'
import { HAND_OVER_ERRORS } from './hand-over-errors.ts'
import { KEEPING_ERRORS } from './keeping-errors.ts'
import { LIVE_ERRORS } from './live-errors.ts'
import { PEOPLE_ERRORS } from './people-errors.ts'
import { REPORT_ERRORS } from './report-errors.ts'
import { REVIEW_ERRORS } from './review-errors.ts'
import { SETUP_ERRORS } from './setup-errors.ts'
import { SOURCE_ERRORS } from './source-errors.ts'
import { VERIFICATION_ERRORS } from './verification-errors.ts'
import { WORKER_ERRORS } from './worker-errors.ts'

export const CATALOGUE = {
  'config-invalid': {
    message: '{file}: {problem}',
    hint: 'Correct the file; `jiemu check` prints the settings as they are understood.',
    retryable: false,
    status: 400,
  },
  'config-unknown-key': {
    message: '{file}: unknown key {path}; the nearest known name is "{nearest}"',
    hint: 'Rename or remove the key; config.example.yaml lists every key.',
    retryable: false,
    status: 400,
  },
  'id-taken': {
    message: 'there is another {what} "{id}" already',
    hint: 'Choose another id, or change the one that is there by PUT.',
    retryable: false,
    status: 409,
  },
  'listen-unsafe': {
    message: 'refusing to listen on {host}: {problem}',
    hint: 'Set tls, or trustProxy behind a proxy that speaks TLS, or listen on 127.0.0.1.',
    retryable: false,
    status: 500,
  },
  'listen-failed': {
    message: 'cannot listen on {host}:{port} ({problem})',
    hint: 'Another program may use the port: stop it, or set listen.port.',
    retryable: false,
    status: 500,
  },
  'failpoint-refused': {
    message: 'JIEMU_FAILPOINT is set, but --allow-failpoints is not',
    hint: 'Unset the variable: fail-points are for the kill test only.',
    retryable: false,
    status: 500,
  },
  'kind-unknown': {
    message: 'there is no {port} of kind "{kind}"; known: {known}',
    hint: 'Choose one of the known kinds.',
    retryable: false,
    status: 400,
  },
  'options-invalid': {
    message: '{where}: {problem}',
    hint: 'See docs/kinds.md for the options of each kind.',
    retryable: false,
    status: 400,
  },
  'zone-crosses-itself': {
    message: '{where}: the polygon crosses itself',
    hint: 'Order the corners round the zone, clockwise or counter-clockwise.',
    retryable: false,
    status: 400,
  },
  'zone-outside-frame': {
    message: '{where}: the polygon leaves the frame',
    hint: 'Corners are fractions of the frame, between 0 and 1.',
    retryable: false,
    status: 400,
  },
  'zone-empty': {
    message: '{where}: the polygon has no area',
    hint: 'Give at least three corners that do not lie on one line.',
    retryable: false,
    status: 400,
  },
  'zone-camera-unknown': {
    message: '{where}: there is no camera "{camera}"',
    hint: 'Add the camera first, or correct the name.',
    retryable: false,
    status: 400,
  },
  'rule-not-built': {
    message: '{where}: the rule "{kind}" is not part of this version',
    hint: 'Use one of: {known}.',
    retryable: false,
    status: 400,
  },
  'zone-too-small': {
    message: '{where}: the zone is {sidePx} px on its short side, too small to judge; it needs {leastPx} px',
    hint: 'Draw it larger, at least {leastPx} px at the camera’s native resolution, or zoom the camera in.',
    retryable: false,
    status: 400,
  },
  'crop-empty': {
    message: '{where}: nothing of the zone lies in the frame',
    hint: 'The camera has moved or changed its picture: draw the zone again.',
    retryable: false,
    status: 400,
  },
  'camera-resized': {
    message: '{camera}: the picture has changed its shape from {before} to {now}, so the zones are suspended',
    hint: 'Restore the camera’s resolution, or set a new reference and confirm the zones.',
    retryable: false,
    status: 409,
  },
  'view-not-pending': {
    message: '{camera}: nothing waits to be confirmed',
    hint: 'Load the camera again; somebody else may have confirmed it.',
    retryable: false,
    status: 409,
  },
  ...SOURCE_ERRORS,
  'model-unknown': {
    message: 'there is no network "{model}", neither shipped nor added',
    hint: '`jiemu models list` lists them; `jiemu models add FILE` takes in your own (docs/6-models.md).',
    retryable: false,
    status: 500,
  },
  'model-altered': {
    message: 'the model file {file} is not the one in the manifest (sha256 {actual} instead of {expected})',
    hint: 'Restore the file from the release, or enter the new one in models/manifest.json.',
    retryable: false,
    status: 500,
  },
  'model-missing': {
    message: 'the model file {file} is missing',
    hint: 'Restore the file from the release.',
    retryable: false,
    status: 500,
  },
  'model-misfit': {
    message: 'the model "{model}" does not fit: {problem}',
    hint: 'The manifest must describe the input and outputs that the network really has.',
    retryable: false,
    status: 500,
  },
  'model-lacks-class': {
    message: '{where}: the network {model} does not know the class "{label}"',
    hint: 'Choose a network that knows it, or map one of its classes to it: `jiemu models add --map theirs=ours`.',
    retryable: false,
    status: 400,
  },
  'model-refused': {
    message: '{file}: not taken as a network ({problem})',
    hint: 'Check --family, --classes and the input; docs/6-models.md shows what each family must give.',
    retryable: false,
    status: 400,
  },
  'calibration-data-invalid': {
    message: '{file}: {problem}',
    hint: 'Expected images/NAME.jpg with labels/NAME.txt in YOLO lines: class x y width height, as fractions.',
    retryable: false,
    status: 400,
  },
  'inference-failed': {
    message: 'inference failed: {problem}',
    hint: 'The frame counts as not seen, never as empty; report it if it goes on.',
    retryable: true,
    status: 500,
  },
  'database-unavailable': {
    message: 'the database does not answer ({problem})',
    hint: 'Check DATABASE_URL and the server; nothing recorded is lost, and work goes on when it is back.',
    retryable: true,
    status: 503,
  },
  'database-locked': {
    message: 'another process uses the data directory {directory}',
    hint: 'Stop the other `jiemu serve`, or give this one its own --data-dir.',
    retryable: false,
    status: 500,
  },
  'queue-unavailable': {
    message: 'the queue does not answer ({problem})',
    hint: 'Check REDIS_URL and the server; what waits is kept in the database.',
    retryable: true,
    status: 503,
  },
  'disk-full': {
    message: 'no space left for {file}',
    hint: 'Free space on the disk of the data directory; incidents are recorded without their pictures meanwhile.',
    retryable: true,
    status: 507,
  },
  'evidence-altered': {
    message: 'the picture "{id}" is not the one that was recorded ({problem})',
    hint: 'Restore the file from a backup; its SHA-256 is in the record.',
    retryable: false,
    status: 500,
  },
  'secret-key-invalid': {
    message: 'the secret key cannot be used: {problem}',
    hint: 'JIEMU_SECRET_KEY is 32 bytes in base64; without it a key file is kept in the data directory.',
    retryable: false,
    status: 500,
  },
  ...CAMERA_ERRORS,
  ...FILE_ERRORS,
  ...FEEDBACK_ERRORS,
  ...REPORT_ERRORS,
  ...REVIEW_ERRORS,
  ...PEOPLE_ERRORS,
  ...WORKER_ERRORS,
  ...HAND_OVER_ERRORS,
  ...KEEPING_ERRORS,
  ...VERIFICATION_ERRORS,
  ...FIGURES_ERRORS,
  ...SETUP_ERRORS,
  ...LIVE_ERRORS,
  'request-invalid': {
    message: '{problem}',
    hint: 'See /api/openapi.json.',
    retryable: false,
    status: 400,
  },
  unauthenticated: {
    message: 'somebody must sign in, or a valid token is needed',
    hint: 'Sign in, or send a token as "Authorization: Bearer …".',
    retryable: false,
    status: 401,
  },
  forbidden: {
    message: '{actor} may not {action}',
    hint: 'Ask an administrator for the role or the street.',
    retryable: false,
    status: 403,
  },
  'origin-refused': {
    message: 'a request that {problem} is refused while nobody signs in',
    hint: 'Open the console by the address that the server printed, or set up an administrator.',
    retryable: false,
    status: 403,
  },
  'too-many-listeners': {
    message: 'already {limit} clients listen to live events',
    hint: 'Close pages that nobody looks at; it is tried again by itself.',
    retryable: true,
    status: 503,
  },
  'not-found': {
    message: 'there is no {what} "{id}"',
    hint: 'Check the id.',
    retryable: false,
    status: 404,
  },
  'transition-illegal': {
    message: '{what} "{id}" is {state}: it cannot be {event} now',
    hint: 'Reload it; somebody else may have been quicker.',
    retryable: false,
    status: 409,
  },
  'transition-forbidden': {
    message: 'as {party} nobody can make job "{id}" {event}',
    hint: 'docs/2-domain.md says who may do which step.',
    retryable: false,
    status: 403,
  },
  'reason-missing': {
    message: 'job "{id}" cannot be {event} without a reason',
    hint: 'Say why, in a few words.',
    retryable: false,
    status: 422,
  },
  'version-stale': {
    message: '{what} "{id}" has changed meanwhile',
    hint: 'Reload it and try again.',
    retryable: true,
    status: 409,
  },
  'handler-cannot-close': {
    message: '{actor} handled job "{id}" and so cannot close it',
    hint: 'A supervisor closes it, or the camera does once it sees the place clear.',
    retryable: false,
    status: 403,
  },
  ...DELIVERY_ERRORS,
  unexpected: {
    message: 'something went wrong that nobody foresaw ({problem})',
    hint: 'Report it with the log.',
    retryable: false,
    status: 500,
  },
} as const satisfies Record<string, ErrorEntry>
