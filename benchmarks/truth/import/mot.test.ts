// MOTChallenge annotations against literal rows: who is counted, and what is said of a wrong row.
import { describe, expect, test } from 'vitest'
import { type MotOptions, peopleInMot, readSequence } from './mot.ts'

const ROWS = `
1,1,10,10,20,60,1,1,1.0
1,2,40,10,20,60,1,1,0.2
1,3,70,10,20,60,0,1,1
1,4,90,10,20,60,1,7,0.5
1,5,10,10,99,60,1,3,1
3,1,10,10,20,60,1,1,0
`
const counted = (text: string, options: MotOptions = {}) =>
  peopleInMot(text, 'gt.txt', options).map(({ name, people }) => `${name} ${people}`)

const CASES: [string, string, MotOptions, string[]][] = [
  ['pedestrians and static persons whose flag is set', ROWS, {}, ['000001.jpg 3', '000002.jpg 0', '000003.jpg 1']],
  ['the challenge’s own class', ROWS, { classes: [1] }, ['000001.jpg 2', '000002.jpg 0', '000003.jpg 1']],
  ['those of whom half can be seen', ROWS, { leastVisibility: 0.5 }, ['000001.jpg 2', '000002.jpg 0', '000003.jpg 0']],
  [
    'frames after the last person',
    '1,1,0,0,9,9,1,1,1',
    { frames: 3, extension: '.png' },
    ['000001.png 1', '000002.png 0', '000003.png 0'],
  ],
  [
    'a row of 2015, which has no class',
    '1, 3, 794.27, 247.59, 71.245, 174.88, 1, -1, -1, -1\r\n1,4,0,0,9,9,0,-1,-1,-1',
    {},
    ['000001.jpg 1'],
  ],
  ['a row without class and visibility', '2,3,7,2,7,1,1', {}, ['000001.jpg 0', '000002.jpg 1']],
  ['nothing', '\n', {}, []],
]

describe('peopleInMot', () => {
  test.each(CASES)('counts %s', (_name, text, options, expected) => {
    expect(counted(text, options)).toEqual(expected)
  })

  const WRONG: [string, string, string][] = [
    ['a row that is too short', '1,1,10,10,20', 'line 1, row: expected 7 to 10 columns, found 5'],
    ['a text', '1,1,10,10,20,60,1,1,1\n1,x,10,10,20,60,1,1,1', 'line 2, id: "x" is no number'],
    ['an empty column', '1,1,,10,20,60,1,1,1', 'line 1, left: "" is no number'],
    ['a frame 0', '0,1,10,10,20,60,1,1,1', 'line 1, frame: expected a whole number from 1, found 0'],
    ['a frame after the last', '4,1,10,10,20,60,1,1,1', 'line 1, frame: there are only 3 frames'],
    ['a box without area', '1,1,10,10,0,60,1,1,1', 'line 1, width: the box has no area'],
    ['a class of no kind', '1,1,10,10,20,60,1,1.5,1', 'line 1, class: expected a class number from 1, found 1.5'],
    ['a visibility above 1', '1,1,10,10,20,60,1,1,2', 'line 1, visibility: expected 0…1, found 2'],
    ['a person twice', '1,1,0,0,9,9,1,1,1\n\n1,1,0,0,9,9,1,1,1', 'line 3, id: 1 is in frame 1 already'],
  ]
  test.each(WRONG)('names the line and the column of %s', (_name, text, problem) => {
    expect(() => counted(text, { frames: 3 })).toThrow(
      expect.objectContaining({ code: 'annotations-invalid', message: `gt.txt: ${problem}` }),
    )
  })
})

describe('readSequence', () => {
  const INI = `[Sequence]
name=MOT17-02
imDir = img1
frameRate=30
seqLength=600
imWidth=1920
imHeight=1080
imExt=.jpg
`
  test('reads what the challenge says of a sequence', () => {
    expect(readSequence(INI, 'seqinfo.ini')).toEqual({
      ...{ frames: 600, fps: 30, widthPx: 1920, heightPx: 1080, extension: '.jpg', folder: 'img1' },
    })
  })

  test('names the entry that is missing', () => {
    expect(() => readSequence(INI.replace('frameRate=30', ''), 'seqinfo.ini')).toThrow(
      expect.objectContaining({ message: 'seqinfo.ini: frameRate: expected a number above 0' }),
    )
  })
})
