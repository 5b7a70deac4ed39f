// A folder of still pictures, taken at equal intervals, in the order of their names.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_PKT_FLAG_KEY } from 'node-av/constants'
import { Packet } from 'node-av/lib'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import type { Kind } from '../../core/kind.ts'
import { DEFAULT_START_AT, duration } from '../../core/time.ts'
import { footage, footageOptions, namesIn, Pacer } from '../footage.ts'
import type { FrameSource, SourceDeps } from '../source.ts'

const options = z
  .strictObject({
    kind: z.literal('images').optional(),
    ...footageOptions,
    frameInterval: duration.optional().describe('from one picture to the next, such as "500ms"'),
    frameIntervalMs: z.number().positive().optional().describe('the same in milliseconds, as truth files have it'),
  })
  .refine(it => (it.frameInterval === undefined) !== (it.frameIntervalMs === undefined), 'give frameInterval')

const CODECS = {
  '.jpg': { id: AV_CODEC_ID_MJPEG, name: 'mjpeg' },
  '.jpeg': { id: AV_CODEC_ID_MJPEG, name: 'mjpeg' },
  '.png': { id: AV_CODEC_ID_PNG, name: 'png' },
} as const
export const codecOf = (name: string) => CODECS[path.extname(name).toLowerCase() as keyof typeof CODECS]

/** "frame 9" before "frame 10", the same on every machine. */
const order = new Intl.Collator('en', { numeric: true })

export const images: Kind<z.output<typeof options>, SourceDeps, FrameSource> = {
  name: 'images',
  summary: 'a folder of JPEG or PNG pictures with an interval',
  options,
  create(chosen, deps) {
    const pacer = new Pacer(chosen, deps)
    const intervalMs = chosen.frameInterval ?? chosen.frameIntervalMs ?? 0
    return footage(chosen, deps, async function* round({ file: folder, startsAt = DEFAULT_START_AT }, signal) {
      const names = (await namesIn(folder, chosen.path)).filter(codecOf).sort(order.compare)
      if (names.length === 0) throw new JiemuError('source-not-video', { source: chosen.path })
      let codec: (typeof CODECS)[keyof typeof CODECS] | undefined
      for (const [index, name] of names.entries()) {
        signal.throwIfAborted()
        const at = startsAt + index * intervalMs
        const arrivedAt = await pacer.until(at, signal)
        const next = codecOf(name)
        if (next.id !== codec?.id) yield { type: 'format', codec: next, tickMs: intervalMs, startsAt: at }
        codec = next
        const picture = await readFile(path.join(folder, name))
        using packet = new Packet()
        packet.alloc()
        packet.data = picture
        packet.pts = BigInt(index)
        packet.dts = packet.pts
        packet.setFlags(AV_PKT_FLAG_KEY)
        yield { type: 'packet', packet, arrivedAt }
      }
      return startsAt + names.length * intervalMs
    })
  },
}
