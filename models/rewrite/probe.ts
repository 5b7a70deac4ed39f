// Runs a network and shows what lies between its nodes, to find the ranges of what it reckons with.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type InputSize, inputWriter } from '../input.ts'
import type { ModelInput } from '../manifest.ts'
import { type OnnxModel, TYPE, writeOnnx } from './onnx-model.ts'

export interface Probe {
  /** What each tensor held for one picture, packed RGB of the size beside it. */
  look(picture: InputSize & { readonly pixels: Uint8Array }): Promise<ReadonlyMap<string, Float32Array>>
  close(): Promise<void>
}

/** @param tensors names of tensors of floats */
export async function openProbe(model: OnnxModel, input: ModelInput, tensors: readonly string[]): Promise<Probe> {
  const { graph } = model
  const shown = tensors.filter(name => graph.output.every(port => port.name !== name))
  const output = [...graph.output, ...shown.map(name => ({ name, type: { tensorType: { elemType: TYPE.float } } }))]
  const native = await InferenceSession.create(writeOnnx({ ...model, graph: { ...graph, output } }), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 4,
  })
  const write = inputWriter(input)
  return {
    async look({ widthPx, heightPx, pixels }) {
      const shape = input.layout === 'NHWC' ? [1, heightPx, widthPx, 3] : [1, 3, heightPx, widthPx]
      const picture = new Tensor(input.dtype, write(pixels, 1, { widthPx, heightPx }), shape)
      const given = await native.run({ [input.name]: picture }, tensors)
      return new Map(
        tensors.flatMap(name => {
          const values = given[name]?.data
          return values instanceof Float32Array ? [[name, values] as const] : []
        }),
      )
    },
    close: () => native.release(),
  }
}
