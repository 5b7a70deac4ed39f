// Which networks there are, what each takes and gives, and whether a file is still the one that was entered.
import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { parseOptions } from '../core/kind.ts'
import { ACTIVATIONS, RESIZES } from './families/family.ts'
import { FAMILY_NAMES } from './families/index.ts'

const score = z.number().min(0).max(1)
const side = z.int().min(1).max(4096)
const perColour = z.tuple([z.number(), z.number(), z.number()])

const inputSchema = z
  .strictObject({
    name: z.string(),
    /** `uint8`, `NHWC` and `RGB` together are read in place; anything else is converted pixel by pixel (see input.ts). */
    dtype: z.enum(['uint8', 'float32']),
    layout: z.enum(['NHWC', 'NCHW']),
    /** "n" takes any number of pictures at once; 1 is run once for each. */
    shape: z.tuple([z.literal(['n', 1]), side, side, side]),
    colour: z.enum(['RGB', 'BGR']),
    /** What black and white become; then `mean` is taken off and divided by `std`, both red, green, blue. */
    range: z.tuple([z.literal(0), z.literal([1, 255])]),
    mean: perColour.optional(),
    std: perColour.optional(),
    /** Letterboxes keep the aspect ratio and pad with 114. */
    resize: z.enum(RESIZES),
    /**
     * The network also takes any smaller width and height that are multiples of this, and gives as many anchors fewer as the
     * picture is smaller (see rewrite/open-sides.ts): what a crop does not fill is not reckoned.
     */
    sideStepPx: side.optional(),
    /** With `sideStepPx`: pictures may also be wider than the shape says, up to this, with as many anchors more. */
    widestPx: side.optional(),
    /** A second input that wants width and height of the picture: RT-DETR with its own post-processing. */
    sizes: z.string().optional(),
  })
  .refine(input => input.shape[input.layout === 'NHWC' ? 3 : 1] === 3, 'expected 3 colours in the shape')

export const cardSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,64}$/, 'expected small letters, digits and hyphens'),
  file: z.string().regex(/^[a-z0-9-]+\.onnx$/, 'expected the name of an .onnx file beside the manifest'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  licence: z.string(),
  family: z.enum(FAMILY_NAMES),
  input: inputSchema,
  outputs: z.record(
    z.string(),
    z.strictObject({
      shape: z.array(z.union([z.literal('n'), z.int().positive()])).describe('"n" is the size of the batch'),
      meaning: z.string().optional(),
    }),
  ),
  activation: z.enum(ACTIVATIONS).optional(),
  /** As the network numbers them. */
  classes: z.array(z.string()).min(1),
  /** Theirs to ours; what is not named is dropped. Without a map the names are ours already. */
  classMap: z.record(z.string(), z.string()).optional(),
  /** By our labels. */
  suggestedThresholds: z.record(z.string(), score),
  nmsIou: score,
  use: z.string().optional(),
  origin: z.string(),
  measured: z.record(z.string(), z.unknown()).optional(),
  limits: z.string().optional(),
  /** What `jiemu calibrate` chose the thresholds on. */
  calibration: z.record(z.string(), z.unknown()).optional(),
})
export const manifestSchema = z.strictObject({ version: z.literal(1), models: z.array(cardSchema) })

export type ModelCard = z.output<typeof cardSchema>
export type ModelInput = ModelCard['input']

/** A network whose bytes are those of the manifest. */
export interface Model {
  readonly card: ModelCard
  readonly bytes: Uint8Array
}

/** The folder of the shipped networks, beside this file. */
export const MODELS_DIRECTORY = import.meta.dirname

/** Every folder that networks may lie in, in the order in which they are looked for. */
export function modelDirectories(dataDir: string): readonly string[] {
  return [MODELS_DIRECTORY, addedModels(dataDir)]
}

/** The folder of the networks that `jiemu models add` brought; it need not exist. */
export function addedModels(dataDir: string): string {
  return join(dataDir, 'models')
}

/** Our label of each class in the order of the network's numbers; `undefined` where it is dropped. */
export function labelsOf({
  classes,
  classMap,
}: Pick<ModelCard, 'classes' | 'classMap'>): readonly (string | undefined)[] {
  return classes.map(name => (classMap ? (Object.hasOwn(classMap, name) ? classMap[name] : undefined) : name))
}

/** Every label that a network can give, once. */
export function knownLabels(card: Pick<ModelCard, 'classes' | 'classMap'>): readonly string[] {
  return [...new Set(labelsOf(card).filter(label => label !== undefined))]
}

/**
 * A folder of added networks that does not exist yet has none; the shipped ones must be there.
 * @throws JiemuError options-invalid, file-unreadable
 */
export async function readManifest(directory: string = MODELS_DIRECTORY): Promise<readonly ModelCard[]> {
  const file = join(directory, 'manifest.json')
  const text = await readFile(file, 'utf8').catch(error => {
    if (error.code === 'ENOENT' && directory !== MODELS_DIRECTORY) return undefined
    throw toJiemuError(error, 'file-unreadable', { file })
  })
  return text === undefined ? [] : parseOptions(manifestSchema, file, parseJson(file, text)).models
}

/** Replaces a manifest as a whole: whoever reads it meanwhile has the old one or the new. */
export async function writeManifest(directory: string, models: readonly ModelCard[]): Promise<void> {
  const file = join(directory, 'manifest.json')
  const checked = parseOptions(manifestSchema, file, { version: 1, models })
  const temporary = `${file}.${process.pid}.tmp`
  await writeFile(temporary, `${JSON.stringify(checked, null, 2)}\n`)
  await rename(temporary, file)
}

/**
 * Finds a network by its name and reads it into memory: what is checked against its hash is what is run.
 * @param directories are searched after the shipped networks, so that no added one can stand in for them
 * @throws JiemuError model-unknown, model-missing, model-altered
 */
export async function loadModel(
  name: string,
  { directories = [] }: { readonly directories?: readonly string[] } = {},
): Promise<Model> {
  for (const directory of new Set([MODELS_DIRECTORY, ...directories])) {
    const card = (await readManifest(directory)).find(entry => entry.name === name)
    if (card) return { card, bytes: await readIntact(join(directory, card.file), card.sha256) }
  }
  throw new JiemuError('model-unknown', { model: name })
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function readIntact(file: string, expected: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch(error => {
    throw new JiemuError('model-missing', { file }, error)
  })
  const actual = sha256Of(bytes)
  if (actual !== expected) throw new JiemuError('model-altered', { file, actual, expected })
  return bytes
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw toJiemuError(error, 'file-unreadable', { file })
  }
}
