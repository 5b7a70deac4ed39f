// The errors about cameras under watch and the shards that watch them.
import type { ErrorEntry } from './file-errors.ts'

export const CAMERA_ERRORS = {
  'camera-clock-off': {
    message: '{camera}: its clock is {skew} {direction}',
    hint: 'Pictures are timed by our own clock meanwhile, recordings in the camera are not: set its time server (NTP) and time zone.',
    retryable: true,
    status: 409,
  },
  'camera-quarantined': {
    message: '{camera}: its stream ended the shard {times} times, so it is left alone until {until}',
    hint: 'It is tried again by itself, ever more seldom; restart the camera, update its firmware, or set another codec or profile.',
    retryable: true,
    status: 503,
  },
  'shard-crashed': {
    message: 'shard {shard} ended unexpectedly ({problem})',
    hint: 'It is restarted by itself; a camera whose stream crashes it again and again is left alone for a while.',
    retryable: true,
    status: 500,
  },
  'shard-overloaded': {
    message:
      'shard {shard} has more to do than its core can: it looks at each camera every {every} at most, at {percent} % of the pictures',
    hint: 'Rules go on with fewer pictures, and it gives all of them again once it can; watch fewer cameras, or give it more cores and shards.',
    retryable: true,
    status: 503,
  },
  'shard-memory-exceeded': {
    message: 'shard {shard} used {usedMb} MB of memory, more than its {limitMb} MB',
    hint: 'It is restarted by itself and loses nothing; where that happens again and again, raise shardMegabytes or watch fewer cameras.',
    retryable: true,
    status: 503,
  },
} as const satisfies Record<string, ErrorEntry>
