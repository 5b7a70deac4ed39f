// Holds what a truth file says of its footage's length against the footage itself.

import { JiemuError } from '../../core/errors.ts'
import type { CameraId } from '../../core/ids.ts'
import { footageLength } from '../../streams/footage-length.ts'
import type { Truth } from '../truth.ts'

/** Containers round, and tools differ on whether the last picture counts. */
const TOLERANCE_MS = 1_000

/**
 * Reads the footage through, without decoding it.
 * @returns its length in ms
 * @throws JiemuError truth-invalid where `durationMs` or the number of counted pictures says otherwise; source-…
 */
export async function checkLength(truth: Truth, signal = new AbortController().signal): Promise<number> {
  const { id, source } = truth.camera
  const lengthMs = await footageLength({ id: id as CameraId, source }, signal)
  const wrong = (field: string, problem: string) =>
    new JiemuError('truth-invalid', { file: truth.file, field, problem })
  const { durationMs, startAt, counts } = truth
  if (durationMs !== null && Math.abs(lengthMs - durationMs) > TOLERANCE_MS) {
    throw wrong('durationMs', `the footage lasts ${seconds(lengthMs)}, not ${seconds(durationMs)}`)
  }
  const late = truth.events.findIndex(({ fromAt }) => fromAt >= startAt + lengthMs + TOLERANCE_MS)
  if (late >= 0) throw wrong(`events.${late}`, `it begins after the footage, which lasts ${seconds(lengthMs)}`)
  const countedMs = counts.length * Number(source.frameIntervalMs ?? 0)
  if (counts.length > 0 && Math.abs(countedMs - lengthMs) > TOLERANCE_MS) {
    const problem = `${counts.length} pictures were counted, which is ${seconds(countedMs)}`
    throw wrong('counts', `${problem}; the footage lasts ${seconds(lengthMs)}`)
  }
  return lengthMs
}

const seconds = (durationMs: number) => `${(durationMs / 1_000).toFixed(1)} s`
