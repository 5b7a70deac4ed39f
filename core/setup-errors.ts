// The errors about setting up cameras and zones by hand: what a connection test finds, and what cannot be tried.
import type { ErrorEntry } from './file-errors.ts'

export const SETUP_ERRORS = {
  'login-needed': {
    message: '{where}: the address names another host, so the stored login does not go with it',
    hint: 'Give the user name and password again; a stored password is only ever sent to the host it was stored for.',
    retryable: false,
    status: 422,
  },
  'camera-name-unknown': {
    message: '{source}: nobody knows a host of this name',
    hint: 'Check the spelling, or give the camera’s IP address.',
    retryable: true,
    status: 502,
  },
  'camera-port-closed': {
    message: '{source}: the host is there but nothing listens on port {port}',
    hint: 'Check the port (554 is usual), and that RTSP is switched on in the camera.',
    retryable: true,
    status: 502,
  },
  'camera-no-route': {
    message: '{source}: the network does not reach this address ({problem})',
    hint: 'Check the address, the cable, the VLAN and the firewall between this server and the camera.',
    retryable: true,
    status: 502,
  },
  'camera-silent': {
    message: '{source}: no answer within {seconds} s',
    hint: 'The camera may be off, or a firewall swallows the connection; try udp if it only fails after the login.',
    retryable: true,
    status: 504,
  },
  'camera-no-picture': {
    message: '{source}: connected, but no whole picture came within {seconds} s',
    hint: 'Shorten the key-frame interval (I-frame interval) in the camera, or check its network for losses.',
    retryable: true,
    status: 502,
  },
  'errand-failed': {
    message: 'it could not be finished ({problem})',
    hint: 'Try it again; if it goes on, look into the server’s log.',
    retryable: true,
    status: 500,
  },
  'errand-busy': {
    message: 'too much is being tried at once',
    hint: 'Wait until one of them is done.',
    retryable: true,
    status: 503,
  },
  'clip-refused': {
    message: 'the clip is not taken: {problem}',
    hint: 'Upload an MP4 file of at most {limit} MB, with H.264 or H.265 video.',
    retryable: false,
    status: 422,
  },
  'discovery-failed': {
    message: 'the network could not be searched ({problem})',
    hint: 'Type the camera’s address instead, or ask for the server to be in the cameras’ network.',
    retryable: true,
    status: 502,
  },
  'count-too-few': {
    message: '{count} counted pictures are too few to fit a scale: {least} are needed',
    hint: 'Count more pictures, minutes apart, of busy and quiet times.',
    retryable: false,
    status: 422,
  },
} as const satisfies Record<string, ErrorEntry>
