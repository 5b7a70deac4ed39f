// Errands as main sees them: each a child process of its own, with a limit of time, ended when nobody waits for it any more.
import { type ChildProcess, fork } from 'node:child_process'
import type { Errand, ErrandResults, FromErrand } from '../core/errand.ts'
import { JiemuError } from '../core/errors.ts'
import { WITHHELD } from './withheld.ts'

export interface ErrandsDeps {
  /** The program to fork: this program, in another role. */
  readonly program: string
  readonly args: readonly string[]
}

export interface ErrandOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  onProgress?(done: number): void
}

/** Each is a process of 60 to 300 MB. */
const MOST_AT_ONCE = 4

export class Errands {
  readonly #deps: ErrandsDeps
  readonly #running = new Set<ChildProcess>()

  constructor(deps: ErrandsDeps) {
    this.#deps = deps
  }

  /** @throws JiemuError errand-busy, errand-failed, or what the errand itself throws; `signal.reason` when aborted */
  run<E extends Errand>(errand: E, options: ErrandOptions): Promise<ErrandResults[E['type']]> {
    const { timeoutMs, signal, onProgress } = options
    signal?.throwIfAborted()
    if (this.#running.size >= MOST_AT_ONCE) return Promise.reject(new JiemuError('errand-busy'))
    const env = { ...process.env, ...WITHHELD, JIEMU_FAILPOINT: undefined }
    const child = fork(this.#deps.program, [...this.#deps.args], { serialization: 'advanced', env, silent: false })
    this.#running.add(child)
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(late)
        signal?.removeEventListener('abort', abort)
        this.#running.delete(child)
        child.kill('SIGKILL')
      }
      const fail = (error: unknown): void => {
        end()
        reject(error)
      }
      const abort = () => fail(signal?.reason)
      const late = setTimeout(
        () => fail(new JiemuError('errand-failed', { problem: `not done within ${Math.round(timeoutMs / 1_000)} s` })),
        timeoutMs,
      )
      signal?.addEventListener('abort', abort, { once: true })
      child.on('error', error => fail(new JiemuError('errand-failed', { problem: error.message }, error)))
      child.on('exit', (code, killed) =>
        fail(new JiemuError('errand-failed', { problem: `it ended, ${killed ?? code}` })),
      )
      child.on('message', raw => {
        const message = raw as FromErrand
        if (message.type === 'ready') child.send(errand, () => undefined)
        else if (message.type === 'progress') onProgress?.(message.done)
        else if (message.type === 'failed') fail(new JiemuError(message.code, message.detail))
        else {
          end()
          resolve(message.result as ErrandResults[E['type']])
        }
      })
    })
  }

  close(): void {
    for (const child of this.#running) child.kill('SIGKILL')
  }
}
