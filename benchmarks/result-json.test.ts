// The same values as JSON.stringify writes, in fewer lines.
import { expect, test } from 'vitest'
import { resultJson } from './result-json.ts'

const LONG = 'long '.repeat(25)

test.each<[string, unknown, string]>([
  ['a scalar', 3, '3'],
  ['nothing', [], '[]'],
  ['what fits into a line', { box: [0.1, 0.2, 0.3, 0.4], no: undefined }, '{"box":[0.1,0.2,0.3,0.4]}'],
  [
    'what does not, and what in it does',
    { what: LONG, no: undefined, boxes: [[1, 2], [3]] },
    `{\n  "what": "${LONG}",\n  "boxes": [[1,2],[3]]\n}`,
  ],
  ['a long list', [LONG, null], `[\n  "${LONG}",\n  null\n]`],
])('%s', (_, value, text) => {
  expect(resultJson(value)).toBe(text)
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
})
