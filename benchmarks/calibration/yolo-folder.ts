// Reads a folder of YOLO-labelled pictures: images/NAME.jpg and labels/NAME.txt, one "class x y width height" a line.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../../core/errors.ts'
import { type Box, boxArea, clipBox } from '../../core/geometry.ts'
import { isStill } from '../../streams/still.ts'
import type { LabelledPicture, LabelledPictures, LabelSource } from './labelled.ts'

export interface YoloFolderOptions {
  /** What the numbers in the labels mean, in their order; data.yaml, classes.txt or the map's own order, if left out. */
  readonly names?: readonly string[]
  /** Their names to the network's; a name that is not here stands for itself. */
  readonly classMap?: ReadonlyMap<string, string>
}

/** Where exports keep their pictures: at the top, or in one folder for each of their own splits, which are not followed. */
const PARTS = ['.', 'train', 'valid', 'val', 'test']
const NAME_FILES = ['classes.txt', 'labels/classes.txt']
const dataYaml = z.looseObject({ names: z.union([z.array(z.string()), z.record(z.string(), z.string())]) })
/** Rounding in exports puts edges a little outside. */
const SLACK = 0.01

type Labels = LabelledPicture['labels']

export function yoloFolder(
  folder: string,
  { names: given, classMap = new Map() }: YoloFolderOptions = {},
): LabelSource {
  return {
    async read(known) {
      if (!(await listed(folder))) throw invalid(folder, 'there is no such folder')
      const names = given ?? (await namesIn(folder)) ?? [...classMap.keys()]
      if (names.length === 0) throw invalid(folder, 'nothing says what the numbers mean; give --classes or --names')
      for (const [theirs, ours] of classMap) {
        if (!names.includes(theirs)) throw invalid(folder, `there is no class "${theirs}"; it has ${names.join(', ')}`)
        if (!known.includes(ours))
          throw invalid(folder, `the network has no class "${ours}"; it has ${known.join(', ')}`)
      }
      const ours = names.map(name => classMap.get(name) ?? (known.includes(name) ? name : undefined))
      const reading = new Reading(folder, names, ours)
      for (const part of PARTS) await reading.part(part)
      return reading.result()
    },
  }
}

class Reading {
  readonly #folder: string
  readonly #names: readonly string[]
  readonly #ours: readonly (string | undefined)[]
  readonly #pictures: LabelledPicture[] = []
  readonly #leftOut: Record<string, number> = {}
  readonly #hash = createHash('sha256')

  constructor(folder: string, names: readonly string[], ours: readonly (string | undefined)[]) {
    this.#folder = folder
    this.#names = names
    this.#ours = ours
  }

  /** A part that has no pictures is passed over. */
  async part(part: string): Promise<void> {
    const images = (await listed(join(this.#folder, part, 'images')))?.filter(isStill).sort()
    if (!images || images.length === 0) return
    const labels = await listed(join(this.#folder, part, 'labels'))
    if (!labels) throw invalid(join(this.#folder, part, 'labels'), 'there is no such folder beside images')
    const texts = new Set(labels.filter(name => name.endsWith('.txt') && name !== 'classes.txt'))
    for (const image of images) {
      const text = `${basename(image, extname(image))}.txt`
      // A picture without a label file is one in which nothing is: the convention of the format for backgrounds.
      const labelled = texts.has(text) ? await this.#labels(join(part, 'labels', text)) : []
      const file = join(this.#folder, part, 'images', image)
      this.#note(join(part, 'images', image), await readFile(file))
      this.#pictures.push({ name: join(part, 'images', image), file, labels: labelled })
      texts.delete(text)
    }
    const [lost] = texts
    if (lost !== undefined) throw invalid(join(this.#folder, part, 'labels', lost), 'there is no picture of this name')
  }

  result(): LabelledPictures {
    if (this.#pictures.length === 0) throw invalid(join(this.#folder, 'images'), 'there is no JPEG or PNG picture')
    return {
      source: this.#folder,
      pictures: this.#pictures,
      classes: [...new Set(this.#ours.flatMap(name => name ?? []))],
      leftOut: this.#leftOut,
      sha256: this.#hash.digest('hex'),
    }
  }

  async #labels(path: string): Promise<Labels> {
    const file = join(this.#folder, path)
    const text = await readFile(file, 'utf8').catch(error => {
      throw toJiemuError(error, 'file-unreadable', { file })
    })
    this.#note(path, text)
    return text.split(/\r?\n/).flatMap((line, index) => this.#label(line.trim(), `${file}:${index + 1}`))
  }

  #label(line: string, where: string): Labels {
    if (line === '') return []
    const { number, box } = parseLine(line, where)
    const name = this.#names[number]
    if (name === undefined) {
      throw invalid(where, `there is no class ${number}; the names end with ${this.#names.length - 1}`)
    }
    const label = this.#ours[number]
    if (label !== undefined) return [{ label, box }]
    this.#leftOut[name] = (this.#leftOut[name] ?? 0) + 1
    return []
  }

  #note(name: string, content: string | Uint8Array): void {
    const bytes = Buffer.from(content)
    this.#hash.update(`${name.replaceAll('\\', '/')}\n${bytes.length}\n`).update(bytes)
  }
}

function parseLine(line: string, where: string): { readonly number: number; readonly box: Box } {
  const fields = line.split(/\s+/)
  const [number = Number.NaN, x = 0, y = 0, width = 0, height = 0] = fields.map(Number)
  if (fields.length !== 5) {
    const polygon = fields.length > 5 && fields.length % 2 === 1
    throw invalid(where, polygon ? 'a polygon: export boxes' : `expected 5 numbers, found ${fields.length}`)
  }
  if (!Number.isInteger(number) || number < 0) throw invalid(where, `"${fields[0]}" is no class number`)
  const raw = { x1: x - width / 2, y1: y - height / 2, x2: x + width / 2, y2: y + height / 2 }
  const inside = [raw.x1, raw.y1, 1 - raw.x2, 1 - raw.y2].every(edge => edge >= -SLACK)
  if (!inside) throw invalid(where, 'the box leaves the picture; x y width height are fractions of it')
  if (width <= 0 || height <= 0 || boxArea(raw) === 0) throw invalid(where, 'the box has no area')
  return { number, box: clipBox(raw) }
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  const yaml = join(folder, 'data.yaml')
  const text = await readIfThere(yaml)
  if (text !== undefined) return namesOfYaml(text, yaml)
  for (const file of NAME_FILES) {
    const lines = await readIfThere(join(folder, file))
    const names = lines?.split(/\r?\n/).map(line => line.trim())
    if (names) return names.slice(0, names.findLastIndex(name => name !== '') + 1)
  }
  return undefined
}

/** `names` is a list, or a map from numbers. */
function namesOfYaml(text: string, file: string): readonly string[] {
  let raw: unknown
  try {
    raw = parseYaml(text)
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : 'it is no YAML')
  }
  const parsed = dataYaml.safeParse(raw)
  if (!parsed.success) throw invalid(file, 'expected "names": a list, or a map from numbers to names')
  const { names } = parsed.data
  if (Array.isArray(names)) return names
  return Object.keys(names).map((_, number) => {
    const name = names[String(number)]
    if (name === undefined) throw invalid(file, `"names" has no ${number}`)
    return name
  })
}

/** The names in a folder; undefined where there is none. */
async function listed(folder: string): Promise<readonly string[] | undefined> {
  return readdir(folder).catch(error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw toJiemuError(error, 'file-unreadable', { file: folder })
  })
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw toJiemuError(error, 'file-unreadable', { file })
  })
}

function invalid(file: string, problem: string): JiemuError {
  return new JiemuError('calibration-data-invalid', { file, problem })
}
