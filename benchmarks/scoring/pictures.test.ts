// Pictures beside a result: what is there and is what it is called, and nothing else.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../tests/support/jiemu.ts'
import { emptyPictures, pictureName, picturesFolder, readPictures, writePictures } from './pictures.ts'

const folder = temporaryFolder('pictures')
afterAll(folder.remove)

test('a picture that is absent, or of another content than its name says, is not read', async () => {
  const pictures = picturesFolder(join(folder.path, 'score.json'))
  expect(pictures).toBe(join(folder.path, 'score.pictures'))
  const [one, other] = [Buffer.from('one'), Buffer.from('other')]
  // printf one | sha256sum
  expect(pictureName(one)).toBe('7692c3ad3540bb80.jpg')
  await writePictures(pictures, new Map([one, other].map(jpeg => [pictureName(jpeg), jpeg])))
  writeFileSync(join(pictures, pictureName(other)), 'of another run')
  const read = await readPictures(pictures, [pictureName(one), pictureName(other), '0123456789abcdef.jpg'])
  expect([...read]).toEqual([[pictureName(one), one]])
  await emptyPictures(pictures)
  expect((await readPictures(pictures, [pictureName(one)])).size).toBe(0)
})
