// Hands back the detections that a frame was recorded with: the whole system runs without pixels or a network.
import { z } from 'zod'
import { JiemuError } from '../../../core/errors.ts'
import type { Kind } from '../../../core/kind.ts'
import { readManifest } from '../../../models/manifest.ts'
import type { Detector } from '../detector.ts'

const options = z.strictObject({})

export const recorded: Kind<z.output<typeof options>, unknown, Promise<Detector>> = {
  name: 'recorded',
  summary: 'the detections that come with the frames of a `recorded` source; no pixels, no network',
  options,
  async create() {
    // What is recorded was seen by shipped networks, or drawn in their words.
    const classes = [...new Set((await readManifest()).flatMap(card => card.classes))]
    return {
      // No network ran, and evidence that shows this hash says so.
      model: { name: 'recorded', sha256: '0'.repeat(64) },
      classes,
      async detect(frame) {
        if (frame.recorded) return frame.recorded
        throw new JiemuError('inference-failed', { problem: 'the frame carries no recorded detections' })
      },
      async close() {},
    }
  },
}
