// `jiemu models list|add|remove`: the networks that are at hand, and a city's own beside them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { loadConfig } from '../config.ts'
import { JiemuError } from '../core/errors.ts'
import type { Frame, Picture } from '../core/frame.ts'
import { WHOLE_FRAME } from '../core/geometry.ts'
import type { CameraId } from '../core/ids.ts'
import type { Detection } from '../core/scene.ts'
import { fitCrop, SLACK_BYTES } from '../detector/inference/fit-crop.ts'
import { openOnnxDetector } from '../detector/inference/kinds/onnx.ts'
import { writeSample } from '../fixtures/sample.ts'
import { adopt, examine, type Wishes } from '../models/adopt.ts'
import type { FamilyName } from '../models/families/index.ts'
import {
  addedModels,
  knownLabels,
  type Model,
  type ModelCard,
  type ModelInput,
  readManifest,
} from '../models/manifest.ts'
import { greyPictures, openSession } from '../models/session.ts'
import { dropModel, keepModel, nameFrom, readNetwork } from '../models/shelf.ts'
import { readStill } from '../streams/still.ts'
import type { ConfigOptions } from './check.ts'

/** As they are written on the command line. */
export interface AddOptions extends ConfigOptions {
  readonly family: FamilyName
  readonly classes: string
  readonly map: readonly string[]
  readonly threshold: readonly string[]
  readonly name?: string
  readonly licence: string
  /** A picture to try it on; a drawn street, if left out. */
  readonly sample?: string
  readonly colour?: ModelInput['colour']
  readonly range?: '0-1' | '0-255'
  readonly mean?: string
  readonly std?: string
  readonly resize?: ModelInput['resize']
}

export async function listModels(options: ConfigOptions): Promise<void> {
  const shelf = shelfOf(options)
  for (const card of await readManifest()) print(card, 'shipped')
  for (const card of await readManifest(shelf)) print(card, `added, in ${shelf}`)
}

/**
 * Tries a network on an empty picture and on a sample, as the detector will use it, before it is entered.
 * @throws JiemuError model-refused, file-unreadable and what a picture that cannot be read gives
 */
export async function addModel(file: string, options: AddOptions): Promise<void> {
  const shelf = shelfOf(options)
  const shipped = await readManifest()
  const name = options.name ?? nameFrom(file)
  if (shipped.some(card => card.name === name)) {
    throw new JiemuError('model-refused', {
      file,
      problem: `"${name}" is a shipped network; give this one another --name`,
    })
  }
  const ours = [...new Set(shipped.flatMap(knownLabels))]
  const model = await adopt(await readNetwork(file), file, { name, ...wishesOf(options) }, ours)
  const { seen, spentMs } = await trySample(model, file, options.sample)
  await keepModel(shelf, model)
  print(model.card, `added to ${shelf}`)
  console.log(`  on the sample, in ${spentMs.toFixed(0)} ms: ${seen.length > 0 ? seen.map(said).join(', ') : NOTHING}`)
}

export async function removeModel(name: string, options: ConfigOptions): Promise<void> {
  const { file } = await dropModel(shelfOf(options), name)
  console.log(`removed ${name} (${file}); settings that still name it will be refused at the next start`)
}

function wishesOf(options: AddOptions): Omit<Wishes, 'name'> {
  const { family, classes, licence, colour, range, mean, std, resize } = options
  return {
    ...{ family, licence, classes: classes.split(',').map(name => name.trim()) },
    classMap: Object.fromEntries(options.map.map(text => pair('--map', text))),
    thresholds: Object.fromEntries(
      options.threshold.map(text => {
        const [label, score] = pair('--threshold', text)
        return [label, numberIn('--threshold', score, 0, 1)]
      }),
    ),
    input: {
      ...(colour && { colour }),
      ...(range && { range: [0, range === '0-1' ? 1 : 255] }),
      ...(mean && { mean: perColour('--mean', mean) }),
      ...(std && { std: perColour('--std', std) }),
      ...(resize && { resize }),
    },
  }
}

/** "theirs=ours"; what they call it may hold a "=" itself. */
function pair(option: string, text: string): readonly [string, string] {
  const at = text.lastIndexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new JiemuError('request-invalid', { problem: `${option} ${text}: expected NAME=VALUE` })
}

function numberIn(option: string, text: string, low: number, high: number): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= low && value <= high) return value
  throw new JiemuError('request-invalid', { problem: `${option}: "${text}" is no number from ${low} to ${high}` })
}

function perColour(option: string, text: string): [number, number, number] {
  const least = option === '--std' ? 1e-3 : -255
  const [red, green, blue, ...others] = text.split(',').map(value => numberIn(option, value, least, 255))
  if (red !== undefined && green !== undefined && blue !== undefined && others.length === 0) return [red, green, blue]
  throw new JiemuError('request-invalid', {
    problem: `${option} ${text}: expected three numbers, for red, green, blue`,
  })
}

function shelfOf({ config, dataDir }: ConfigOptions): string {
  return addedModels(loadConfig(config, process.env, { dataDir }).dataDir)
}

async function trySample(model: Model, file: string, sample: string | undefined) {
  const folder = sample === undefined ? await mkdtemp(join(tmpdir(), 'jiemu-sample-')) : undefined
  try {
    const picture = await readStill(folder === undefined ? resolve(sample ?? '') : await writeSample(folder))
    try {
      await examineOn(model, file, picture)
      return await lookAt(model, picture)
    } finally {
      picture.release()
    }
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
}

async function examineOn(model: Model, file: string, picture: Picture): Promise<void> {
  const session = await openSession(model)
  try {
    const pixels = greyPictures(model.card.input, 1)
    const room = new Uint8Array(pixels.length + SLACK_BYTES)
    fitCrop(picture, WHOLE_FRAME, model.card.input, room)
    await examine(session, room, file)
  } finally {
    await session.close()
  }
}

async function lookAt(model: Model, picture: Picture) {
  const detector = await openOnnxDetector(model, { thresholds: {}, threads: 1, batch: 'one' })
  try {
    const startedAt = performance.now()
    const seen = await detector.detect(frameOf(picture), [WHOLE_FRAME])
    return { seen, spentMs: performance.now() - startedAt }
  } finally {
    await detector.close()
  }
}

function frameOf(picture: Picture): Frame {
  return {
    ...{ cameraId: 'sample' as CameraId, sequence: 0, capturedAt: 0, clock: 'media', receivedAt: 0 },
    ...{ keyframe: true, density: 'keyframes', picture },
  }
}

/** Wrong colours or ranges give no error, only poor sight. */
const NOTHING = 'nothing; if there is something to see, look at --colour, --range and --resize'

const said = ({ label, score }: Detection): string => `${label} ${score.toFixed(2)}`

function print(card: ModelCard, where: string): void {
  const { name, family, input, sha256, licence, suggestedThresholds } = card
  const labels = knownLabels(card).map(label => `${label} ≥ ${suggestedThresholds[label] ?? 1}`)
  console.log(`${name}  ${family}, ${input.dtype} [${input.shape.join(', ')}], ${where}`)
  console.log(`  gives ${labels.join(', ')}`)
  console.log(`  sha256 ${sha256.slice(0, 12)}…, licence: ${licence}`)
}
