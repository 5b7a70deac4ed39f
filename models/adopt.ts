// Makes a card for a network that somebody brings, or says why it cannot be used.
import { basename } from 'node:path'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { parseOptions } from '../core/kind.ts'
import type { Activation, Tensors } from './families/family.ts'
import { FAMILIES, type FamilyName } from './families/index.ts'
import { cardSchema, type Model, type ModelCard, type ModelInput, sha256Of } from './manifest.ts'
import { expectWhole } from './onnx-file.ts'
import { greyPictures, type Inspection, inspectNetwork, openSession, type Port, type Session } from './session.ts'

/** What whoever brings a network says of it; the rest is read from the file. */
export interface Wishes {
  readonly name: string
  readonly family: FamilyName
  /** As the network numbers them. */
  readonly classes: readonly string[]
  /** Theirs to ours, "" to drop a class; names that are ours already need no entry. */
  readonly classMap?: Readonly<Record<string, string>>
  readonly licence: string
  /** By our labels. */
  readonly thresholds?: Readonly<Record<string, number>>
  /** Where the exporter did otherwise than its family. */
  readonly input?: Partial<Pick<ModelInput, 'colour' | 'range' | 'mean' | 'std' | 'resize'>>
}

type Refuse = (problem: string) => JiemuError

/** What a label needs to score where nobody chose a threshold: that of the shipped networks. */
const DEFAULT_THRESHOLD = 0.3

/** A sigmoid taken twice makes all scores at least ½: among so many answers for one picture it shows. */
const LEAST_ANSWERS = 20

/**
 * Reads inputs and outputs, runs empty pictures, and writes the card.
 * @param file names it in errors
 * @param ours the labels that rules know
 * @throws JiemuError model-refused
 */
export async function adopt(bytes: Uint8Array, file: string, wishes: Wishes, ours: readonly string[]): Promise<Model> {
  const refuse = (problem: string) => new JiemuError('model-refused', { file, problem })
  const classMap = mapOf(wishes, ours, refuse)
  expectWhole(bytes, file)
  try {
    const inspection = await inspectNetwork(bytes, wishes.name)
    let found: Pick<ModelCard, 'input' | 'outputs'>
    try {
      found = await tryOut(inspection, inputOf(inspection.inputs, wishes, refuse), refuse)
    } finally {
      await inspection.close()
    }
    const card = parseOptions(cardSchema, file, cardOf(bytes, file, wishes, classMap, found))
    const model = { card: { ...card, ...(await activationOf({ card, bytes })) }, bytes }
    const session = await openSession(model)
    try {
      await examine(session, greyPictures(card.input, 1), file)
    } finally {
      await session.close()
    }
    return model
  } catch (thrown) {
    const error = toJiemuError(thrown, 'model-refused', { file })
    if (error.code === 'model-refused') throw error
    throw new JiemuError('model-refused', { file, problem: String(error.detail.problem ?? error.message) }, thrown)
  }
}

/**
 * Runs one picture and looks at the answer as a whole, not at what is above the thresholds.
 * @param picture RGB bytes of the network's size
 * @throws JiemuError model-refused where scores are no probabilities or boxes no places in the picture
 */
export async function examine(session: Session, picture: Uint8Array, file: string): Promise<void> {
  const refuse = (problem: string) => new JiemuError('model-refused', { file, problem })
  const { card, widthPx, heightPx } = session
  const tensors = await session.run(picture, 1).catch(error => {
    throw refuse(toJiemuError(error).detail.problem?.toString() ?? 'it cannot be run')
  })
  const seenFrom = (lowest: number) => session.decode(tensors, 0, new Array<number>(card.classes.length).fill(lowest))
  const all = seenFrom(Number.NEGATIVE_INFINITY)
  const odd = all.find(({ score }) => score < 0 || score > 1)
  if (odd) throw refuse(`a score is ${odd.score.toFixed(2)}, not a probability from 0 to 1: export it with its sigmoid`)
  if (card.family === 'classifier') return

  const certain = seenFrom(DEFAULT_THRESHOLD).length
  if (all.length >= LEAST_ANSWERS && certain > all.length / 2) {
    throw refuse(
      `it sees something in ${certain} of ${all.length} answers: its scores are coded otherwise than its family does`,
    )
  }
  const best = all.sort((a, b) => b.score - a.score).slice(0, 100)
  const within = (low: number, high: number, lengthPx: number) =>
    (low + high) / 2 > -lengthPx / 2 && (low + high) / 2 < lengthPx * 1.5
  const astray = best.filter(({ x1, y1, x2, y2 }) => !(within(x1, x2, widthPx) && within(y1, y2, heightPx)))
  if (astray.length > best.length / 2) {
    throw refuse('its boxes lie outside the picture: they are coded otherwise than its family does')
  }
  if (best.every(({ x1, y1, x2, y2 }) => x2 - x1 < 2 && y2 - y1 < 2)) {
    throw refuse(
      'all its boxes are smaller than 2 pixels: fractions of the picture, perhaps, where pixels are expected',
    )
  }
}

/**
 * Their classes to our labels; what is not named is dropped, since no rule asks for it.
 * @throws JiemuError model-refused
 */
function mapOf(wishes: Wishes, ours: readonly string[], refuse: Refuse): Readonly<Record<string, string>> {
  const { classes, classMap = {}, thresholds = {} } = wishes
  const twice = classes.find((name, index) => classes.indexOf(name) !== index)
  if (twice !== undefined) throw refuse(`--classes names "${twice}" twice`)
  const unknown = Object.keys(classMap).find(name => !classes.includes(name))
  if (unknown !== undefined) throw refuse(`--map names "${unknown}", which is not among its classes`)
  const told = new Map(Object.entries(classMap))
  const entries = classes.map(name => [name, told.get(name) ?? (ours.includes(name) ? name : '')] as const)
  const named = entries.filter(([, label]) => label !== '')
  const labels = named.map(([, label]) => label)
  const stranger = labels.find(label => !ours.includes(label))
  if (stranger !== undefined) throw refuse(`no rule knows "${stranger}"; map to ${ours.join(', ')}`)
  if (labels.length === 0) {
    throw refuse(`none of its classes is ${ours.join(', ')}: map them, such as --map ${classes[0]}=${ours[0]}`)
  }
  const idle = Object.keys(thresholds).find(label => !labels.includes(label))
  if (idle !== undefined) throw refuse(`--threshold names "${idle}", but it gives ${[...new Set(labels)].join(', ')}`)
  return Object.fromEntries(named)
}

function inputOf(ports: readonly Port[], wishes: Wishes, refuse: Refuse): ModelInput {
  const told = ports.map(({ name, type, shape }) => `"${name}" ${type} [${shape.join(', ')}]`).join(', ')
  const [pixels, sizes, ...others] = ports.toSorted((a, b) => b.shape.length - a.shape.length)
  if (pixels?.shape.length !== 4) throw refuse(`it takes no picture of four dimensions, but ${told}`)
  if (others.length > 0 || (sizes && (sizes.type !== 'int64' || sizes.shape.length !== 2))) {
    throw refuse(`beside a picture only its width and height (int64 [n, 2]) can be given; it takes ${told}`)
  }
  if (pixels.type !== 'float32' && pixels.type !== 'uint8') {
    throw refuse(`its input is ${pixels.type}; export it with float32 or uint8`)
  }
  const [batch, ...picture] = pixels.shape
  const layout = picture[0] === 3 ? 'NCHW' : picture[2] === 3 ? 'NHWC' : undefined
  if (!layout) throw refuse(`its input [${pixels.shape.join(', ')}] has no axis of 3 colours`)
  const [first, second, third] = picture.map(size => (typeof size === 'number' ? size : 0))
  if (!first || !second || !third) {
    throw refuse(`its input [${pixels.shape.join(', ')}] leaves the picture’s size open; export it with a fixed one`)
  }
  if (typeof batch === 'number' && batch !== 1)
    throw refuse(`it always takes ${batch} pictures; export it for 1 or any`)
  return {
    name: pixels.name,
    ...{ dtype: pixels.type, layout },
    shape: [batch === 1 ? 1 : 'n', first, second, third],
    ...conventionsOf(wishes),
    ...(sizes ? { sizes: sizes.name } : {}),
  }
}

function conventionsOf({ family, input = {} }: Wishes): Pick<ModelInput, 'colour' | 'range' | 'resize'> {
  const usual = FAMILIES[family].input
  return { ...usual, range: [...usual.range], ...input }
}

/** What comes out, in which shapes, and whether it may be asked for several pictures at once. */
async function tryOut(
  inspection: Inspection,
  input: ModelInput,
  refuse: Refuse,
): Promise<Pick<ModelCard, 'input' | 'outputs'>> {
  const alone = await inspection.tryOut(input, 1)
  // Many graphs that declare any batch hold a reshape for one: such a network is run picture by picture.
  const both = input.shape[0] === 'n' ? await inspection.tryOut(input, 2).catch(() => undefined) : undefined
  const outputs = Object.entries(alone).map(([name, [batch, ...rest]]) => {
    if (batch !== 1) {
      throw refuse(`its output "${name}" [${[batch, ...rest].join(', ')}] does not begin with the number of pictures`)
    }
    const shape: (number | 'n')[] = ['n', ...rest]
    return [name, { shape }] as const
  })
  const batched = outputs.every(([name, { shape }]) => String(both?.[name]) === String([2, ...shape.slice(1)]))
  const [, ...picture] = input.shape
  return { input: { ...input, shape: [batched ? 'n' : 1, ...picture] }, outputs: Object.fromEntries(outputs) }
}

function cardOf(
  bytes: Uint8Array,
  file: string,
  wishes: Wishes,
  classMap: Readonly<Record<string, string>>,
  { input, outputs }: Pick<ModelCard, 'input' | 'outputs'>,
): ModelCard {
  const { name, family, classes, licence, thresholds = {} } = wishes
  const labels = new Set(Object.values(classMap))
  return {
    name,
    ...{ file: `${name}.onnx`, sha256: sha256Of(bytes), licence, family, input, outputs },
    ...{ classes: [...classes], classMap: { ...classMap } },
    suggestedThresholds: Object.fromEntries([...labels].map(label => [label, thresholds[label] ?? DEFAULT_THRESHOLD])),
    nmsIou: FAMILIES[family].nmsIou,
    origin: `added from ${basename(file)}`,
  }
}

/** Of a classifier: shares of one are probabilities already; anything else is taken for logits. */
async function activationOf({ card, bytes }: Model): Promise<{ readonly activation?: Activation }> {
  if (card.family !== 'classifier') return {}
  const session = await openSession({ card, bytes })
  try {
    return { activation: sharesOfOne(await session.run(greyPictures(card.input, 1), 1)) ? 'none' : 'softmax' }
  } finally {
    await session.close()
  }
}

function sharesOfOne(tensors: Tensors): boolean {
  const values = Object.values(tensors).flatMap(tensor => [...tensor.values])
  const sum = values.reduce((total, value) => total + value, 0)
  return Math.abs(sum - 1) < 1e-3 && values.every(value => value >= 0)
}
