// The errors of opening a camera's stream or footage, and of reading it.
import type { ErrorEntry } from './file-errors.ts'

export const SOURCE_ERRORS = {
  'source-not-found': {
    message: '{source}: nothing is there',
    hint: 'Check the path, or the host, port and path of the URL.',
    retryable: true,
    status: 502,
  },
  'source-unreachable': {
    message: '{source}: cannot be reached ({problem})',
    hint: 'Check the address, the network and the firewall; the connection is tried again by itself.',
    retryable: true,
    status: 502,
  },
  'source-unauthorised': {
    message: '{source}: the camera refused the user name or password',
    hint: 'Correct the credentials; it is tried again seldom, so that the camera does not lock the account.',
    retryable: true,
    status: 502,
  },
  'source-not-video': {
    message: '{source}: holds no video',
    hint: 'Check that the path names a video stream or a video file.',
    retryable: false,
    status: 422,
  },
  'source-codec-unsupported': {
    message: '{source}: no decoder for the codec {codec}',
    hint: 'Set the camera to H.264 or H.265.',
    retryable: false,
    status: 422,
  },
  'source-stalled': {
    message: '{source}: no packet for {seconds} s',
    hint: 'Check the camera and its network; the connection is made anew by itself.',
    retryable: true,
    status: 502,
  },
  'source-keyless': {
    message: '{source}: no key frame for {seconds} s',
    hint: 'It is connected anew by itself and decoded in full. A key frame every two seconds is a fraction of the work.',
    retryable: true,
    status: 502,
  },
  'source-ended': {
    message: '{source}: the stream ended',
    hint: 'The connection is made anew by itself.',
    retryable: true,
    status: 502,
  },
  'source-corrupt': {
    message: '{source}: undecodable data ({problem})',
    hint: 'A few broken pictures are skipped; if it goes on, check the network and the camera’s encoder.',
    retryable: true,
    status: 502,
  },
  'source-refused': {
    message: '{source}: {problem}',
    hint: 'A source is an rtsp:// or rtsps:// address, a file or a folder.',
    retryable: false,
    status: 400,
  },
} as const satisfies Record<string, ErrorEntry>
