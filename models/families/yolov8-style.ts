// YOLOv8 and those that kept its output (v5u, v9, 11, 12): one tensor of boxes and class scores, no objectness.
import { type Family, misfit, outputsLike, type Seen, sizeOf, tensorOf } from './family.ts'

export const yolov8Style: Family = {
  name: 'yolov8-style',
  summary: 'one output [n, 4 + classes, anchors] or [n, anchors, 4 + classes]: centre and size in pixels, then scores',
  input: { colour: 'RGB', range: [0, 1], resize: 'letterbox-centre' },
  nmsIou: 0.5,
  open(graph) {
    const { classes } = graph
    const channels = 4 + classes
    const [upright] = outputsLike(graph, ['n', channels, undefined])
    const [lying] = outputsLike(graph, ['n', undefined, channels])
    const output = upright ?? lying
    if (output === undefined || Object.keys(graph.outputs).length > 1) {
      const expected = `one output [n, ${channels}, anchors] or [n, anchors, ${channels}], without NMS in the graph`
      throw misfit(graph, 'yolov8-style', expected)
    }
    const anchors = sizeOf(graph, output, upright === undefined ? 1 : 2)
    const [perChannel, perAnchor] = upright === undefined ? [1, channels] : [anchors, 1]
    return (tensors, picture, lowest) => {
      const values = tensorOf(tensors, output).subarray(
        picture * channels * anchors,
        (picture + 1) * channels * anchors,
      )
      const at = (anchor: number, channel: number) => values[anchor * perAnchor + channel * perChannel] ?? Number.NaN
      const seen: Seen[] = []
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        const least = lowest[classIndex] ?? Number.POSITIVE_INFINITY
        // Of the eighty classes of COCO a street needs six: the others are not even read.
        if (least === Number.POSITIVE_INFINITY) continue
        for (let anchor = 0; anchor < anchors; anchor++) {
          const score = at(anchor, 4 + classIndex)
          if (!(score >= least)) continue
          const [x, y, width, height] = [at(anchor, 0), at(anchor, 1), at(anchor, 2), at(anchor, 3)]
          seen.push({
            ...{ classIndex, score, x1: x - width / 2, y1: y - height / 2 },
            ...{ x2: x + width / 2, y2: y + height / 2 },
          })
        }
      }
      return seen
    }
  },
}
