// `jiemu calibrate`: score thresholds from labelled pictures, and a crowd zone's countScale from counted ones.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { SingleBar } from 'cli-progress'
import { configurationChecks } from '../app.ts'
import { type Calibration, calibrate, type Figure, type Split } from '../benchmarks/calibration/calibrate.ts'
import { writeCalibration } from '../benchmarks/calibration/card.ts'
import { type CountZone, calibrateCounts, readCounts, WHOLE_ZONE } from '../benchmarks/calibration/counts.ts'
import { calibrationReport } from '../benchmarks/calibration/report.ts'
import type { Objective } from '../benchmarks/calibration/sweep.ts'
import { objectiveText, SPLIT_TEXTS } from '../benchmarks/calibration/words.ts'
import { yoloFolder } from '../benchmarks/calibration/yolo-folder.ts'
import { loadConfig } from '../config.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { parseOptions } from '../core/kind.ts'
import { systemClock } from '../core/time.ts'
import { crowdingOptions } from '../detector/rules/kinds/crowding.ts'
import { loadModel, modelDirectories } from '../models/manifest.ts'
import { readCamerasFile } from '../store/cameras-file.ts'

export interface CalibrateCommandOptions {
  readonly data?: string
  readonly config?: string
  readonly dataDir?: string
  readonly model?: string
  readonly classes?: string
  readonly names?: string
  readonly split: Split
  readonly objective: string
  readonly tiles: boolean
  readonly seed: number
  readonly report?: string
  readonly write: boolean
}

/** @throws JiemuError request-invalid, calibration-data-invalid, model-…, inference-failed, file-unreadable */
export async function calibrateThresholds(options: CalibrateCommandOptions): Promise<void> {
  const { data, split, seed } = options
  if (data === undefined) throw bad('give --data, a folder of labelled pictures')
  if (options.write && split === 'report') throw bad('--split report chooses nothing that --write could write')
  const directories = directoriesOf(options)
  const classMap = options.classes === undefined ? undefined : readPairs(options.classes)
  const names = options.names?.split(',').map(name => name.trim())
  const objective = readObjective(options.objective)
  const on = today()
  const source = yoloFolder(resolve(data), { ...(names && { names }), ...(classMap && { classMap }) })
  const calibration = await withBar('looking', async onPicture =>
    calibrate(await loadModel(options.model ?? 'street-condition', { directories }), source, {
      split,
      objective,
      seed,
      framing: options.tiles ? 'tiles' : 'whole',
      onPicture,
    }),
  )
  console.log(describe(calibration))
  if (options.report !== undefined) {
    const file = resolve(options.report)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, await calibrationReport(calibration, on))
    console.log(`written to ${file}`)
  }
  if (!options.write) return
  for (const file of await writeCalibration(calibration, directories, on)) console.log(`written to ${file}`)
}

export interface CountsCommandOptions {
  readonly counts: string
  readonly frames: string
  readonly config?: string
  readonly dataDir?: string
  readonly model?: string
  readonly cameras?: string
  readonly zone?: string
  readonly seed: number
}

/** @throws JiemuError request-invalid, calibration-data-invalid, model-…, inference-failed, file-unreadable */
export async function calibrateZoneCounts(options: CountsCommandOptions): Promise<void> {
  const pictures = await readCounts(options.counts, resolve(options.frames))
  const zone = await zoneOf(options)
  const model = await loadModel(options.model ?? 'street-objects', { directories: directoriesOf(options) })
  const { scale, factor, error, people, seen } = await withBar('counting', onPicture => {
    onPicture(0, pictures.length)
    return calibrateCounts(pictures, model, zone, {
      seed: options.seed,
      onPicture: done => onPicture(done, pictures.length),
    })
  })
  console.log(`${pictures.length} pictures: ${people} people counted, ${seen} detected
factor ${figure({ value: scale.factor, interval: factor })}: people there for each one detected
error  ${figure({ value: scale.error, interval: error })}: people, mean absolute error of a scaled count
The intervals take the pictures as independent of each other: choose pictures that are minutes apart.
To be pasted into the zone:
  options:
    countScale: { factor: ${scale.factor.toFixed(3)}, error: ${scale.error.toFixed(2)} }`)
}

async function zoneOf({ cameras: file, zone: wanted }: CountsCommandOptions): Promise<CountZone> {
  if (file === undefined) {
    if (wanted !== undefined) throw bad('--zone needs --cameras, the file in which it is drawn')
    return { ...WHOLE_ZONE, minScore: minScoreOf({}, 'the whole picture') }
  }
  const text = await readFile(file, 'utf8').catch(error => {
    throw toJiemuError(error, 'file-unreadable', { file })
  })
  const { cameras } = readCamerasFile(text, file, configurationChecks)
  const crowds = cameras.flatMap(camera =>
    camera.zones.flatMap(zone => (zone.rule === 'crowding' ? [{ camera, zone, name: `${camera.id}/${zone.id}` }] : [])),
  )
  const [found, ...others] = crowds.filter(({ name }) => wanted === undefined || name === wanted)
  if (!found || others.length > 0) {
    throw bad(
      `choose one with --zone; ${file} has these crowding zones: ${crowds.map(({ name }) => name).join(', ') || 'none'}`,
    )
  }
  return {
    polygon: found.zone.polygon,
    neighbours: found.camera.zones.filter(({ rule }) => rule === 'crowding' || rule === 'illegal-parking'),
    minScore: minScoreOf(found.zone.options, found.name),
  }
}

const minScoreOf = (options: unknown, where: string): number => parseOptions(crowdingOptions, where, options).minScore

function describe(calibration: Calibration): string {
  const { model, data, split, objective, framing, pictures, classes } = calibration
  const warning = SPLIT_TEXTS[split]?.[1]
  const leftOut = Object.entries(data.leftOut).map(([name, count]) => `${count} × ${name}`)
  const unchosen = classes.filter(({ chosen }) => chosen === null && split !== 'report').map(({ label }) => label)
  return [
    `${model.name} ${model.sha256.slice(0, 12)} on ${data.source} ${data.sha256.slice(0, 12)}`,
    split === 'halves'
      ? `${pictures.choose} pictures to choose on, ${pictures.report} to report on; ${framing}; ${objectiveText(objective)[1]}`
      : `${pictures.report} pictures; ${framing}. ${warning}`,
    ...(leftOut.length > 0
      ? [`labels of classes that the network does not know, left out: ${leftOut.join(', ')}`]
      : []),
    '',
    table([
      ['class', 'threshold', 'for', 'precision', 'recall', 'F1', 'AP50', 'labels'],
      ...classes.map(({ label, before, chosen, level, figures, labelled }) => [
        label,
        `${before ?? '–'} → ${chosen ?? 'kept'}`,
        level,
        figure(figures[`${level} precision`]),
        figure(figures[`${level} recall`]),
        figure(figures[`${level} f1`]),
        figure(figures.ap50),
        `${labelled.report.labels} in ${labelled.report.pictures} pictures`,
      ]),
    ]),
    ...(unchosen.length > 0
      ? ['', `nothing could be chosen for ${unchosen.join(', ')}: the card’s thresholds stay`]
      : []),
  ].join('\n')
}

function figure({ value, interval }: Figure): string {
  if (value === null) return '–'
  return interval ? `${value.toFixed(3)} (${interval.low.toFixed(2)}–${interval.high.toFixed(2)})` : value.toFixed(3)
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** "garbage=litter,garbage_bin=bin", in the order of their numbers. */
function readPairs(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map(pair => {
      const [theirs = '', ours = '', ...more] = pair.split('=').map(name => name.trim())
      if (!theirs || !ours || more.length > 0) throw bad(`--classes: "${pair}" is not of the form theirs=ours`)
      return [theirs, ours] as const
    }),
  )
}

function readObjective(text: string): Objective {
  if (text === 'f1') return { kind: 'f1' }
  const least = Number(/^precision>=(0?\.\d+|1)$/.exec(text)?.[1])
  if (least > 0) return { kind: 'precision', least }
  throw bad('--objective is "f1" or "precision>=0.95"')
}

async function withBar<T>(
  what: string,
  run: (onPicture: (done: number, of: number) => void) => Promise<T>,
): Promise<T> {
  const bar = new SingleBar({
    format: `${what} {bar} {value} of {total}`,
    stream: process.stderr,
    clearOnComplete: true,
  })
  const onPicture = (done: number, of: number) => {
    if (!process.stderr.isTTY) return
    if (done === 0) bar.start(of, 0)
    else bar.update(done)
  }
  try {
    return await run(onPicture)
  } finally {
    bar.stop()
  }
}

function directoriesOf({
  config,
  dataDir,
}: {
  readonly config?: string
  readonly dataDir?: string
}): readonly string[] {
  return modelDirectories(loadConfig(config, process.env, { dataDir }).dataDir)
}

/** Where the city is: in the night to Greenwich's day, too. */
function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(systemClock.now())
}

function bad(problem: string): JiemuError {
  return new JiemuError('request-invalid', { problem })
}
