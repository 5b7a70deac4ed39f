// CSV of charts: quoted as spreadsheets want it, and harmless whatever somebody called a camera.
import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'

test.each([
  ['numbers and nothing', [1.5, null, 0], '1.5,,0'],
  ['a comma, a quote and a line break', ['a,b', 'say "hi"', 'x\ny'], '"a,b","say ""hi""","x\ny"'],
  ['formulas', ['=1+1', '+A1', '@x', '-2'], "'=1+1,'+A1,'@x,'-2"],
  ['a negative number', [-2], '-2'],
])('writes %s', (_what, row, line) => {
  expect(csvOf({ columns: ['名称'], rows: [row] })).toBe(`\u{feff}名称\r\n${line}\r\n`)
})
