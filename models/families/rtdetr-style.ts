// RT-DETR and its kin: a few hundred queries, each one object or nothing, so that boxes need no suppression.
import { JiemuError } from '../../core/errors.ts'
import { type Decode, type Family, type Graph, misfit, outputsLike, type Seen, sizeOf, tensorOf } from './family.ts'

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))

export const rtdetrStyle: Family = {
  name: 'rtdetr-style',
  summary: 'RT-DETR: `labels`, `boxes` and `scores`; logits and boxes; or one output [n, queries, 4 + classes]',
  input: { colour: 'RGB', range: [0, 1], resize: 'stretch' },
  // What overlaps this much was seen in two crops, or is a query that wavers between two classes.
  nmsIou: 0.8,
  open(graph) {
    const { classes } = graph
    const names = Object.keys(graph.outputs)
    const [queried] = outputsLike(graph, ['n', undefined, 4 + classes])
    if (queried !== undefined && names.length === 1) return openJoined(graph, queried)

    const boxes = outputsLike(graph, ['n', undefined, 4]).find(name => /box|dets/i.test(name))
    if (boxes !== undefined) {
      const queries = sizeOf(graph, boxes, 1)
      const listed = outputsLike(graph, ['n', queries])
      const [labels, scores] = [/label/i, /score/i].map(word => listed.find(name => word.test(name)))
      if (labels !== undefined && scores !== undefined) return openFinished(queries, classes, labels, boxes, scores)
      const logits = outputsLike(graph, ['n', queries, classes]).find(name => name !== boxes)
      if (logits !== undefined && names.length === 2) return openLogits(graph, queries, logits, boxes)
    }
    const expected = `"labels", "boxes" and "scores"; logits [n, queries, ${classes}] and boxes [n, queries, 4]; or one output [n, queries, ${4 + classes}]`
    throw misfit(graph, 'rtdetr-style', expected)
  },
}

/** Boxes of x1 y1 x2 y2 in pixels and one class each: the authors' own export, told that the picture is the input's size. */
function openFinished(queries: number, classes: number, labels: string, boxes: string, scores: string): Decode {
  return (tensors, picture, lowest) => {
    const [classOf, edges, scoreOf] = [labels, boxes, scores].map(name => tensorOf(tensors, name))
    const seen: Seen[] = []
    for (let query = picture * queries; query < (picture + 1) * queries; query++) {
      const classIndex = classOf?.[query] ?? classes
      if (!(classIndex >= 0 && classIndex < classes)) {
        throw new JiemuError('inference-failed', { problem: `it numbers a class ${classIndex}, and has ${classes}` })
      }
      const score = scoreOf?.[query] ?? Number.NaN
      if (!(score >= (lowest[classIndex] ?? Number.POSITIVE_INFINITY))) continue
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = edges?.subarray(query * 4, query * 4 + 4) ?? []
      seen.push({ classIndex, score, x1, y1, x2, y2 })
    }
    return seen
  }
}

/** Class logits beside boxes: what Transformers exports. */
function openLogits(graph: Graph, queries: number, logits: string, boxes: string): Decode {
  const { classes } = graph
  return (tensors, picture, lowest) => {
    const scores = tensorOf(tensors, logits)
    const places = tensorOf(tensors, boxes)
    const score = (query: number, index: number) => sigmoid(scores[query * classes + index] ?? Number.NaN)
    return perQuery(graph, picture, queries, lowest, score, query => places.subarray(query * 4, query * 4 + 4))
  }
}

/** Boxes and class scores in one row: what Ultralytics exports. */
function openJoined(graph: Graph, output: string): Decode {
  const queries = sizeOf(graph, output, 1)
  const perRow = 4 + graph.classes
  return (tensors, picture, lowest) => {
    const rows = tensorOf(tensors, output)
    const score = (query: number, index: number) => rows[query * perRow + 4 + index] ?? Number.NaN
    return perQuery(graph, picture, queries, lowest, score, query => rows.subarray(query * perRow, query * perRow + 4))
  }
}

/** Boxes of these two forms are centre and size, in fractions of the input. */
function perQuery(
  { classes, widthPx, heightPx }: Graph,
  picture: number,
  queries: number,
  lowest: readonly number[],
  scoreOf: (query: number, classIndex: number) => number,
  boxOf: (query: number) => Float32Array,
): Seen[] {
  const seen: Seen[] = []
  for (let query = picture * queries; query < (picture + 1) * queries; query++) {
    for (let classIndex = 0; classIndex < classes; classIndex++) {
      const score = scoreOf(query, classIndex)
      if (!(score >= (lowest[classIndex] ?? Number.POSITIVE_INFINITY))) continue
      const [x = 0, y = 0, width = 0, height = 0] = boxOf(query)
      seen.push({
        ...{ classIndex, score, x1: (x - width / 2) * widthPx, y1: (y - height / 2) * heightPx },
        ...{ x2: (x + width / 2) * widthPx, y2: (y + height / 2) * heightPx },
      })
    }
  }
  return seen
}
