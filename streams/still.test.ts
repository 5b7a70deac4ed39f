// Stills as pictures: of cameras' formats, and what is none.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WHOLE_FRAME } from '../core/geometry.ts'
import { isStill, readStill } from './still.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-still-'))
})
afterEach(() => rm(folder, { recursive: true }))

const red = sharp({ create: { width: 64, height: 48, channels: 3, background: '#c81e1e' } })

test.each([
  ['a.jpg', () => red.jpeg().toBuffer()],
  ['A.JPEG', () => red.jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
  ['a.png', () => red.png().toBuffer()],
])('%s is read in its own size and colour', async (name, encode) => {
  const file = join(folder, name)
  await writeFile(file, await encode())
  const picture = await readStill(file)
  try {
    expect([picture.widthPx, picture.heightPx]).toEqual([64, 48])
    const { pixels } = picture.rgb(WHOLE_FRAME, 1, 1)
    for (const [index, value] of [0xc8, 0x1e, 0x1e].entries()) expect(pixels[index]).toBeGreaterThan(value - 6)
    expect(pixels[1]).toBeLessThan(0x1e + 6)
  } finally {
    picture.release()
  }
})

test.each([
  ['text', 'a.jpg', 'not a picture', 'source-corrupt'],
  ['nothing', 'a.png', '', 'source-corrupt'],
  ['another kind of file', 'a.gif', 'GIF89a', 'source-not-video'],
])('%s is refused', async (_, name, content, code) => {
  await writeFile(join(folder, name), content)
  await expect(readStill(join(folder, name))).rejects.toMatchObject({ code })
})

test('a picture of which the end is missing is refused', async () => {
  const file = join(folder, 'half.png')
  const whole = await sharp({
    create: {
      width: 64,
      height: 48,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
      background: '#000',
    },
  })
    .png()
    .toBuffer()
  await writeFile(file, whole.subarray(0, whole.length >> 1))
  await expect(readStill(file)).rejects.toMatchObject({ code: 'source-corrupt' })
})

test('a file that is not there is named', async () => {
  await expect(readStill(join(folder, 'gone.jpg'))).rejects.toMatchObject({ code: 'file-unreadable' })
  expect(isStill('gone.jpg')).toBe(true)
  expect(isStill('labels.txt')).toBe(false)
})
