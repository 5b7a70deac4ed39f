// Reads COCO annotations: how many things of one category each picture shows.
import { z } from 'zod'
import { JiemuError } from '../../../core/errors.ts'
import { parseAs } from '../json-file.ts'
import type { CountedPicture } from './crowds.ts'

const id = z.int()
/** What is not read (segmentation, licences, …) may be there in any form: tools differ. */
const cocoSchema = z.looseObject({
  images: z
    .array(z.looseObject({ id, file_name: z.string().min(1), width: z.int().positive(), height: z.int().positive() }))
    .min(1),
  annotations: z.array(
    z.looseObject({ image_id: id, category_id: id, iscrowd: z.union([z.literal(0), z.literal(1)]).default(0) }),
  ),
  categories: z.array(z.looseObject({ id, name: z.string() })),
})

export interface CocoCounts {
  /** In the order of their names. */
  readonly pictures: readonly CountedPicture[]
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * @param raw the parsed file
 * @param category its name, "person" for crowds
 * @throws JiemuError annotations-invalid naming the field: wrong types, no such category, a picture that is not listed,
 * pictures of several sizes (they are no one camera's), a crowd region (`iscrowd`), in which nobody counted
 */
export function countsInCoco(raw: unknown, file: string, category: string): CocoCounts {
  const { images, annotations, categories } = parseAs(cocoSchema, raw, 'annotations-invalid', file)
  const wrong = (field: string, problem: string) => new JiemuError('annotations-invalid', { file, field, problem })
  const wanted = categories.find(({ name }) => name === category)
  if (!wanted) {
    throw wrong('categories', `there is no "${category}"; there are ${categories.map(({ name }) => name).join(', ')}`)
  }
  const [{ width, height }] = images as [(typeof images)[number]]
  const people = new Map<number, number>()
  const names = new Set<string>()
  for (const [index, image] of images.entries()) {
    if (people.has(image.id)) throw wrong(`images.${index}.id`, `there is another picture ${image.id}`)
    if (names.has(image.file_name)) throw wrong(`images.${index}.file_name`, `there is another "${image.file_name}"`)
    if (image.width !== width || image.height !== height) {
      throw wrong(
        `images.${index}.width`,
        `${image.width}×${image.height} beside ${width}×${height}: not of one camera`,
      )
    }
    people.set(image.id, 0)
    names.add(image.file_name)
  }
  for (const [index, { image_id, category_id, iscrowd }] of annotations.entries()) {
    const before = people.get(image_id)
    if (before === undefined) throw wrong(`annotations.${index}.image_id`, `there is no picture ${image_id}`)
    if (category_id !== wanted.id) continue
    if (iscrowd === 1) throw wrong(`annotations.${index}.iscrowd`, 'a region of uncounted people has no count')
    people.set(image_id, before + 1)
  }
  const pictures = images.map(image => ({ name: image.file_name, people: people.get(image.id) ?? 0 }))
  const { compare } = new Intl.Collator('en', { numeric: true })
  return { pictures: pictures.sort((a, b) => compare(a.name, b.name)), widthPx: width, heightPx: height }
}
