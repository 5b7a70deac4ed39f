// A benchmark's command line: what is asked, what is left as usual, what is refused.
import { describe, expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

const USUAL = { incidents: 150, idleSeconds: 30 }

describe('a benchmark’s command line', () => {
  test.each([
    ['nothing', [], { amounts: USUAL, out: undefined }],
    ['one amount', ['--incidents', '8'], { amounts: { incidents: 8, idleSeconds: 30 }, out: undefined }],
    [
      'a name of two words',
      ['--idle-seconds', '0.5'],
      { amounts: { incidents: 150, idleSeconds: 0.5 }, out: undefined },
    ],
    ['none of it', ['--incidents', '0'], { amounts: { incidents: 0, idleSeconds: 30 }, out: undefined }],
    ['a folder', ['--out', '/tmp/results'], { amounts: USUAL, out: '/tmp/results' }],
  ])('%s', (_name, args, asked) => expect(readArguments(args, USUAL)).toEqual(asked))

  test.each([
    ['letters', ['--incidents', 'many'], '"many"'],
    ['nothing after the name', ['--incidents', ''], '--incidents'],
    ['less than none', ['--incidents=-1'], '"-1"'],
    ['an option that there is not', ['--cars', '3'], '--cars'],
    ['a word by itself', ['8'], '8'],
  ])('%s is refused by name', (_name, args, named) => {
    expect(() => readArguments(args, USUAL)).toThrow(expect.objectContaining({ code: 'request-invalid' }))
    expect(() => readArguments(args, USUAL)).toThrow(named)
  })
})
