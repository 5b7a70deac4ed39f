// Keeps a source going: tries again, ever more seldom; notices stalls; knows when only a person can help.
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { ConnectionPace } from './connection-pace.ts'
import type { HealthBoard } from './health-board.ts'
import { STALL_SECONDS } from './native.ts'
import type { FrameSource, Unit, Wait } from './source.ts'

const FIRST_RETRY_MS = 1_000
const MAX_RETRY_MS = 30_000
/** A wrong password tried often locks the account of many cameras; a wrong codec only a person can change. */
const SELDOM_RETRY_MS = 60_000
/** A connection that lasted this long was sound: the next failure is the first one again. */
const SOUND_AFTER_MS = 30_000

/**
 * How long to wait before the next attempt: full jitter between one second and a limit that doubles, so that a hundred
 * cameras behind one switch do not come back in the same instant.
 * @param failures in a row, from 1
 * @param random 0…1
 * @param letIn whether the camera took the password before: once more, it is tried soon
 */
export function retryDelayMs(problem: JiemuError, failures: number, random: number, letIn = false): number {
  if ((problem.code === 'source-unauthorised' && !letIn) || !problem.retryable) return SELDOM_RETRY_MS
  const limitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 10))
  return FIRST_RETRY_MS + random * (limitMs - FIRST_RETRY_MS)
}

export interface Supervision {
  readonly source: FrameSource
  readonly board: HealthBoard
  readonly clock: Clock
  readonly wait: Wait
  readonly log: Log
  /** 0…1, for the jitter. */
  readonly random: () => number
  /** Consumes the units of one attempt; returns at their end. */
  readonly run: (units: AsyncIterable<Unit>) => Promise<void>
  /** Cameras take turns to connect; footage does not wait. */
  readonly connections?: ConnectionPace | undefined
  /** Resolves when it may be opened, to what is called once it is. */
  readonly inLine?: ((signal: AbortSignal) => Promise<() => void>) | undefined
}

/** Returns when `signal` is aborted, when footage has ended, or when it failed; never throws. */
export async function supervise(supervision: Supervision, signal: AbortSignal): Promise<void> {
  const { source, board, clock, wait, log, random, connections, inLine } = supervision
  /** Whether it has let us in since it last refused: then a refusal is a session that was lost, not a wrong password. */
  let letIn = false
  for (let failures = 0; !signal.aborted; ) {
    if (source.live) await connections?.turn(wait, signal)
    const opened = (await inLine?.(signal)) ?? (() => undefined)
    if (signal.aborted) return opened()
    const begunAt = clock.now()
    const { problem, told, wasOnline } = await attempt(supervision, opened, signal)
    if (signal.aborted) return
    if (!problem) return board.enter('ended')
    if (!source.live && !problem.retryable) {
      log.error({ code: problem.code, hint: problem.hint }, problem.message)
      return board.enter('failed', problem)
    }
    failures = clock.now() - begunAt >= SOUND_AFTER_MS ? 1 : failures + 1
    letIn ||= wasOnline
    const delayMs = Math.round(retryDelayMs(problem, failures, random(), letIn))
    if (problem.code === 'source-unauthorised') letIn = false
    log.warn({ code: problem.code, hint: problem.hint, retryInMs: delayMs }, problem.message)
    if (!told) board.enter('retrying', problem)
    await wait(delayMs, signal)
  }
}

interface Attempted {
  /** Why it ended; none at the regular end of footage. */
  readonly problem: JiemuError | undefined
  /** Whether the health says so already. */
  readonly told: boolean
  /** Whether it gave anything before. */
  readonly wasOnline: boolean
}

/** @param opened called with every unit, and at the end */
async function attempt(supervision: Supervision, opened: () => void, outer: AbortSignal): Promise<Attempted> {
  const { source, run } = supervision
  const stop = new AbortController()
  const forward = () => stop.abort(outer.reason)
  outer.addEventListener('abort', forward, { once: true })
  const pulse: Pulse = { at: supervision.clock.now(), online: false, stalled: undefined, opened }
  const watch = source.live ? watchPulse(supervision, pulse, stop) : undefined
  let problem: JiemuError | undefined
  try {
    await run(felt(supervision, source.read(stop.signal), pulse))
    if (source.live) problem = new JiemuError('source-ended', { source: source.label })
  } catch (error) {
    problem = toJiemuError(error)
  } finally {
    outer.removeEventListener('abort', forward)
    stop.abort()
    opened()
    await watch
  }
  return { problem: pulse.stalled ?? problem, told: pulse.stalled !== undefined, wasOnline: pulse.online }
}

interface Pulse {
  at: number
  online: boolean
  /** Why it was given up, as it was told. */
  stalled: JiemuError | undefined
  /** Whoever waits for it to be open need wait no more. */
  opened(): void
}

/** Passes units on and notes when they came. */
async function* felt({ board, clock }: Supervision, units: AsyncIterable<Unit>, pulse: Pulse): AsyncGenerator<Unit> {
  for await (const unit of units) {
    pulse.opened()
    pulse.at = clock.now()
    if (!pulse.online && !pulse.stalled && unit.type !== 'format') {
      pulse.online = true
      board.enter('online')
    }
    yield unit
  }
}

/**
 * Aborts the attempt when nothing came for too long: FFmpeg's own time-out is not felt while audio still comes. It is told at
 * once, for a camera that sends a few bytes now and then may hold the read that is under way for a minute more.
 */
async function watchPulse(supervision: Supervision, pulse: Pulse, stop: AbortController): Promise<void> {
  const { source, board, clock, wait } = supervision
  const limitMs = STALL_SECONDS * 1_000
  while (!stop.signal.aborted) {
    const idleMs = clock.now() - pulse.at
    if (idleMs >= limitMs) {
      const problem = `no answer within ${STALL_SECONDS} s`
      const code = pulse.online ? 'source-stalled' : 'source-unreachable'
      pulse.stalled = new JiemuError(code, { source: source.label, seconds: STALL_SECONDS, problem })
      board.enter('retrying', pulse.stalled)
      stop.abort(pulse.stalled)
      return
    }
    await wait(limitMs - idleMs, stop.signal)
  }
}
