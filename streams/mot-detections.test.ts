// MOT det.txt: literal lines, literal frames, and what is wrong with a line.

import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { type MotFrame, motFrames, motOptions } from './mot-detections.ts'

const folder = mkdtempSync(join(tmpdir(), 'jiemu-mot-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SIZE = { frameRate: 25, widthPx: 200, heightPx: 100 }
async function read(lines: readonly string[], more: object = {}): Promise<readonly MotFrame[]> {
  const file = join(folder, 'det.txt')
  await writeFile(file, lines.join('\n'))
  const frames: MotFrame[] = []
  for await (const frame of motFrames(file, 'det.txt', motOptions.parse({ ...SIZE, ...more }))) frames.push(frame)
  return frames
}
const box = (x1: number, y1: number, x2: number, y2: number) => ({ x1, y1, x2, y2 })
const person = (score: number, at: ReturnType<typeof box>) => ({ label: 'person', score, box: at })

test('pixels become fractions, frame numbers times, and a frame without a box is an empty one', async () => {
  const frames = await read(['1,-1,20,10,40,50,0.9,-1,-1,-1', '1,-1,100,0,20,20,0.5', '', '4,-1,0,0,200,100,1'])
  expect(frames).toEqual([
    { atMs: 0, detections: [person(0.9, box(0.1, 0.1, 0.3, 0.6)), person(0.5, box(0.5, 0, 0.6, 0.2))] },
    { atMs: 40, detections: [] },
    { atMs: 80, detections: [] },
    { atMs: 120, detections: [person(1, box(0, 0, 1, 1))] },
  ])
})

test('the frames before the first box and after the last one are there too', async () => {
  const frames = await read(['2,-1,20,10,40,50,0.9'], { frames: 4, frameRate: 30 })
  expect(frames.map(({ atMs, detections }) => [atMs, detections.length])).toEqual([
    [0, 0],
    [33, 1],
    [67, 0],
    [100, 0],
  ])
})

test('a file without a line has the frames that it is said to have', async () => {
  expect(await read([], { frames: 2 })).toHaveLength(2)
  expect(await read(['', ''])).toEqual([])
})

test('a box is cut off at the edges of the frame, and one beyond them is none', async () => {
  const [frame] = await read(['1,-1,-20,90,40,50,0.9', '1,-1,200,0,10,10,0.9', '1,-1,0,-30,10,30,0.9'])
  expect(frame?.detections).toEqual([person(0.9, box(0, 0.9, 0.1, 1))])
})

test.each([
  [-1, 0],
  [0, 0.25],
  [3, 1],
  [9, 1],
])('with margins from -1 to 3, the score %d is %d', async (written, score) => {
  const [frame] = await read([`1,-1,0,0,10,10,${written}`], { scores: [-1, 3], label: 'car' })
  expect(frame?.detections).toEqual([{ label: 'car', score, box: box(0, 0, 0.05, 0.1) }])
})

test.each([
  ['1,-1,20,10,40,50', 'expected the numbers frame, id, left, top, width, height, score'],
  ['1,-1,20,10,40,,0.9', 'expected the numbers'],
  ['one,-1,20,10,40,50,0.9', 'expected the numbers'],
  ['0,-1,20,10,40,50,0.9', 'frames count from 1'],
  ['1.5,-1,20,10,40,50,0.9', 'frames count from 1'],
  ['2,-1,20,10,0,50,0.9', 'the box has no area'],
  ['2,-1,20,10,40,50,17.3', 'the score 17.3 is not between 0 and 1'],
  ['1,-1,20,10,40,50,0.9', 'frame 1 comes after frame 2'],
  ['9,-1,20,10,40,50,0.9', 'frame 9 of 8'],
])('the line %j is refused with its file and number', async (line, problem) => {
  const reading = read(['2,-1,20,10,40,50,0.9', line], { frames: 8 })
  await expect(reading).rejects.toMatchObject({
    code: 'file-unreadable',
    message: expect.stringContaining(`det.txt: cannot be read (line 2: ${problem}`),
  })
})
