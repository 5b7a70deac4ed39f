// A classifier: one answer for the whole crop, which becomes one detection that covers it.
import { type Family, misfit, tensorOf } from './family.ts'

export const classifier: Family = {
  name: 'classifier',
  summary: 'one output [n, classes], probabilities or logits; the best class stands for the whole crop',
  input: { colour: 'RGB', range: [0, 1], resize: 'stretch' },
  nmsIou: 0.5,
  open(graph) {
    const { classes, widthPx, heightPx, activation = 'softmax' } = graph
    const [output, ...others] = Object.keys(graph.outputs)
    const [batch, channels, ...rest] = (output !== undefined && graph.outputs[output]) || []
    if (
      output === undefined ||
      others.length > 0 ||
      batch !== 'n' ||
      channels !== classes ||
      !rest.every(it => it === 1)
    ) {
      throw misfit(graph, 'classifier', `one output [n, ${classes}]`)
    }
    return (tensors, picture, lowest) => {
      const outputs = tensorOf(tensors, output).subarray(picture * classes, (picture + 1) * classes)
      const scores = activation === 'softmax' ? softmax(outputs) : [...outputs]
      const classIndex = scores.indexOf(Math.max(...scores))
      const score = scores[classIndex] ?? Number.NaN
      if (!(score >= (lowest[classIndex] ?? Number.POSITIVE_INFINITY))) return []
      return [{ classIndex, score, x1: 0, y1: 0, x2: widthPx, y2: heightPx }]
    }
  },
}

function softmax(logits: Float32Array): number[] {
  const highest = Math.max(...logits)
  const powers = Array.from(logits, logit => Math.exp(logit - highest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map(power => power / sum)
}
