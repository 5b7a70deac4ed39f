// COCO annotations against literal files: what is counted in which picture, and what is said of a wrong field.
import { expect, test } from 'vitest'
import { countsInCoco } from './coco.ts'

const picture = (id: number, name: string, width = 640) => ({ id, file_name: name, width, height: 480, license: 3 })
const thing = (image: number, category: number) => ({
  id: 7,
  image_id: image,
  category_id: category,
  bbox: [1, 2, 3, 4],
})
const RIGHT = {
  info: { year: 2026 },
  images: [picture(12, 'frame10.jpg'), picture(3, 'frame9.jpg'), picture(4, 'frame11.jpg')],
  annotations: [thing(12, 1), thing(12, 1), thing(12, 2), { ...thing(3, 1), iscrowd: 0 }],
  categories: [
    { id: 1, name: 'person', supercategory: 'person' },
    { id: 2, name: 'car' },
  ],
}

test('counts what is of the category, in every picture, in the order of their names', () => {
  expect(countsInCoco(RIGHT, 'coco.json', 'person')).toEqual({
    pictures: [
      { name: 'frame9.jpg', people: 1 },
      { name: 'frame10.jpg', people: 2 },
      { name: 'frame11.jpg', people: 0 },
    ],
    widthPx: 640,
    heightPx: 480,
  })
  expect(countsInCoco(RIGHT, 'coco.json', 'car').pictures.map(({ people }) => people)).toEqual([0, 1, 0])
})

test('a region of uncounted cars does not matter where people are counted', () => {
  const annotations = [{ ...thing(12, 2), iscrowd: 1 }]
  expect(countsInCoco({ ...RIGHT, annotations }, 'coco.json', 'person').pictures).toHaveLength(3)
})

const WRONG: [string, unknown, string][] = [
  ['no object', [], 'file: Invalid input: expected object, received array'],
  ['no pictures', { ...RIGHT, images: [] }, 'images: Too small'],
  ['a picture without a size', { ...RIGHT, images: [{ id: 1, file_name: 'a' }] }, 'images.0.width: Invalid input'],
  [
    'a number as a text',
    { ...RIGHT, annotations: [{ ...thing(12, 1), image_id: '12' }] },
    'annotations.0.image_id: Inv',
  ],
  [
    'a category that is not there',
    { ...RIGHT, categories: [{ id: 2, name: 'car' }] },
    'categories: there is no "person"; there are car',
  ],
  [
    'a picture that is not there',
    { ...RIGHT, annotations: [thing(5, 1)] },
    'annotations.0.image_id: there is no picture 5',
  ],
  ['two pictures of one id', { ...RIGHT, images: [picture(1, 'a'), picture(1, 'b')] }, 'images.1.id: there is another'],
  [
    'two pictures of one name',
    { ...RIGHT, images: [picture(1, 'a'), picture(2, 'a')] },
    'images.1.file_name: there is',
  ],
  [
    'pictures of two sizes',
    { ...RIGHT, images: [picture(1, 'a'), picture(2, 'b', 320)] },
    'images.1.width: 320×480 beside 640×480',
  ],
  [
    'a crowd that nobody counted',
    { ...RIGHT, annotations: [thing(12, 1), { ...thing(12, 1), iscrowd: 1 }] },
    'annotations.1.iscrowd: a region',
  ],
]
test.each(WRONG)('names the file and the field of %s', (_name, raw, problem) => {
  expect(() => countsInCoco(raw, 'coco.json', 'person')).toThrow(
    expect.objectContaining({
      code: 'annotations-invalid',
      message: expect.stringContaining(`coco.json: ${problem}`),
    }),
  )
})
