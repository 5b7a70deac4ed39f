// Detections against labels, box by box.
import { describe, expect, test } from 'vitest'
import type { Box } from '../../core/geometry.ts'
import { confusion, type Judged, judgeClass } from './matching.ts'
import { ap50, ratesAt } from './rates.ts'

/** A square of a tenth of the picture, moved to the right by a share of its width. */
const at = (x: number, y = 0): Box => ({ x1: x / 10, y1: y / 10, x2: (x + 1) / 10, y2: (y + 1) / 10 })
const label = (name: string, x: number, y?: number) => ({ label: name, box: at(x, y) })
const seen = (name: string, score: number, x: number, y?: number) => ({ label: name, score, box: at(x, y) })

describe('what counts as found', () => {
  test.each<[string, Judged, readonly boolean[]]>([
    ['the thing itself', { labels: [label('bin', 0)], detections: [seen('bin', 0.9, 0)] }, [true]],
    ['moved by a quarter: IoU 0.6', { labels: [label('bin', 0)], detections: [seen('bin', 0.9, 0.25)] }, [true]],
    ['moved by a half: IoU 0.33', { labels: [label('bin', 0)], detections: [seen('bin', 0.9, 0.5)] }, [false]],
    ['another class', { labels: [label('litter', 0)], detections: [seen('bin', 0.9, 0)] }, [false]],
    [
      'seen twice: the better one found it',
      { labels: [label('bin', 0)], detections: [seen('bin', 0.5, 0), seen('bin', 0.9, 0.1)] },
      [true, false],
    ],
    [
      'two neighbours, one detection each',
      { labels: [label('bin', 0), label('bin', 0.3)], detections: [seen('bin', 0.9, 0.1), seen('bin', 0.8, 0.2)] },
      [true, true],
    ],
    ['nothing there', { labels: [], detections: [seen('bin', 0.3, 0)] }, [false]],
    ['nothing seen', { labels: [label('bin', 0)], detections: [] }, []],
  ])('%s', (_, picture, hits) => {
    expect(judgeClass('bin', [picture]).ranked.map(({ hit }) => hit)).toEqual(hits)
  })
})

const PICTURES: readonly Judged[] = [
  { labels: [label('bin', 0), label('bin', 2)], detections: [seen('bin', 0.9, 0), seen('bin', 0.4, 5)] },
  { labels: [label('bin', 0)], detections: [seen('bin', 0.6, 5)] },
  { labels: [], detections: [seen('bin', 0.3, 0)] },
  { labels: [], detections: [] },
]

test.each([
  // 0.9 found one of three.
  ['boxes', 0.7, { precision: 1, recall: 1 / 3, f1: 2 / 4 }],
  ['boxes', 0.2, { precision: 1 / 4, recall: 1 / 3, f1: 2 / 7 }],
  // At the wrong place, and yet it is in the picture.
  ['pictures', 0.5, { precision: 1, recall: 1, f1: 1 }],
  ['pictures', 0.2, { precision: 2 / 3, recall: 1, f1: 4 / 5 }],
  ['boxes', 0.95, { precision: null, recall: 0, f1: 0 }],
] as const)('%s at %s', (level, threshold, expected) => {
  expect(ratesAt(judgeClass('bin', PICTURES), threshold, level)).toEqual(expected)
})

test('a threshold counts the score that it names', () => {
  expect(ratesAt(judgeClass('bin', PICTURES), 0.9, 'boxes').recall).toBe(1 / 3)
})

test('where nothing is labelled and nothing seen, nothing can be said', () => {
  const none = judgeClass('litter', PICTURES)
  expect(ratesAt(none, 0.5, 'boxes')).toEqual({ precision: null, recall: null, f1: null })
  expect(ratesAt(none, 0.5, 'pictures')).toEqual({ precision: null, recall: null, f1: null })
  expect(ap50(none)).toBeNull()
})

test('a full bin that was taken for an overflowing one stands apart from what was missed and what is not there', () => {
  const cells = confusion(
    [
      {
        labels: [label('bin', 0), label('bin-overflow', 2), label('bin', 4)],
        detections: [
          seen('bin-overflow', 0.8, 0),
          seen('bin-overflow', 0.7, 2),
          seen('bin', 0.2, 4),
          seen('bin', 0.6, 8),
        ],
      },
    ],
    { bin: 0.5, 'bin-overflow': 0.5 },
  )
  expect(cells).toHaveLength(4)
  expect(cells).toEqual(
    expect.arrayContaining([
      { labelled: 'bin', seen: 'bin-overflow', count: 1 },
      { labelled: 'bin-overflow', seen: 'bin-overflow', count: 1 },
      { labelled: 'bin', seen: null, count: 1 },
      { labelled: null, seen: 'bin', count: 1 },
    ]),
  )
})
