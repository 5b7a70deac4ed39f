// Detections as the MOT Challenge keeps them (Leal-Taixé et al. 2015, section 2.3): det.txt, one box in pixels a line.
//
//   frame, id, left, top, width, height, score[, x, y, z]      frames count from 1; one without a box has no line
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'
import type { Detection } from '../core/scene.ts'

export const motOptions = z.strictObject({
  frameRate: z.number().positive().max(1_000).describe('frames a second'),
  widthPx: z.int().positive().describe('width of the frame'),
  heightPx: z.int().positive().describe('height of the frame'),
  frames: z.int().positive().optional().describe('how many there are; up to the last one with a box, if left out'),
  label: z.string().min(1).default('person').describe('what the boxes show'),
  scores: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low < high, 'expected [lowest, highest]')
    .default([0, 1])
    .describe('scores that become 0 and 1, for detectors with margins of their own; what lies beyond is cut off'),
})
export type MotOptions = z.output<typeof motOptions>

export interface MotFrame {
  /** From the first frame. */
  readonly atMs: number
  readonly detections: readonly Detection[]
}

/**
 * Every frame from the first on, with its boxes in fractions of the frame, cut off at its edges.
 * @param label names the file in errors
 * @throws JiemuError file-unreadable, naming the line
 */
export async function* motFrames(file: string, label: string, options: MotOptions): AsyncGenerator<MotFrame> {
  const { frameRate, frames = 0 } = options
  const frameAt = (number: number, detections: readonly Detection[]): MotFrame => ({
    atMs: Math.round(((number - 1) * 1_000) / frameRate),
    detections,
  })
  let frame = 1
  let found: Detection[] = []
  let lines = 0
  let isEmpty = frames === 0
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    lines++
    if (text.trim() === '') continue
    const problem = (what: string) =>
      new JiemuError('file-unreadable', { file: label, problem: `line ${lines}: ${what}` })
    const row = rowOf(text, problem)
    isEmpty = false
    if (row.frame < frame) throw problem(`frame ${row.frame} comes after frame ${frame}`)
    if (frames > 0 && row.frame > frames) throw problem(`frame ${row.frame} of ${frames}`)
    for (; frame < row.frame; frame++) {
      yield frameAt(frame, found)
      found = []
    }
    found.push(...detectionOf(row, options, problem))
  }
  if (isEmpty) return
  for (const last = Math.max(frames, frame); frame <= last; frame++) {
    yield frameAt(frame, found)
    found = []
  }
}

type Problem = (what: string) => JiemuError

interface Row {
  readonly frame: number
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly score: number
}

function rowOf(text: string, problem: Problem): Row {
  const fields = text.split(',').map(field => (field.trim() === '' ? Number.NaN : Number(field)))
  const [frame, , left, top, width, height, score] = fields
  if (frame === undefined || left === undefined || top === undefined || width === undefined) throw problem(SHAPE)
  if (height === undefined || score === undefined || !fields.every(Number.isFinite)) throw problem(SHAPE)
  if (!Number.isInteger(frame) || frame < 1) throw problem('frames count from 1')
  if (width <= 0 || height <= 0) throw problem('the box has no area')
  return { frame, left, top, width, height, score }
}

const SHAPE = 'expected the numbers frame, id, left, top, width, height, score'

/** Nothing where the box lies outside the frame. */
function detectionOf(row: Row, { widthPx, heightPx, label, scores }: MotOptions, problem: Problem): Detection[] {
  const [low, high] = scores
  if (low === 0 && high === 1 && (row.score < 0 || row.score > 1)) {
    throw problem(`the score ${row.score} is not between 0 and 1; say with \`scores\` what they are`)
  }
  const cut = (value: number) => Math.min(1, Math.max(0, value))
  const box = {
    x1: cut(row.left / widthPx),
    y1: cut(row.top / heightPx),
    x2: cut((row.left + row.width) / widthPx),
    y2: cut((row.top + row.height) / heightPx),
  }
  if (box.x1 >= box.x2 || box.y1 >= box.y2) return []
  return [{ label, score: cut((row.score - low) / (high - low)), box }]
}
