// A network ready to run: the only file that knows ONNX Runtime.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Model, ModelCard } from './manifest.ts'

/** What a batch of `count` pictures gave, picture after picture. */
export interface NetworkOutput {
  /** `count * anchors * 4`: x1 y1 x2 y2 in pixels of the input. */
  readonly boxes: Float32Array
  /** `count * anchors * classes`: objectness × class, 0…1. */
  readonly scores: Float32Array
  readonly anchors: number
  readonly classes: number
}

export interface Session {
  readonly card: ModelCard
  /** Side of the square input. */
  readonly sidePx: number
  /**
   * Runs the network on the first `count` pictures of `batch`, which is read in place and free again afterwards.
   * The native call blocks the thread it is made on, about 15 ms per picture, in a batch 6 % less.
   * @param batch `sidePx * sidePx * 3` bytes of RGB per picture, at least `count` of them
   * @throws JiemuError inference-failed
   */
  run(batch: Uint8Array, count: number): Promise<NetworkOutput>
  close(): Promise<void>
}

export interface SessionOptions {
  /** Threads of one inference. One: a shard owns one core, and the order of float additions stays the same. */
  readonly threads?: number
}

/**
 * Opens a network and holds it against its card, by its declared metadata and by one run on a grey picture:
 * graphs may leave dimensions open that only a run fills in.
 * @throws JiemuError model-misfit saying what differs
 */
export async function openSession(model: Model, options: SessionOptions = {}): Promise<Session> {
  const { card } = model
  const native = await InferenceSession.create(model.bytes, {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  }).catch(error => {
    throw toJiemuError(error, 'model-misfit', { model: card.name })
  })
  const session = new OnnxSession(card, native)
  try {
    expectDeclared(card, native)
    await session.run(new Uint8Array(session.sidePx * session.sidePx * 3).fill(114), 1)
  } catch (error) {
    await session.close()
    throw toJiemuError(error, 'model-misfit', { model: card.name })
  }
  return session
}

class OnnxSession implements Session {
  readonly card: ModelCard
  readonly sidePx: number
  readonly #native: InferenceSession

  constructor(card: ModelCard, native: InferenceSession) {
    this.card = card
    this.sidePx = card.input.shape[1]
    this.#native = native
  }

  async run(batch: Uint8Array, count: number): Promise<NetworkOutput> {
    const { card, sidePx } = this
    const bytes = count * sidePx * sidePx * 3
    if (count < 1 || batch.length < bytes) {
      throw new JiemuError('inference-failed', {
        problem: `a batch of ${count} needs ${bytes} bytes, not ${batch.length}`,
      })
    }
    const input = new Tensor('uint8', batch.subarray(0, bytes), [count, sidePx, sidePx, 3])
    const outputs = await this.#native.run({ [card.input.name]: input }).catch(error => {
      throw toJiemuError(error, 'inference-failed')
    })
    const boxes = floats(card, 'boxes', count, outputs.boxes)
    const scores = floats(card, 'scores', count, outputs.scores)
    return { boxes, scores, anchors: scores.length / count / card.classes.length, classes: card.classes.length }
  }

  async close(): Promise<void> {
    await this.#native.release()
  }
}

type Dimensions = readonly (number | string)[]

/** Declared dimensions may be open (a name instead of a number); those that are numbers must be the card's. */
function expectDeclared(card: ModelCard, native: InferenceSession): void {
  const expected = [
    { metadata: native.inputMetadata, name: card.input.name, type: 'uint8', shape: card.input.shape },
    { metadata: native.outputMetadata, name: 'boxes', type: 'float32', shape: card.outputs.boxes.shape },
    { metadata: native.outputMetadata, name: 'scores', type: 'float32', shape: card.outputs.scores.shape },
  ]
  for (const { metadata, name, type, shape } of expected) {
    const found = metadata.find(entry => entry.name === name)
    if (!found) throw misfit(card, `it has no "${name}", only ${metadata.map(entry => entry.name).join(', ')}`)
    if (!found.isTensor || found.type !== type) {
      throw misfit(card, `"${name}" is ${found.isTensor ? found.type : 'no tensor'} instead of ${type}`)
    }
    if (!fits(found.shape, shape)) throw misfit(card, differs(name, found.shape, shape))
  }
  const [, , perAnchor] = card.outputs.scores.shape
  if (perAnchor !== card.classes.length) {
    throw misfit(card, `the card names ${card.classes.length} classes, but ${perAnchor} scores per anchor`)
  }
}

function floats(card: ModelCard, name: 'boxes' | 'scores', count: number, tensor: Tensor | undefined): Float32Array {
  const { shape } = card.outputs[name]
  const wanted = shape.map(size => (size === 'n' ? count : size))
  if (!tensor || !fits(tensor.dims, wanted) || !(tensor.data instanceof Float32Array)) {
    throw misfit(card, differs(name, tensor?.dims ?? [], wanted))
  }
  return tensor.data
}

function fits(actual: Dimensions, wanted: Dimensions): boolean {
  return (
    actual.length === wanted.length &&
    actual.every((size, axis) => typeof size === 'string' || wanted[axis] === 'n' || size === wanted[axis])
  )
}

function differs(name: string, actual: Dimensions, wanted: Dimensions): string {
  return `"${name}" has the shape [${actual.join(', ')}] instead of [${wanted.join(', ')}]`
}

function misfit(card: ModelCard, problem: string): JiemuError {
  return new JiemuError('model-misfit', { model: card.name, problem })
}
