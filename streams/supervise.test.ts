// Retry, stall and end, with sources written for the purpose and a clock that moves only when waited on.
import { expect, test } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { HealthBoard } from './health-board.ts'
import type { FrameSource, Unit, Wait } from './source.ts'
import { retryDelayMs, supervise } from './supervise.ts'

const unreachable = new JiemuError('source-unreachable', { source: 'x', problem: 'refused' })
const unauthorised = new JiemuError('source-unauthorised', { source: 'x' })
const notVideo = new JiemuError('source-not-video', { source: 'x' })

test.each([
  [unreachable, 1, 0, 1_000],
  [unreachable, 1, 1, 2_000],
  [unreachable, 3, 0.5, 4_500],
  [unreachable, 99, 1, 30_000],
  [unreachable, 99, 0, 1_000],
  [unauthorised, 1, 0, 60_000],
  [notVideo, 5, 0.5, 60_000],
])('%s, failed %i times, with chance %f: waits %i ms', (problem, failures, random, expected) => {
  expect(retryDelayMs(problem, failures, random)).toBe(expected)
})

const seen: Unit = { type: 'recorded', at: 0, detections: [] }

interface Played {
  readonly states: string[]
  readonly waits: number[]
  readonly units: number
}

/** Each entry of `attempts` is one connection; after the last, the supervision is stopped. */
async function play(
  live: boolean,
  attempts: readonly ((signal: AbortSignal) => AsyncIterable<Unit>)[],
  states: string[] = [],
): Promise<Played> {
  const clock = new ManualClock(0)
  const stop = new AbortController()
  const waits: number[] = []
  let units = 0
  let next = 0
  const wait: Wait = async durationMs => {
    waits.push(durationMs)
    // Lets the attempt that is being watched go on before time does.
    await new Promise(setImmediate)
    clock.advanceBy(durationMs)
  }
  const board = new HealthBoard(
    'c' as CameraId,
    clock,
    { keyframeIntervalMs: null, mode: 'economy', fullReason: null, clockSkewMs: null },
    ({ state, problem }) => states.push(problem ? `${state} ${problem.code}` : state),
  )
  const source: FrameSource = {
    label: 'x',
    live,
    async *read(signal) {
      const attempt = attempts[next++]
      if (attempt) yield* attempt(signal)
      else stop.abort()
    },
  }
  const run = async (given: AsyncIterable<Unit>) => {
    for await (const _ of given) units++
  }
  await supervise({ source, board, clock, wait, log: silentLog, random: () => 0, run }, stop.signal)
  return { states, waits, units }
}

async function* failing(problem: JiemuError): AsyncGenerator<Unit> {
  yield seen
  throw problem
}

const refusing = (): AsyncIterable<Unit> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(unauthorised) }),
})
async function* ending(): AsyncGenerator<Unit> {
  yield seen
}

/** Says nothing until it is interrupted, like a read from a dead camera. */
async function* silent(signal: AbortSignal): AsyncGenerator<Unit> {
  yield seen
  await new Promise(resolve => signal.addEventListener('abort', resolve))
  throw signal.reason
}

async function* deaf(signal: AbortSignal): AsyncGenerator<Unit> {
  await new Promise(resolve => signal.addEventListener('abort', resolve))
  throw signal.reason
}

test('a camera is connected again after a failure', async () => {
  const { states, units } = await play(true, [() => failing(unreachable), ending])
  expect(states.slice(0, 3)).toEqual(['online', 'retrying source-unreachable', 'online'])
  expect(units).toBe(2)
})

test('a camera whose stream ends is connected again', async () => {
  const { states } = await play(true, [ending, ending])
  expect(states.slice(0, 3)).toEqual(['online', 'retrying source-ended', 'online'])
})

test.each(['throws', 'ends'] as const)(
  'a camera whose read goes on after it has stalled, and then %s, is told to have stalled before that, and once',
  async how => {
    let toldMeanwhile: readonly string[] = []
    const states: string[] = []
    async function* dripping(signal: AbortSignal): AsyncGenerator<Unit> {
      yield seen
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      toldMeanwhile = [...states]
      // The picture that was under way is whole at last.
      yield seen
      if (how === 'throws') throw signal.reason
    }
    await play(true, [dripping, ending], states)
    expect(toldMeanwhile).toEqual(['online', 'retrying source-stalled'])
    expect(states.slice(0, 3)).toEqual(['online', 'retrying source-stalled', 'online'])
  },
)

test('a camera that falls silent has stalled after ten seconds', async () => {
  const { states } = await play(true, [silent, ending])
  expect(states.slice(0, 3)).toEqual(['online', 'retrying source-stalled', 'online'])
})

test('a camera that never answers is unreachable after ten seconds', async () => {
  const { states } = await play(true, [deaf])
  expect(states[0]).toBe('retrying source-unreachable')
})

test('a camera that shows no video is tried again seldom', async () => {
  const { states, waits } = await play(true, [() => failing(notVideo), ending])
  expect(states).toContain('retrying source-not-video')
  expect(waits).toContain(60_000)
})

test('a camera that let us in and asks for the password again is tried soon, and then seldom', async () => {
  const { states, waits } = await play(true, [ending, refusing, refusing, ending])
  expect(states.slice(0, 4)).toEqual(['online', 'retrying source-ended', 'retrying source-unauthorised', 'online'])
  expect(waits.filter(ms => [1_000, 60_000].includes(ms))).toEqual([1_000, 1_000, 60_000, 1_000])
})

test('a camera that let us in, stalled, and refuses us then is tried soon', async () => {
  const { states, waits } = await play(true, [silent, refusing, ending])
  expect(states.slice(0, 3)).toEqual(['online', 'retrying source-stalled', 'retrying source-unauthorised'])
  expect(waits).not.toContain(60_000)
})

test('footage ends once', async () => {
  const { states, units } = await play(false, [ending])
  expect(states).toEqual(['online', 'ended'])
  expect(units).toBe(1)
})

test('footage that holds no video has failed, and is not tried again', async () => {
  const { states, waits } = await play(false, [() => failing(notVideo)])
  expect(states).toEqual(['online', 'failed source-not-video'])
  expect(waits).toEqual([])
})

test('footage that is not there yet is looked for again', async () => {
  const { states } = await play(false, [() => failing(new JiemuError('source-not-found', { source: 'x' })), ending])
  expect(states).toEqual(['online', 'retrying source-not-found', 'online', 'ended'])
})
