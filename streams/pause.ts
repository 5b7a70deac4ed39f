// Lets time pass, until it has or until nobody waits any more.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Wait } from './source.ts'

export const pause: Wait = async (durationMs, signal) => {
  try {
    await sleep(durationMs, undefined, { signal })
  } catch {
    // Aborted: the caller looks at the signal.
  }
}
