// YOLOX: an anchor per cell of three grids, scored by objectness × class; decoded in the graph or as the project exports it.
import { type Decode, type Family, type Graph, misfit, outputsLike, type Seen, sizeOf, tensorOf } from './family.ts'

const STRIDES_PX = [8, 16, 32] as const

export const yolox: Family = {
  name: 'yolox',
  summary: 'YOLOX as its own exporter writes it, or with `boxes` and `scores` decoded in the graph',
  input: { colour: 'BGR', range: [0, 255], resize: 'letterbox-top-left' },
  nmsIou: 0.5,
  open(graph) {
    const { classes, outputs } = graph
    const [raw] = outputsLike(graph, ['n', undefined, 5 + classes])
    if (raw !== undefined && Object.keys(outputs).length === 1) return openRaw(graph, raw)
    if (outputs.boxes && outputs.scores) return openDecoded(graph)
    throw misfit(graph, 'yolox', `one output [n, anchors, ${5 + classes}], or "boxes" [n, anchors, 4] and "scores"`)
  },
}

/** `boxes` are x1 y1 x2 y2 in pixels of the input, `scores` the products. */
function openDecoded(graph: Graph): Decode {
  const { classes } = graph
  const most = sizeOf(graph, 'scores', 1)
  const fits = outputsLike(graph, ['n', most, 4]).includes('boxes')
  if (!fits || !outputsLike(graph, ['n', most, classes]).includes('scores')) {
    throw misfit(graph, 'yolox', `"boxes" [n, anchors, 4] and "scores" [n, anchors, ${classes}]`)
  }
  return (tensors, picture, lowest) => {
    const anchors = tensors.boxes?.shape[1] ?? most
    const boxes = tensorOf(tensors, 'boxes').subarray(picture * anchors * 4, (picture + 1) * anchors * 4)
    const scores = tensorOf(tensors, 'scores').subarray(picture * anchors * classes, (picture + 1) * anchors * classes)
    const seen: Seen[] = []
    for (let anchor = 0; anchor < anchors; anchor++) {
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        const score = scores[anchor * classes + classIndex] ?? Number.NaN
        if (!(score >= (lowest[classIndex] ?? Number.POSITIVE_INFINITY))) continue
        const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(anchor * 4, anchor * 4 + 4)
        seen.push({ classIndex, score, x1, y1, x2, y2 })
      }
    }
    return seen
  }
}

/**
 * Rows of centre, size, objectness and classes; the centre counts from the anchor's cell and in cells, the size is a
 * logarithm (Ge et al. 2021, "YOLOX: Exceeding YOLO Series in 2021", and the demo of its authors).
 */
function openRaw(graph: Graph, output: string): Decode {
  const { classes, widthPx, heightPx } = graph
  const cells = STRIDES_PX.flatMap(stride => {
    const columns = Math.floor(widthPx / stride)
    const rows = Math.floor(heightPx / stride)
    return Array.from({ length: columns * rows }, (_, at) => ({ x: at % columns, y: Math.floor(at / columns), stride }))
  })
  if (sizeOf(graph, output, 1) !== cells.length) {
    throw misfit(graph, 'yolox', `${cells.length} anchors for ${widthPx} × ${heightPx} pixels`)
  }
  const perAnchor = 5 + classes
  return (tensors, picture, lowest) => {
    const values = tensorOf(tensors, output)
    const seen: Seen[] = []
    for (const [anchor, cell] of cells.entries()) {
      const from = (picture * cells.length + anchor) * perAnchor
      const objectness = values[from + 4] ?? Number.NaN
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        const score = objectness * (values[from + 5 + classIndex] ?? Number.NaN)
        if (!(score >= (lowest[classIndex] ?? Number.POSITIVE_INFINITY))) continue
        const x = ((values[from] ?? 0) + cell.x) * cell.stride
        const y = ((values[from + 1] ?? 0) + cell.y) * cell.stride
        const halfWidth = (Math.exp(values[from + 2] ?? 0) * cell.stride) / 2
        const halfHeight = (Math.exp(values[from + 3] ?? 0) * cell.stride) / 2
        seen.push({ classIndex, score, x1: x - halfWidth, y1: y - halfHeight, x2: x + halfWidth, y2: y + halfHeight })
      }
    }
    return seen
  }
}
