// A folder of short clips with gaps between them; each name says when its clip began.
import path from 'node:path'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { Kind } from '../../core/kind.ts'
import type { EpochMs } from '../../core/time.ts'
import { footage, footageOptions, namesIn, Pacer } from '../footage.ts'
import type { FrameSource, SourceDeps } from '../source.ts'
import { readFile } from '../video-file.ts'

const options = z.strictObject({
  kind: z.literal('clips').optional(),
  ...footageOptions,
  startAt: footageOptions.startAt.describe('moves the first clip to this time, and the others with it'),
  clock: z.string().optional().describe('a note for people on where the names’ times come from'),
})
type Options = z.output<typeof options>

/** `anything_1489036503123.mp4`: epoch milliseconds of the clip's first picture. */
const NAME = /_(\d{12,14})\.(mp4|mkv|avi|mov)$/i

export const clips: Kind<Options, SourceDeps, FrameSource> = {
  name: 'clips',
  summary: 'a folder of short clips named NAME_<epoch ms>.mp4',
  options,
  create(chosen, deps) {
    const pacer = new Pacer(chosen, deps)
    return footage(chosen, deps, async function* round({ file: folder, startsAt }, signal) {
      const clipsFound = await clipsIn(folder, chosen.path)
      const firstAt = clipsFound[0]?.at ?? 0
      const shiftMs = (startsAt ?? firstAt) - firstAt
      let endsAt = firstAt + shiftMs
      for (const { name, at } of clipsFound) {
        const pass = { file: path.join(folder, name), label: path.join(chosen.path, name), startsAt: at + shiftMs }
        endsAt = yield* readFile(pass, { pacer, clock: deps.clock, signal })
      }
      return endsAt
    })
  },
}

/** In the order of their time. @throws JiemuError source-not-video where there is none */
async function clipsIn(
  folder: string,
  label: string,
): Promise<readonly { readonly name: string; readonly at: EpochMs }[]> {
  const found = (await namesIn(folder, label)).flatMap(name => {
    const at = NAME.exec(name)?.[1]
    return at === undefined ? [] : [{ name, at: Number(at) }]
  })
  if (found.length === 0) throw new JiemuError('source-not-video', { source: label })
  return found.sort((a, b) => a.at - b.at)
}
