// What all footage has in common: where it lies, when it begins, how fast it is given, and whether it starts over.

import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { FrameSource, SourceDeps, Unit } from './source.ts'

const startAt = z
  .union([z.literal('now'), z.number(), z.iso.datetime({ offset: true }).transform(text => Date.parse(text))])
  .describe('when the first picture was taken: "now", an ISO time with its offset, or epoch milliseconds')

/** The options of every kind of footage; a kind spreads them into its own strict object. */
export const footageOptions = {
  path: z.string().min(1).describe('relative to the configuration file'),
  loop: z
    .boolean()
    .default(false)
    .describe('starts over at the end, with what the file held when it was opened; never in a replay'),
  pace: z.enum(['realtime', 'fast']).default('realtime').describe('as it was taken, or as fast as it can be read'),
  startAt: startAt.optional(),
}

export interface FootageOptions {
  readonly path: string
  readonly loop: boolean
  readonly pace: 'realtime' | 'fast'
  readonly startAt?: EpochMs | 'now' | undefined
}

/** One way through the footage at `file`, begun at `startsAt`; where that is undefined, at its own or the default time. */
export type Round = (
  at: { readonly file: string; readonly startsAt: EpochMs | undefined },
  signal: AbortSignal,
) => AsyncGenerator<Unit, EpochMs>

/**
 * A source out of a way to play the footage once.
 * @param round gives the units and returns when the next round begins
 */
export function footage(options: FootageOptions, deps: SourceDeps, round: Round): FrameSource {
  const file = path.resolve(deps.baseDir, options.path)
  const loops = options.loop && deps.pace === 'live'
  return {
    label: options.path,
    live: false,
    async *read(signal) {
      await mustExist(file, options.path)
      let startsAt = startOf(options.startAt, deps)
      for (;;) {
        const endsAt: EpochMs = yield* round({ file, startsAt }, signal)
        // A round that took no time would be a busy loop.
        if (!loops || endsAt <= (startsAt ?? Number.NEGATIVE_INFINITY)) return
        startsAt = endsAt
      }
    },
  }
}

/** A replay gives the same every time, so that "now" means nothing to it. */
function startOf(startAtOption: FootageOptions['startAt'], deps: SourceDeps): EpochMs | undefined {
  if (startAtOption !== 'now') return startAtOption
  return deps.pace === 'live' ? deps.clock.now() : undefined
}

/** @throws JiemuError source-not-found, file-unreadable */
async function mustExist(file: string, label: string): Promise<void> {
  try {
    await access(file, constants.R_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new JiemuError('source-not-found', { source: label }, error)
    throw new JiemuError('file-unreadable', { file: label, problem: code }, error)
  }
}

/** The names in a folder, unsorted. @throws JiemuError source-not-video where it is no folder */
export async function namesIn(folder: string, label: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    throw new JiemuError('source-not-video', { source: label }, error)
  }
}

/** A process that was busy or asleep for longer gives footage later from then on. */
const MOST_BEHIND_MS = 2_000

/** Holds units back until it is their time: the first passes at once, the others at the distance they were taken in. */
export class Pacer {
  readonly #deps: SourceDeps
  readonly realtime: boolean
  #offsetMs: number | undefined

  /** @param offsetMs our time − media time, where it is fixed from the start */
  constructor(options: Pick<FootageOptions, 'pace'>, deps: SourceDeps, offsetMs?: number) {
    this.#deps = deps
    this.realtime = deps.pace === 'live' && options.pace === 'realtime'
    this.#offsetMs = offsetMs
  }

  /**
   * Waits until `mediaMs`, on any scale that goes on from one file to the next.
   * @returns when its unit was due, as a camera would have sent it: what passed since, it waited for this thread; now, without a pace
   */
  async until(mediaMs: number, signal: AbortSignal): Promise<EpochMs> {
    if (!this.realtime) return this.#deps.clock.now()
    this.#offsetMs ??= this.#deps.clock.now() - mediaMs
    const now = this.#deps.clock.now()
    const dueAt = mediaMs + this.#offsetMs
    if (dueAt > now) await this.#deps.wait(dueAt - now, signal)
    else {
      // A camera goes on from where it is: catching up would take the time of all others.
      if (now - dueAt > MOST_BEHIND_MS) this.#offsetMs = now - mediaMs
      // Whoever reads on this thread would else leave nothing to others while it is behind.
      await setImmediate()
    }
    signal.throwIfAborted()
    return Math.floor(Math.max(dueAt, now - MOST_BEHIND_MS))
  }
}
