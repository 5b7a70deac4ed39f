// Which networks are shipped, what each takes and gives, and whether a file is still the one that was released.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { parseOptions } from '../core/kind.ts'

const score = z.number().min(0).max(1)
const shape = z.array(z.union([z.literal('n'), z.int().positive()])).describe('"n" is the size of the batch')
const output = z.strictObject({ shape, meaning: z.string() })

export const cardSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  file: z.string().regex(/^[a-z0-9-]+\.onnx$/, 'expected the name of an .onnx file beside the manifest'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string(),
  family: z.literal('yolox'),
  /** A letterboxed batch of RGB squares: `['n', side, side, 3]`. */
  input: z.strictObject({
    name: z.string(),
    dtype: z.literal('uint8'),
    layout: z.literal('NHWC'),
    shape: z.tuple([z.literal('n'), z.int().positive(), z.int().positive(), z.literal(3)]),
    colour: z.literal('RGB'),
    range: z.tuple([z.literal(0), z.literal(255)]),
    resize: z.string(),
  }),
  outputs: z.strictObject({ boxes: output, scores: output }),
  classes: z.array(z.string()).min(1),
  suggestedThresholds: z.record(z.string(), score),
  nmsIou: score,
  use: z.string(),
  origin: z.string(),
  measured: z.record(z.string(), z.unknown()),
  limits: z.string(),
})
export const manifestSchema = z.strictObject({ version: z.literal(1), models: z.array(cardSchema).min(1) })

export type ModelCard = z.output<typeof cardSchema>

/** A network whose bytes are those of the manifest. */
export interface Model {
  readonly card: ModelCard
  readonly bytes: Uint8Array
}

/** The folder of the manifest and the networks, beside this file. */
export const MODELS_DIRECTORY = import.meta.dirname

/** @throws JiemuError options-invalid, file-unreadable */
export async function readManifest(directory: string = MODELS_DIRECTORY): Promise<readonly ModelCard[]> {
  const file = join(directory, 'manifest.json')
  const text = await readFile(file, 'utf8').catch(error => {
    throw toJiemuError(error, 'file-unreadable', { file })
  })
  return parseOptions(manifestSchema, file, parseJson(file, text)).models
}

/**
 * Reads a network into memory and compares its hash: what is checked is what is run.
 * @throws JiemuError model-unknown, model-missing, model-altered
 */
export async function loadModel(name: string, options: { readonly directory?: string } = {}): Promise<Model> {
  const directory = options.directory ?? MODELS_DIRECTORY
  const card = (await readManifest(directory)).find(entry => entry.name === name)
  if (!card) throw new JiemuError('model-unknown', { model: name })

  const file = join(directory, card.file)
  const bytes = await readFile(file).catch(error => {
    throw new JiemuError('model-missing', { file }, error)
  })
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== card.sha256) throw new JiemuError('model-altered', { file, actual, expected: card.sha256 })
  return { card, bytes }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw toJiemuError(error, 'file-unreadable', { file })
  }
}
