// Recorded detections instead of pixels: JSON lines of what was seen, when, or MOT Challenge's det.txt.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { describeIssue, type Kind } from '../../core/kind.ts'
import type { Detection } from '../../core/scene.ts'
import { DEFAULT_START_AT, type EpochMs } from '../../core/time.ts'
import { footage, footageOptions, Pacer } from '../footage.ts'
import { type MotFrame, motFrames, motOptions } from '../mot-detections.ts'
import type { FrameSource, SourceDeps } from '../source.ts'

const options = z.strictObject({
  kind: z.literal('recorded').optional(),
  ...footageOptions,
  startAt: footageOptions.startAt.describe('moves the first line to this time, and the others with it'),
  anchor: z
    .enum(['open', 'wall'])
    .default('open')
    .describe('play from the first line when opened, or, like a camera, from the present: what is past is not given'),
  mot: motOptions.optional().describe('the file is a det.txt of MOT Challenge, in pixels and frame numbers'),
})

const fraction = z.number().min(0).max(1)
const line = z
  .strictObject({
    at: z.number().optional(),
    atMs: z.number().optional(),
    objects: z.array(
      z.object({ label: z.string(), score: fraction, box: z.tuple([fraction, fraction, fraction, fraction]) }),
    ),
  })
  .refine(it => (it.at === undefined) !== (it.atMs === undefined), 'give either at or atMs')
  .transform(({ at, atMs, objects }) => ({
    absolute: at !== undefined,
    atMs: at ?? atMs ?? 0,
    detections: objects.map(
      ({ label, score, box: [x1, y1, x2, y2] }): Detection => ({ label, score, box: { x1, y1, x2, y2 } }),
    ),
  }))
type Line = z.output<typeof line>

export const recorded: Kind<z.output<typeof options>, SourceDeps, FrameSource> = {
  name: 'recorded',
  summary: 'detections from a file of JSON lines or a MOT det.txt, without pixels',
  options,
  create(chosen, deps) {
    const toWall = chosen.anchor === 'wall' && deps.pace === 'live'
    const pacer = new Pacer(chosen, deps, toWall ? 0 : undefined)
    return footage(chosen, deps, async function* round({ file, startsAt }, signal) {
      const openedAt = toWall ? deps.clock.now() : Number.NEGATIVE_INFINITY
      let shiftMs: number | undefined
      let last: { readonly at: EpochMs; readonly stepMs: number } | undefined
      for await (const { atMs, absolute, detections } of framesIn(file, chosen)) {
        shiftMs ??= absolute ? (startsAt ?? atMs) - atMs : (startsAt ?? DEFAULT_START_AT)
        const at = atMs + shiftMs
        last = { at, stepMs: last ? at - last.at : 0 }
        if (at < openedAt) continue
        await pacer.until(at, signal)
        yield { type: 'recorded', at, detections }
      }
      // The next round's first line comes as long after the last one as that came after its own predecessor.
      return last ? last.at + last.stepMs : 0
    })
  },
}

function framesIn(
  file: string,
  { path, mot }: z.output<typeof options>,
): AsyncIterable<MotFrame & { readonly absolute?: boolean | undefined }> {
  return mot ? motFrames(file, path, mot) : linesOf(file, path)
}

/** @throws JiemuError file-unreadable, naming the line */
async function* linesOf(file: string, label: string): AsyncGenerator<Line> {
  let number = 0
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const text of lines) {
    number++
    if (text.trim() === '') continue
    const problem = (what: string) =>
      new JiemuError('file-unreadable', { file: label, problem: `line ${number}: ${what}` })
    let raw: unknown
    try {
      raw = JSON.parse(text)
    } catch {
      throw problem('not JSON')
    }
    const parsed = line.safeParse(raw)
    if (!parsed.success) throw problem(describeIssue(parsed.error))
    yield parsed.data
  }
}
