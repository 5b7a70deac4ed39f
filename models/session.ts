// A network ready to run: the only file that knows ONNX Runtime.
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { Decode, Graph, Tensor, Tensors } from './families/family.ts'
import { FAMILIES } from './families/index.ts'
import { type InputSize, type InputWriter, inputSize, inputWriter, widestPx } from './input.ts'
import type { Model, ModelCard, ModelInput } from './manifest.ts'

export interface Session {
  readonly card: ModelCard
  readonly widthPx: number
  readonly heightPx: number
  /**
   * Runs the network on the first `count` pictures of `batch`, which is read in place and free again afterwards.
   * The native call blocks the thread it is made on: a shipped network about 12 ms per picture, in a batch 6 % less.
   * ONNX Runtime keeps the memory of the largest batch: of 416-pixel pictures about 10 MB for one, 50 for four, 110 for
   * eight (RSS, six batches each). Without its arena (enableCpuMemArena: false) it is no less, because the C library keeps
   * what was freed; it comes back only with a fixed MALLOC_MMAP_THRESHOLD_, for a fifth more CPU time.
   * @param batch `widthPx * heightPx * 3` bytes of RGB per picture, at least `count` of them
   * @param size of each picture, where the card's `sideStepPx` allows smaller ones, and its `widestPx` wider ones; the anchors are those of this size
   * @throws JiemuError inference-failed, also where the network gives what is no number
   */
  run(batch: Uint8Array, count: number, size?: InputSize): Promise<Tensors>
  /** Reads what `run` gave, as the network's family does. */
  readonly decode: Decode
  close(): Promise<void>
}

export interface SessionOptions {
  /** Threads of one inference. One: a shard owns one core, and the order of float additions stays the same. */
  readonly threads?: number
  /** ONNX Runtime's own options, beside and before what every session here has; for measuring. */
  readonly tuning?: InferenceSession.SessionOptions
}

/**
 * Opens a network and holds it against its card, by its declared metadata and by one run on a grey picture:
 * graphs may leave dimensions open that only a run fills in.
 * @throws JiemuError model-misfit saying what differs
 */
export async function openSession(model: Model, options: SessionOptions = {}): Promise<Session> {
  const { card } = model
  const native = await createNative(model.bytes, card.name, options)
  try {
    expectDeclared(card, native)
    const session = new OnnxSession(card, native)
    await session.run(greyPictures(card.input, 1), 1)
    return session
  } catch (error) {
    await native.release()
    const failure = toJiemuError(error, 'model-misfit', { model: card.name })
    // A graph that leaves its sides open finds out by itself that it cannot be run on what the card says.
    const { code, cause } = failure
    throw code === 'inference-failed' && cause instanceof Error ? misfit(card.name, cause.message) : failure
  }
}

/** What a graph declares of itself; sizes that it leaves open are names. */
export interface Port {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

export interface Inspection {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /** Runs `count` grey pictures and gives the shapes of what comes out. */
  tryOut(input: ModelInput, count: number): Promise<Readonly<Record<string, readonly number[]>>>
  close(): Promise<void>
}

/**
 * Opens a network that has no card yet.
 * @throws JiemuError model-misfit where ONNX Runtime does not take it
 */
export async function inspectNetwork(bytes: Uint8Array, name: string): Promise<Inspection> {
  const native = await createNative(bytes, name, {})
  return {
    inputs: native.inputMetadata.map(portOf),
    outputs: native.outputMetadata.map(portOf),
    async tryOut(input, count) {
      const given = await feed(native, input, inputWriter(input), greyPictures(input, count), count, inputSize(input))
      return Object.fromEntries(Object.entries(given).map(([output, { dims }]) => [output, dims]))
    },
    close: () => native.release(),
  }
}

/** The grey of the padding: a picture with nothing in it. */
export function greyPictures(input: ModelInput, count: number): Uint8Array {
  const { widthPx, heightPx } = inputSize(input)
  return new Uint8Array(count * widthPx * heightPx * 3).fill(114)
}

/** A network as its family sees it. */
export function graphOf(card: Pick<ModelCard, 'name' | 'input' | 'outputs' | 'classes' | 'activation'>): Graph {
  const outputs = Object.fromEntries(Object.entries(card.outputs).map(([name, { shape }]) => [name, shape]))
  return {
    ...{ model: card.name, outputs, classes: card.classes.length, activation: card.activation },
    ...inputSize(card.input),
  }
}

function createNative(bytes: Uint8Array, name: string, options: SessionOptions): Promise<InferenceSession> {
  return InferenceSession.create(bytes, {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    ...options.tuning,
    // Its errors are thrown: said once is enough.
    logSeverityLevel: 4,
  }).catch(error => {
    throw toJiemuError(error, 'model-misfit', { model: name })
  })
}

class OnnxSession implements Session {
  readonly card: ModelCard
  readonly widthPx: number
  readonly heightPx: number
  readonly decode: Decode
  readonly #native: InferenceSession
  readonly #write: InputWriter

  constructor(card: ModelCard, native: InferenceSession) {
    this.card = card
    this.decode = FAMILIES[card.family].open(graphOf(card))
    const { widthPx, heightPx } = inputSize(card.input)
    this.widthPx = widthPx
    this.heightPx = heightPx
    this.#native = native
    this.#write = inputWriter(card.input)
  }

  async run(batch: Uint8Array, count: number, size: InputSize = this): Promise<Tensors> {
    const pictureBytes = size.widthPx * size.heightPx * 3
    if (!this.#takes(size)) {
      const problem = `${this.card.name} takes no pictures of ${size.widthPx} × ${size.heightPx}`
      throw new JiemuError('inference-failed', { problem })
    }
    if (count < 1 || batch.length < count * pictureBytes) {
      const problem = `a batch of ${count} needs ${count * pictureBytes} bytes, not ${batch.length}`
      throw new JiemuError('inference-failed', { problem })
    }
    if (this.card.input.shape[0] === 'n') return this.#runAtOnce(batch, count, size)
    const runs: Tensors[] = []
    for (let picture = 0; picture < count; picture++) {
      runs.push(await this.#runAtOnce(batch.subarray(picture * pictureBytes), 1, size))
    }
    return joined(runs)
  }

  #takes({ widthPx, heightPx }: InputSize): boolean {
    if (widthPx === this.widthPx && heightPx === this.heightPx) return true
    const step = this.card.input.sideStepPx ?? Number.POSITIVE_INFINITY
    const fits = (lengthPx: number, limitPx: number) => lengthPx > 0 && lengthPx <= limitPx && lengthPx % step === 0
    return fits(widthPx, widestPx(this.card.input)) && fits(heightPx, this.heightPx)
  }

  async #runAtOnce(batch: Uint8Array, count: number, size: InputSize): Promise<Tensors> {
    const { card } = this
    const given = await feed(this.#native, card.input, this.#write, batch, count, size)
    // Each cell of each grid has its anchor: of half the picture there are half as many.
    const [area, whole] = [size.widthPx * size.heightPx, this.widthPx * this.heightPx]
    return Object.fromEntries(
      Object.entries(card.outputs).map(([name, { shape }]) => {
        const wanted = shape.map((length, axis) => (axis === 1 && length !== 'n' ? (length * area) / whole : length))
        return [name, taken(card.name, name, area === whole ? shape : wanted, count, given[name])]
      }),
    )
  }

  async close(): Promise<void> {
    await this.#native.release()
  }
}

async function feed(
  native: InferenceSession,
  input: ModelInput,
  write: InputWriter,
  batch: Uint8Array,
  count: number,
  size: InputSize,
): Promise<Readonly<Record<string, OnnxTensor>>> {
  const { widthPx, heightPx } = size
  const picture = input.layout === 'NHWC' ? [heightPx, widthPx, 3] : [3, heightPx, widthPx]
  const pixels = new OnnxTensor(input.dtype, write(batch, count, size), [count, ...picture])
  const sizes = BigInt64Array.from({ length: count * 2 }, (_, at) => BigInt(at % 2 === 0 ? widthPx : heightPx))
  return native
    .run({ [input.name]: pixels, ...(input.sizes && { [input.sizes]: new OnnxTensor('int64', sizes, [count, 2]) }) })
    .catch(error => {
      throw toJiemuError(error, 'inference-failed')
    })
}

type Dimensions = readonly (number | string)[]

function portOf(metadata: InferenceSession.ValueMetadata): Port {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: 'no tensor', shape: [] }
}

/** Declared dimensions may be open (a name instead of a number); those that are numbers must be the card's. */
function expectDeclared(card: ModelCard, native: InferenceSession): void {
  const { input, outputs } = card
  const inputs = native.inputMetadata.map(portOf)
  expectPort(card, inputs, input.name, [input.dtype], input.shape)
  if (input.sizes) expectPort(card, inputs, input.sizes, ['int64'], ['n', 2])
  for (const [name, { shape }] of Object.entries(outputs)) {
    expectPort(card, native.outputMetadata.map(portOf), name, OUTPUT_TYPES, shape)
  }
}

/** Numbers of classes come as integers, everything else as floats. */
const OUTPUT_TYPES = ['float32', 'int64', 'int32'] as const

function expectPort(
  card: ModelCard,
  ports: readonly Port[],
  name: string,
  types: readonly string[],
  shape: Dimensions,
): void {
  const found = ports.find(port => port.name === name)
  if (!found) throw misfit(card.name, `it has no "${name}", only ${ports.map(port => port.name).join(', ')}`)
  if (!types.includes(found.type)) {
    throw misfit(card.name, `"${name}" is ${found.type} instead of ${types.join(' or ')}`)
  }
  if (!fits(found.shape, shape)) throw misfit(card.name, differs(name, found.shape, shape))
}

function taken(
  model: string,
  name: string,
  shape: readonly ('n' | number)[],
  count: number,
  tensor: OnnxTensor | undefined,
): Tensor {
  const wanted = shape.map(size => (size === 'n' ? count : size))
  if (!tensor || !fits(tensor.dims, wanted)) throw misfit(model, differs(name, tensor?.dims ?? [], wanted))
  const values = floatsOf(tensor.data)
  if (!values) throw misfit(model, `"${name}" is ${tensor.type} instead of ${OUTPUT_TYPES.join(' or ')}`)
  // A broken answer is never an empty street. Costs 0.06 ms for a shipped network.
  if (values.includes(Number.NaN)) {
    throw new JiemuError('inference-failed', { problem: `"${name}" holds what is no number` })
  }
  return { shape: wanted, values }
}

function floatsOf(values: OnnxTensor['data']): Float32Array | undefined {
  if (values instanceof Float32Array) return values
  if (values instanceof BigInt64Array || values instanceof Int32Array) {
    return Float32Array.from({ length: values.length }, (_, at) => Number(values[at]))
  }
  return undefined
}

/** One batch from pictures that were run one by one. */
function joined(runs: readonly Tensors[]): Tensors {
  const [first = {}] = runs
  if (runs.length === 1) return first
  return Object.fromEntries(
    Object.entries(first).map(([name, { shape, values }]) => {
      const together = new Float32Array(values.length * runs.length)
      for (const [picture, run] of runs.entries()) together.set(run[name]?.values ?? [], picture * values.length)
      return [name, { shape: [runs.length, ...shape.slice(1)], values: together }]
    }),
  )
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

function misfit(model: string, problem: string): JiemuError {
  return new JiemuError('model-misfit', { model, problem })
}
