// `jiemu truth import|check`: other tools' annotations as truth files, and whether truth files can be scored against.
import { basename, dirname, extname, join, resolve } from 'node:path'
import { configurationChecks } from '../app.ts'
import { type ActevOptions, eventsInActev } from '../benchmarks/truth/import/actev.ts'
import { countsInCoco } from '../benchmarks/truth/import/coco.ts'
import { peopleInMot, readSequence } from '../benchmarks/truth/import/mot.ts'
import { writeCounted, writeLike } from '../benchmarks/truth/import/write.ts'
import { readJson, readText } from '../benchmarks/truth/json-file.ts'
import { checkLength } from '../benchmarks/truth/length.ts'
import { readTruth, type Truth } from '../benchmarks/truth.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { RULE_KINDS, type RuleKind } from '../core/observation.ts'

/** As they are written on the command line. */
export interface TruthImportOptions {
  readonly format: 'mot' | 'coco' | 'actev'
  readonly out: string
  readonly camera?: string
  readonly source?: string
  readonly fps?: number
  readonly size?: string
  readonly zoneOptions: readonly string[]
  readonly classes?: string
  readonly minVisibility?: number
  readonly category: string
  readonly like?: string
  readonly map: readonly string[]
  readonly video?: string
}

/** @throws JiemuError annotations-invalid, truth-invalid, file-unreadable, request-invalid, options-invalid */
export async function importTruth(file: string, options: TruthImportOptions): Promise<void> {
  const truth = await IMPORTERS[options.format](file, options)
  console.log(`${options.out}: ${said(truth)}`)
}

const IMPORTERS: Readonly<
  Record<TruthImportOptions['format'], (file: string, options: TruthImportOptions) => Promise<Truth>>
> = { mot: importMot, coco: importCoco, actev: importActev }

async function importMot(file: string, options: TruthImportOptions): Promise<Truth> {
  const text = await readText(file)
  const home = dirname(dirname(resolve(file)))
  const sequence = await sequenceOf(join(home, 'seqinfo.ini'))
  const { widthPx, heightPx } = options.size ? readSize(options.size) : (sequence ?? needed('--size'))
  const pictures = peopleInMot(text, file, {
    ...(sequence && { frames: sequence.frames, extension: sequence.extension }),
    ...(options.classes && { classes: readClasses(options.classes) }),
    ...(options.minVisibility === undefined ? {} : { leastVisibility: options.minVisibility }),
  })
  return writeCounted(options.out, cameraOf(options), {
    ...{ pictures, widthPx, heightPx, zoneOptions: zoneOptionsOf(options) },
    folder: options.source ?? (sequence ? join(home, sequence.folder) : needed('--source')),
    intervalMs: 1_000 / (options.fps ?? sequence?.fps ?? needed('--fps')),
  })
}

/** The description that a sequence of the challenge has beside its annotations; other tools leave it out. */
async function sequenceOf(file: string) {
  try {
    return readSequence(await readText(file), file)
  } catch (error) {
    if (error instanceof JiemuError && error.code === 'file-unreadable') return undefined
    throw error
  }
}

async function importCoco(file: string, options: TruthImportOptions): Promise<Truth> {
  const counts = countsInCoco(await readJson(file, 'annotations-invalid'), file, options.category)
  return writeCounted(options.out, cameraOf(options), {
    ...counts,
    folder: options.source ?? needed('--source'),
    intervalMs: 1_000 / (options.fps ?? needed('--fps')),
    zoneOptions: zoneOptionsOf(options),
  })
}

async function importActev(file: string, options: TruthImportOptions): Promise<Truth> {
  const like = options.like ?? needed('--like')
  const { widthPx, heightPx } = (await readTruth(like)).frame
  if (options.map.length === 0) needed('--map')
  const events = eventsInActev(await readJson(file, 'annotations-invalid'), file, {
    ...{ widthPx, heightPx, fps: options.fps ?? needed('--fps'), map: readMap(options.map) },
    ...(options.video === undefined ? {} : { video: options.video }),
  })
  return writeLike(options.out, like, events)
}

/** Reads every file and says of each what is wrong; the exit code tells whether anything was. */
export async function checkTruth(files: readonly string[]): Promise<void> {
  for (const file of files) {
    try {
      const truth = await readTruth(file)
      checkOptions(truth)
      const lengthMs = await checkLength(truth)
      console.log(`${file}: ${said(truth)}, footage of ${(lengthMs / 1_000).toFixed(1)} s`)
    } catch (error) {
      const { message, code, hint } = toJiemuError(error)
      console.error(`${message} [${code}]\n       ${hint}`)
      process.exitCode = 1
    }
  }
}

/** @throws JiemuError options-invalid, kind-unknown */
export function checkOptions({ file, camera }: Truth): void {
  for (const [index, { rule, options }] of camera.zones.entries()) {
    configurationChecks.rule(rule, options, `${file}: zones.${index}.options`)
  }
  if (camera.health !== false) configurationChecks.rule('camera-health', camera.health, `${file}: health`)
}

const said = ({ camera, events, counts }: Truth): string =>
  `${camera.zones.length} zones, ${events.length} events${counts.length > 0 ? `, ${counts.length} counted pictures` : ''}`

/** Its name is the truth file's, unless it is told. */
const cameraOf = ({ camera, out }: TruthImportOptions): string => camera ?? basename(out, extname(out))

/** "1920x1080" */
function readSize(text: string): { readonly widthPx: number; readonly heightPx: number } {
  const [, width, height] = /^(\d+)[x×](\d+)$/.exec(text) ?? []
  if (Number(width) > 0 && Number(height) > 0) return { widthPx: Number(width), heightPx: Number(height) }
  throw bad('--size is WIDTHxHEIGHT in pixels, such as 1920x1080')
}

/** "1,7" */
function readClasses(text: string): readonly number[] {
  const classes = text.split(',').map(Number)
  if (classes.every(number => Number.isInteger(number) && number > 0)) return classes
  throw bad('--classes is a list of class numbers, such as 1,7')
}

/** "threshold=20", "hold=5s"; checked as the options of a crowding zone are. */
function zoneOptionsOf({ zoneOptions }: TruthImportOptions): Readonly<Record<string, unknown>> {
  const read = Object.fromEntries(
    zoneOptions.map(text => {
      const [name = '', value = ''] = text.split('=')
      return [name, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value]
    }),
  )
  configurationChecks.rule('crowding', read, '--zone-options')
  return read
}

/** "vehicle_stopping=illegal-parking/kerb" */
function readMap(pairs: readonly string[]): ActevOptions['map'] {
  return new Map(
    pairs.map(pair => {
      const [activity = '', to = ''] = pair.split('=')
      const [rule, zone] = to.split('/')
      if (!activity || !isRule(rule)) throw bad(`--map ${pair}: expected ACTIVITY=RULE or ACTIVITY=RULE/ZONE`)
      return [activity, { rule, ...(zone ? { zone } : {}) }] as const
    }),
  )
}

const isRule = (text: string | undefined): text is RuleKind => RULE_KINDS.some(rule => rule === text)

function needed(option: string): never {
  throw bad(`${option} is needed: nothing else says it`)
}

function bad(problem: string): JiemuError {
  return new JiemuError('request-invalid', { problem })
}
