// Detects with a network of models/, crop after crop: FFmpeg's scaler writes the network's input in place.
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../../../core/errors.ts'
import type { Frame, Letterbox } from '../../../core/frame.ts'
import { boxArea, clipBox } from '../../../core/geometry.ts'
import type { Kind } from '../../../core/kind.ts'
import type { Detection } from '../../../core/scene.ts'
import { loadModel } from '../../../models/manifest.ts'
import { type NetworkOutput, openSession, type Session } from '../../../models/session.ts'
import type { CropPlan, Detector } from '../detector.ts'
import { type Candidate, isCut, suppress } from '../nms.ts'

export interface DetectorDeps {
  /** Where the networks lie; beside models/manifest.ts, if left out. */
  readonly modelsDirectory?: string
}

const options = z.strictObject({
  model: z.string().default('street-objects').describe('name of a network in models/manifest.json'),
  thresholds: z
    .record(z.string(), z.number().min(0).max(1))
    .default({})
    .describe(
      'lowest score per class, where it should differ from the card’s: lower finds more, and more that is not there',
    ),
  threads: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe('threads of one inference; more makes replays differ in the last bit'),
})
type OnnxOptions = z.output<typeof options>

export const onnx: Kind<OnnxOptions, DetectorDeps, Promise<Detector>> = {
  name: 'onnx',
  summary: 'a network of models/manifest.json, run by ONNX Runtime on crops of the frame',
  options,
  async create({ model: name, thresholds, threads }, { modelsDirectory }) {
    const model = await loadModel(name, modelsDirectory === undefined ? {} : { directory: modelsDirectory })
    const { classes, suggestedThresholds } = model.card
    const stranger = Object.keys(thresholds).find(label => !classes.includes(label))
    if (stranger !== undefined) {
      const problem = `no class "${stranger}"; it knows ${classes.join(', ')}`
      throw new JiemuError('options-invalid', { where: `thresholds of ${name}`, problem })
    }
    const lowest = classes.map(label => thresholds[label] ?? suggestedThresholds[label] ?? 1)
    return new OnnxDetector(await openSession(model, { threads }), model.card.sha256, lowest)
  },
}

/** FFmpeg's scaler may write up to 16 pixels beyond the end of its last line. */
const SLACK_BYTES = 64

class OnnxDetector implements Detector {
  readonly model: Detector['model']
  readonly #session: Session
  readonly #lowest: readonly number[]
  /**
   * One picture, not a batch of all crops: on one thread, three at once save 6 % of CPU time, but block the event loop
   * for 50 ms in one piece and hold 35 MB more of a shard's 200.
   */
  readonly #input: Uint8Array
  /** The frame before in line: cameras of a shard share the input, so each waits until it is free. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(session: Session, sha256: string, lowest: readonly number[]) {
    this.model = { name: session.card.name, sha256 }
    this.#session = session
    this.#lowest = lowest
    const bytes = session.sidePx * session.sidePx * 3
    this.#input = new Uint8Array(bytes + SLACK_BYTES).subarray(0, bytes)
  }

  detect(frame: Frame, plan: CropPlan): Promise<readonly Detection[]> {
    const mine = this.#turn.then(() => this.#detect(frame, plan))
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #detect({ picture }: Frame, plan: CropPlan): Promise<readonly Detection[]> {
    if (plan.length === 0) return []
    try {
      if (!picture) throw new JiemuError('inference-failed', { problem: 'the frame has no picture' })
      const { sidePx, card } = this.#session
      const candidates: Candidate[] = []
      for (const [index, crop] of plan.entries()) {
        const letterbox = picture.letterbox(crop, sidePx, this.#input)
        const output = await this.#session.run(this.#input, 1)
        candidates.push(...this.#candidates(output, letterbox, index))
      }
      return suppress(candidates, card.nmsIou)
    } catch (error) {
      throw toJiemuError(error, 'inference-failed')
    }
  }

  #candidates(output: NetworkOutput, letterbox: Letterbox, crop: number): Candidate[] {
    const { anchors, classes, scores, boxes } = output
    const found: Candidate[] = []
    for (let anchor = 0; anchor < anchors; anchor++) {
      for (let index = 0; index < classes; index++) {
        const score = scores[anchor * classes + index] ?? 0
        if (score < (this.#lowest[index] ?? 1)) continue
        const box = inFrame(boxes.subarray(anchor * 4, anchor * 4 + 4), letterbox)
        if (boxArea(box) === 0) continue
        found.push({
          label: this.#session.card.classes[index] ?? '',
          score,
          box,
          crop,
          cut: isCut(box, letterbox.region),
        })
      }
    }
    return found
  }

  async close(): Promise<void> {
    await this.#turn
    await this.#session.close()
  }
}

/** From pixels of the network's input to fractions of the frame; what reaches into the padding is clipped. */
function inFrame([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: Float32Array, { region, ...content }: Letterbox) {
  const perX = (region.x2 - region.x1) / content.contentWidthPx
  const perY = (region.y2 - region.y1) / content.contentHeightPx
  return clipBox(
    {
      x1: region.x1 + x1 * perX,
      y1: region.y1 + y1 * perY,
      x2: region.x1 + x2 * perX,
      y2: region.y1 + y2 * perY,
    },
    region,
  )
}
