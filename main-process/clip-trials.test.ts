// Uploaded clips: what is taken in, one at a time, and a file that never stays.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import { ManualClock } from '../core/time.ts'
import type { Trial, TrialResult } from '../core/trial.ts'
import { ClipTrials, type ClipTrialsDeps } from './clip-trials.ts'

const GATE = 'gate' as CameraId
const trial = { camera: { id: GATE } } as Trial
const RESULT: TrialResult = { from: 1, to: 2, looks: 3, blindMs: {}, fired: [], more: 0, limits: [] }
const MP4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(100)])

let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'jiemu-clips-'))
  folder = join(parent, 'uploads')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

async function* upload(...chunks: readonly Uint8Array[]) {
  yield* chunks
}
const left = () => (existsSync(folder) ? readdirSync(folder) : [])

/** Trials whose errand ends when the test says so. */
function opened(more: Partial<ClipTrialsDeps> = {}) {
  let resolve = (_: TrialResult): void => undefined
  let reject = (_: unknown): void => undefined
  const promise = new Promise<TrialResult>((finish, fail) => {
    resolve = finish
    reject = fail
  })
  const run: ClipTrialsDeps['run'] = (_, { signal, onProgress }) => {
    onProgress(0.5)
    signal.addEventListener('abort', () => reject(signal.reason))
    return promise
  }
  const trials = new ClipTrials({ folder, admit: () => undefined, run, clock: new ManualClock(0), ...more })
  return { trials, finish: resolve, fail: reject }
}

test('a clip is tried and its file deleted; its camera alone knows of it', async () => {
  const { trials, finish } = opened()
  const { id } = await trials.start(trial, upload(MP4.subarray(0, 3), MP4.subarray(3)), 0)
  expect(left()).toEqual([`${id}.mp4`])
  expect(trials.get(GATE, id)).toMatchObject({ state: 'running', progress: 0.5 })
  expect(trials.get('other' as CameraId, id)).toBeUndefined()
  finish(RESULT)
  await vi.waitFor(() => expect(left()).toEqual([]))
  expect(trials.get(GATE, id)).toMatchObject({ state: 'done', progress: 1, result: RESULT })
})

test('a second clip waits until the first is done, or is given up', async () => {
  const { trials } = opened()
  const { id } = await trials.start(trial, upload(MP4), 0)
  await expect(trials.start(trial, upload(MP4), 0)).rejects.toThrow(expect.objectContaining({ code: 'errand-busy' }))
  trials.cancel('other' as CameraId, id)
  expect(trials.get(GATE, id)?.state).toBe('running')
  trials.cancel(GATE, id)
  await vi.waitFor(() => expect(left()).toEqual([]))
  expect(trials.get(GATE, id)?.state).toBe('cancelled')
})

test('a trial that fails says why', async () => {
  const { trials, fail } = opened()
  const { id } = await trials.start(trial, upload(MP4), 0)
  fail(new JiemuError('source-not-video', { source: 'clip' }))
  await vi.waitFor(() => expect(trials.get(GATE, id)?.problem?.code).toBe('source-not-video'))
  await vi.waitFor(() => expect(left()).toEqual([]))
})

test.each<[string, () => AsyncIterable<Uint8Array>]>([
  ['no MP4 file', () => upload(Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'))],
  ['nothing', () => upload()],
  ['more than 200 MB', () => upload(MP4, ...Array.from({ length: 201 }, () => new Uint8Array(1e6)))],
])('%s is refused, and nothing stays of it', async (_, clip) => {
  const { trials } = opened()
  await expect(trials.start(trial, clip(), 0)).rejects.toThrow(expect.objectContaining({ code: 'clip-refused' }))
  await vi.waitFor(() => expect(left()).toEqual([]))
  const { id } = await trials.start(trial, upload(MP4), 0)
  expect(trials.get(GATE, id)?.state).toBe('running')
})
