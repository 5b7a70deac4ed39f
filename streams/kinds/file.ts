// One video file.
import { z } from 'zod'
import type { Kind } from '../../core/kind.ts'
import { DEFAULT_START_AT } from '../../core/time.ts'
import { footage, footageOptions, Pacer } from '../footage.ts'
import type { FrameSource, SourceDeps } from '../source.ts'
import { readFile } from '../video-file.ts'

const options = z.strictObject({ kind: z.literal('file').optional(), ...footageOptions })

export const file: Kind<z.output<typeof options>, SourceDeps, FrameSource> = {
  name: 'file',
  summary: 'a video file, in real time or as fast as possible, once or for ever',
  options,
  create(chosen, deps) {
    const pacer = new Pacer(chosen, deps)
    const loops = chosen.loop && deps.pace === 'live'
    return footage(chosen, deps, ({ file, startsAt = DEFAULT_START_AT }, signal) =>
      readFile({ file, label: chosen.path, startsAt, loops }, { pacer, clock: deps.clock, signal }),
    )
  },
}
