// Writes what was chosen into the network's card: thresholds, the data they were chosen on, and what they are worth.
import { readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { JiemuError } from '../../core/errors.ts'
import { MODELS_DIRECTORY, type ModelCard, readManifest, writeManifest } from '../../models/manifest.ts'
import type { Calibration, ClassCalibration } from './calibrate.ts'

/**
 * Replaces the network's entry in the manifest, and its card where one lies beside it, each file as a whole.
 * @param directories where networks are looked for, in this order
 * @param on the date, such as "2026-01-05"
 * @returns the files that were written
 * @throws JiemuError model-unknown
 */
export async function writeCalibration(
  calibration: Calibration,
  directories: readonly string[],
  on: string,
): Promise<readonly string[]> {
  const { name, sha256 } = calibration.model
  for (const directory of directories) {
    const models = await readManifest(directory)
    if (models.some(card => card.name === name)) {
      const copies = [directory, ...builtFrom(directory)]
      const written = await Promise.all(copies.map(copy => writeInto(copy, calibration, on)))
      return written.flat()
    }
  }
  throw new JiemuError('model-unknown', { model: `${name} (${sha256.slice(0, 8)})` })
}

/** A build copies the shipped networks into dist: what was written only there would be gone with the next build. */
function builtFrom(directory: string): readonly string[] {
  const output = dirname(directory)
  return directory === MODELS_DIRECTORY && basename(output) === 'dist' ? [join(output, '../models')] : []
}

async function writeInto(directory: string, calibration: Calibration, on: string): Promise<readonly string[]> {
  const models = await readManifest(directory)
  const { name, sha256 } = calibration.model
  const ours = (card: ModelCard) => card.name === name && card.sha256 === sha256
  const calibrated = models.find(ours)
  if (!calibrated) return []
  const card = withCalibration(calibrated, calibration, on)
  await writeManifest(
    directory,
    models.map(one => (ours(one) ? card : one)),
  )
  const written = [join(directory, 'manifest.json')]
  const file = join(directory, `${name}.json`)
  if (await readFile(file).catch(() => undefined)) {
    await writeAtomically(file, cardText(card))
    written.push(file)
  }
  return written
}

export function withCalibration(card: ModelCard, calibration: Calibration, on: string): ModelCard {
  const { data, split, framing, objective, seed, pictures, classes } = calibration
  const chosen = classes.flatMap(({ label, chosen: threshold }) => (threshold === null ? [] : [[label, threshold]]))
  return {
    ...card,
    suggestedThresholds: { ...card.suggestedThresholds, ...Object.fromEntries(chosen) },
    calibration: {
      on,
      dataSha256: data.sha256,
      split,
      pictures,
      framing,
      objective: objective.kind === 'f1' ? 'f1' : `precision>=${objective.least}`,
      seed,
      classes: Object.fromEntries(classes.map(one => [one.label, figuresOf(one)])),
    },
  }
}

/** On the reporting pictures, each with its 95 % interval. */
function figuresOf({ level, before, chosen, figures }: ClassCalibration) {
  const { value: ap } = figures.ap50
  const { value: f1, interval } = figures[`${level} f1`]
  return {
    threshold: chosen ?? before,
    chosenFor: level,
    f1: rounded(f1),
    f1Interval: interval && [rounded(interval.low), rounded(interval.high)],
    precision: rounded(figures[`${level} precision`].value),
    recall: rounded(figures[`${level} recall`].value),
    ap50: rounded(ap),
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1_000) / 1_000
}

/** Laid out as the shipped cards are, so that a change is a line or two. */
function cardText({ sha256: _, ...card }: ModelCard): string {
  return `${broken(card, '')}\n`
}

const LONGEST = 240

/** One line for each field; a field too long for a line is broken in turn. */
function broken(value: object, indent: string): string {
  const fields = Object.entries(value).map(([name, field]) => {
    const line = inLine(field)
    const breaks = line.length > LONGEST && typeof field === 'object' && !Array.isArray(field)
    return `${indent}  ${JSON.stringify(name)}: ${breaks ? broken(field, `${indent}  `) : line}`
  })
  return `{\n${fields.join(',\n')}\n${indent}}`
}

function inLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${inLine(field)}`)
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}'
}

async function writeAtomically(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`
  await writeFile(temporary, text)
  await rename(temporary, file)
}
