// One life of the process that dispatches: begun, heard, and ended by itself, by us or by `kill -9`.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { EDGE_SETTINGS, type EdgeChildReady, type EdgeChildSettings } from './edge-child.ts'
import { ROOT } from './jiemu.ts'

const CHILD = join(ROOT, 'dist/tests/support/edge-child.js')
/** A guard against a process that does not die, not a figure. */
const LIFE_LIMIT_MS = 60_000

export interface EdgeLife {
  readonly pid: number
  /** Rejects where it ends before. */
  readonly ready: Promise<EdgeChildReady>
  /** The signal that ended it; null where it ended by itself. */
  readonly ended: Promise<NodeJS.Signals | null>
  /** What it complained of, for people. */
  said(): string
  /** Asks it to stop. */
  end(): void
}

export function beginLife(settings: EdgeChildSettings): EdgeLife {
  const env = { ...process.env, [EDGE_SETTINGS]: JSON.stringify(settings) }
  const child = fork(CHILD, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const limit = setTimeout(() => child.kill('SIGTERM'), LIFE_LIMIT_MS)
  const ended = once(child, 'exit').then(([, signal]) => {
    clearTimeout(limit)
    return signal as NodeJS.Signals | null
  })
  const ready = new Promise<EdgeChildReady>((resolve, reject) => {
    child.once('message', message => {
      said += (message as EdgeChildReady).refused.join('\n')
      resolve(message as EdgeChildReady)
    })
    void ended.then(() => reject(new Error(`a process ended before it was ready: ${said}`)))
  })
  ready.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    said: () => said,
    end: () => {
      if (child.connected) child.disconnect()
    },
  }
}
