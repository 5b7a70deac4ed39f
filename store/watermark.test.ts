// The watermark: what it says, that it covers the whole picture, and that the street is still seen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { markText, watermarked } from './watermark.ts'

const AT = Date.parse('2026-01-05T08:00:00+08:00')
let folder: string
let path: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jiemu-mark-'))
  path = join(folder, 'grey.jpg')
  await sharp({ create: { width: 960, height: 540, channels: 3, background: '#606060' } })
    .jpeg({ quality: 95 })
    .toFile(path)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['li.si', true, { dots: 'LI.SI 2026-01-05 08:00:00 #17', letters: null }],
  ['li.si', false, { dots: 'LI.SI 2026-01-05 08:00:00 #17', letters: null }],
  ['值班台', true, { dots: '2026-01-05 08:00:00 #17', letters: '值班台' }],
  ['值班台', false, { dots: '2026-01-05 08:00:00 #17', letters: null }],
])('for %s, with a Chinese font: %s', (name, chinese, text) => {
  expect(markText({ name, at: AT, number: 17 }, chinese)).toEqual(text)
})

test.each(['li.si', '值班台 <&">'])(
  'marks every part of a picture that %s looks at, and leaves its size',
  async name => {
    const jpeg = await watermarked(path, 'ev-1', { name, at: AT, number: 17 })
    const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 960, height: 540 })
    // In each of nine parts there is ink, and most of it is the street.
    for (const left of [0, 320, 640]) {
      for (const top of [0, 180, 360]) {
        let inked = 0
        for (let y = top; y < top + 180; y++)
          for (let x = left; x < left + 320; x++) if (Math.abs((data[y * 960 + x] ?? 0) - 0x60) > 20) inked++
        expect(inked).toBeGreaterThan(50)
        expect(inked).toBeLessThan(0.2 * 320 * 180)
      }
    }
  },
)

test('marks a close-up that is smaller than the mark', async () => {
  const small = join(folder, 'small.jpg')
  await sharp({ create: { width: 60, height: 40, channels: 3, background: '#606060' } })
    .jpeg()
    .toFile(small)
  const jpeg = await watermarked(small, 'ev-1', { name: '值班台', at: AT, number: 17 })
  expect(await sharp(jpeg).metadata()).toMatchObject({ width: 60, height: 40 })
  expect((await sharp(jpeg).stats()).channels[0]?.max).toBeGreaterThan(0x70)
})

test('two people see two pictures of one original', async () => {
  const [one, other] = await Promise.all(
    ['li', 'wang'].map(name => watermarked(path, 'ev-1', { name, at: AT, number: 17 })),
  )
  expect(Buffer.compare(one ?? new Uint8Array(), other ?? new Uint8Array())).not.toBe(0)
})

test('what is no picture is refused by its code', async () => {
  const text = join(folder, 'text.jpg')
  writeFileSync(text, 'not a picture')
  await expect(watermarked(text, 'ev-1', { name: 'li', at: AT, number: 1 })).rejects.toMatchObject({
    code: 'evidence-altered',
  })
})
