// Looks at crops of the frame through a network of a manifest, and keeps one detection per object.
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../../../core/errors.ts'
import type { Frame, Picture } from '../../../core/frame.ts'
import { boxArea, clipBox } from '../../../core/geometry.ts'
import type { Kind } from '../../../core/kind.ts'
import type { Detection } from '../../../core/scene.ts'
import { stopwatch } from '../../../core/time.ts'
import type { Seen } from '../../../models/families/family.ts'
import { knownLabels, labelsOf, loadModel, type Model } from '../../../models/manifest.ts'
import { openSession, type Session } from '../../../models/session.ts'
import type { CropPlan, DetectOptions, Detector } from '../detector.ts'
import { type Fit, fitCrop, inFrame, type Run, runsOf, SLACK_BYTES } from '../fit-crop.ts'
import { closest, meanOfLooks } from '../mean-of-looks.ts'
import { type Candidate, isCut, suppress } from '../nms.ts'

export interface DetectorDeps {
  /** Where networks are looked for after the shipped ones. */
  readonly modelsDirectories?: readonly string[]
}

const options = z.strictObject({
  model: z.string().default('street-objects').describe('name of a network: shipped, or added by `jiemu models add`'),
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
  batch: z
    .enum(['one', 'crops'])
    .default('one')
    .describe('one run per crop, or one for all crops of a picture: a little cheaper, but it blocks for longer'),
})
type OnnxOptions = z.output<typeof options>

export const onnx: Kind<OnnxOptions, DetectorDeps, Promise<Detector>> = {
  name: 'onnx',
  summary: 'a network run by ONNX Runtime on crops of the frame',
  options,
  async create(chosen, { modelsDirectories }) {
    const search = modelsDirectories === undefined ? {} : { directories: modelsDirectories }
    return openOnnxDetector(await loadModel(chosen.model, search), chosen)
  },
}

/**
 * For a network that is at hand already.
 * @throws JiemuError options-invalid, model-misfit
 */
export async function openOnnxDetector(
  model: Model,
  { thresholds, threads, batch }: Omit<OnnxOptions, 'model'>,
): Promise<Detector> {
  const { name, suggestedThresholds } = model.card
  const labels = labelsOf(model.card)
  const stranger = Object.keys(thresholds).find(label => !labels.includes(label))
  if (stranger !== undefined) {
    const problem = `no class "${stranger}"; it knows ${knownLabels(model.card).join(', ')}`
    throw new JiemuError('options-invalid', { where: `thresholds of ${name}`, problem })
  }
  const lowest = labels.map(label =>
    label === undefined ? Number.POSITIVE_INFINITY : (thresholds[label] ?? suggestedThresholds[label] ?? 1),
  )
  return new OnnxDetector(await openSession(model, { threads }), labels, lowest, batch)
}

/** Does work in its turn. */
type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Below its threshold, a class that comes so near still has a say in a mean. */
const DOUBT = 0.02

class OnnxDetector implements Detector {
  readonly model: Detector['model']
  readonly classes: readonly string[]
  readonly #session: Session
  readonly #labels: readonly (string | undefined)[]
  readonly #lowest: readonly number[]
  readonly #batch: OnnxOptions['batch']
  /**
   * For objects one picture, not a batch of all crops: on one thread, three at once save 6 % of CPU time, but block the
   * event loop for 50 ms in one piece and hold 35 MB more of a shard's 200.
   */
  #input: Uint8Array
  /** The frame before in line: cameras of a shard share the input, so each waits until it is free. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(
    session: Session,
    labels: readonly (string | undefined)[],
    lowest: readonly number[],
    batch: OnnxOptions['batch'],
  ) {
    this.model = { name: session.card.name, sha256: session.card.sha256 }
    this.classes = knownLabels(session.card)
    this.#session = session
    this.#labels = labels
    this.#lowest = lowest
    this.#batch = batch
    this.#input = new Uint8Array(session.widthPx * session.heightPx * 3 + SLACK_BYTES)
  }

  async detect(frame: Frame, plan: CropPlan, options: DetectOptions = {}): Promise<readonly Detection[]> {
    const { between, onSpent } = options
    let spentMs = 0
    const timed: Turn = async work => {
      const sinceMs = stopwatch()
      const done = await work()
      spentMs += sinceMs()
      return done
    }
    // Whoever lets others go first must not hold the turn meanwhile.
    const step: Turn = async work => {
      await between?.()
      return this.#inTurn(() => timed(work))
    }
    const found = between
      ? await this.#detect(frame, plan, options, step)
      : await this.#inTurn(() => timed(() => this.#detect(frame, plan, options, work => work())))
    onSpent?.(spentMs)
    return found
  }

  #inTurn: Turn = work => {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #detect(
    frame: Frame,
    plan: CropPlan,
    { merge = 'best', ofThreshold = 1 }: DetectOptions,
    step: Turn,
  ): Promise<readonly Detection[]> {
    const lowest = this.#lowest.map(threshold => threshold * ofThreshold)
    const { nmsIou, family } = this.#session.card
    if (merge === 'best') return suppress(await this.#candidates(frame, plan, lowest, step, true), nmsIou)
    const looks = family === 'classifier' ? closest(plan) : plan
    const doubtful = lowest.map(threshold => (Number.isFinite(threshold) ? Math.min(threshold, DOUBT) : threshold))
    const candidates = await this.#candidates(frame, looks, doubtful, step, false)
    return meanOfLooks(candidates, looks, ({ label, score }) => score >= (lowest[this.#labels.indexOf(label)] ?? 1))
  }

  /** @param joined whether tiles of a row may be one look: a mean of looks needs each of them */
  async #candidates(
    frame: Frame,
    plan: CropPlan,
    lowest: readonly number[],
    step: Turn,
    joined: boolean,
  ): Promise<Candidate[]> {
    try {
      const { cameraId, picture } = frame
      if (plan.length === 0) return []
      if (!picture) throw new JiemuError('inference-failed', { problem: 'the frame has no picture' })
      if (plan.some(crop => !(boxArea(clipBox(crop)) > 0))) throw new JiemuError('crop-empty', { where: cameraId })
      const candidates: Candidate[] = []
      for (const run of runsOf(picture, plan, this.#session.card.input, { batch: this.#batch, joined })) {
        candidates.push(...(await step(() => this.#lookAt(picture, run, lowest))))
      }
      return candidates
    } catch (error) {
      throw toJiemuError(error, 'inference-failed')
    }
  }

  async #lookAt(picture: Picture, { from, crops, size, sidePx }: Run, lowest: readonly number[]): Promise<Candidate[]> {
    const bytes = size.widthPx * size.heightPx * 3
    const needed = crops.length * bytes + SLACK_BYTES
    if (this.#input.length < needed) this.#input = new Uint8Array(needed)
    // What the scaler writes beyond one picture lies where the next one comes, or in the slack of the last.
    const fits = crops.map((crop, index) =>
      fitCrop(picture, crop, this.#session.card.input, this.#input.subarray(index * bytes), size, sidePx),
    )
    const tensors = await this.#session.run(this.#input, crops.length, size)
    return fits.flatMap((fit, index) => this.#seen(this.#session.decode(tensors, index, lowest), fit, from + index))
  }

  #seen(decoded: readonly Seen[], fit: Fit, crop: number): Candidate[] {
    const found: Candidate[] = []
    for (const seen of decoded) {
      const label = this.#labels[seen.classIndex]
      const box = inFrame(seen, fit)
      if (label === undefined || boxArea(box) === 0) continue
      found.push({ label, score: seen.score, box, crop, cut: isCut(box, fit.region) })
    }
    return found
  }

  async close(): Promise<void> {
    await this.#turn
    await this.#session.close()
  }
}
