// The port of a family: what its networks give for a picture, and how that is read.
import { JiemuError } from '../../core/errors.ts'

/** One output of a network, the pictures of a batch one after another. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
export type Tensors = Readonly<Record<string, Tensor>>

/** What one place of the picture looks like to the network: pixels of its input, its own number of the class. */
export interface Seen {
  readonly classIndex: number
  readonly score: number
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** As far as a family must know the network that it reads. */
export interface Graph {
  /** Its name, for errors. */
  readonly model: string
  /** By their names; "n" is the size of the batch. */
  readonly outputs: Readonly<Record<string, readonly ('n' | number)[]>>
  readonly classes: number
  readonly widthPx: number
  readonly heightPx: number
  readonly activation?: Activation | undefined
}

/** What is still to be done to a classifier's outputs to make them shares of one. */
export const ACTIVATIONS = ['none', 'softmax'] as const
export type Activation = (typeof ACTIVATIONS)[number]

/**
 * Reads one picture out of a batch. Pure; boxes may reach beyond the input.
 * @param lowest per class: what scores less is left out, and so is whatever is no number
 */
export type Decode = (tensors: Tensors, picture: number, lowest: readonly number[]) => Seen[]

export const RESIZES = ['letterbox-top-left', 'letterbox-centre', 'stretch'] as const

export interface Family {
  readonly name: string
  /** One sentence for `jiemu models` and docs/6-models.md. */
  readonly summary: string
  /** How the exporters of the family want a picture, where `jiemu models add` is not told otherwise. */
  readonly input: {
    readonly colour: 'RGB' | 'BGR'
    readonly range: readonly [0, 1 | 255]
    readonly resize: (typeof RESIZES)[number]
  }
  /** Boxes of one group that overlap by more are one object; near 1 where the network itself keeps them apart. */
  readonly nmsIou: number
  /** @throws JiemuError model-misfit where the outputs are none of the forms that the family knows */
  open(graph: Graph): Decode
}

type Shape = readonly ('n' | number)[]

/** The outputs whose shape is as described: "n", a size, or `undefined` for any size. */
export function outputsLike(graph: Graph, wanted: readonly ('n' | number | undefined)[]): readonly string[] {
  const alike = (shape: Shape) =>
    shape.length === wanted.length && wanted.every((size, axis) => size === undefined || size === shape[axis])
  return Object.keys(graph.outputs).filter(name => alike(graph.outputs[name] ?? []))
}

/** Sizes of one axis of an output; 0 where it has none. */
export function sizeOf(graph: Graph, output: string, axis: number): number {
  const size = graph.outputs[output]?.[axis]
  return typeof size === 'number' ? size : 0
}

export function tensorOf(tensors: Tensors, name: string): Float32Array {
  const tensor = tensors[name]
  if (!tensor) throw new JiemuError('inference-failed', { problem: `the network gave no "${name}"` })
  return tensor.values
}

/** Says what the network gives, and what its family would need. */
export function misfit(graph: Graph, family: string, expected: string): JiemuError {
  const given = Object.entries(graph.outputs).map(([name, shape]) => `"${name}" [${shape.join(', ')}]`)
  const problem = `${family} with ${graph.classes} classes gives ${expected}; this one gives ${given.join(' and ')}`
  return new JiemuError('model-misfit', { model: graph.model, problem })
}
