// Reads a MOTChallenge `gt.txt`: how many people stand in each frame.
import { JiemuError } from '../../../core/errors.ts'
import type { CountedPicture } from './crowds.ts'

export interface MotOptions {
  /** Of the sequence, frames without anybody included; the last frame that is named, if left out. */
  readonly frames?: number
  /** Class numbers that are counted. */
  readonly classes?: readonly number[]
  /** The share of a person that must be seen, 0…1. */
  readonly leastVisibility?: number
  /** What the pictures end with. */
  readonly extension?: string
}

/**
 * Classes: 1 pedestrian, 2 person on vehicle, 7 static person, 12 reflection, 8 distractor, the rest no people (Milan et al.
 * 2016, MOT16, table 1). The challenge counts flagged rows of class 1; a crowd that sits and stands is one as well.
 */
const PEOPLE = [1, 7] as const

/**
 * frame, id, left, top, width, height, flag[, class, visibility]: comma-separated, frames from 1. 2D MOT 2015 has only
 * people, and -1, -1, -1 (a place in the world) instead of the last two. Rows whose flag is 0 are not to be considered.
 * @param file is named in errors, with the line
 * @throws JiemuError annotations-invalid
 */
export function peopleInMot(text: string, file: string, options: MotOptions = {}): readonly CountedPicture[] {
  const { classes = PEOPLE, leastVisibility = 0, extension = '.jpg' } = options
  const people = new Map<number, number>()
  const seen = new Set<string>()
  let last = 0
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const row = readRow(line, file, index + 1)
    const { frame, id } = row
    if (options.frames !== undefined && frame > options.frames) {
      throw invalid(file, index + 1, 'frame', `there are only ${options.frames} frames`)
    }
    if (seen.has(`${frame} ${id}`)) throw invalid(file, index + 1, 'id', `${id} is in frame ${frame} already`)
    seen.add(`${frame} ${id}`)
    last = Math.max(last, frame)
    if (row.flag === 0 || !classes.includes(row.class) || row.visibility < leastVisibility) continue
    people.set(frame, (people.get(frame) ?? 0) + 1)
  }
  return Array.from({ length: options.frames ?? last }, (_, index) => ({
    name: `${String(index + 1).padStart(6, '0')}${extension}`,
    people: people.get(index + 1) ?? 0,
  }))
}

const FIELDS = ['frame', 'id', 'left', 'top', 'width', 'height', 'flag', 'class', 'visibility'] as const

function readRow(line: string, file: string, number: number) {
  const cells = line.split(',').map(cell => cell.trim())
  const wrong = (field: string, problem: string) => invalid(file, number, field, problem)
  if (cells.length < 7 || cells.length > 10) throw wrong('row', `expected 7 to 10 columns, found ${cells.length}`)
  const values = cells.map(Number)
  for (const [column, field] of FIELDS.entries()) {
    const cell = cells[column]
    if (cell !== undefined && (cell === '' || !Number.isFinite(values[column])))
      throw wrong(field, `"${cell}" is no number`)
  }
  const [frame = 0, id = 0, , , width = 0, height = 0, flag = 0, kind = -1, visibility = -1] = values
  if (!Number.isInteger(frame) || frame < 1) throw wrong('frame', `expected a whole number from 1, found ${frame}`)
  if (width <= 0 || height <= 0) throw wrong('width', 'the box has no area')
  // With ten columns the last three are a place in the world, which 2D sequences leave at -1.
  const only2015 = cells.length === 7 || (cells.length === 10 && kind === -1)
  if (only2015) return { frame, id, flag, class: 1, visibility: 1 }
  if (!Number.isInteger(kind) || kind < 1) throw wrong('class', `expected a class number from 1, found ${kind}`)
  if (cells.length > 8 && (visibility < 0 || visibility > 1))
    throw wrong('visibility', `expected 0…1, found ${visibility}`)
  return { frame, id, flag, class: kind, visibility: cells.length > 8 ? visibility : 1 }
}

function invalid(file: string, line: number, field: string, problem: string): JiemuError {
  return new JiemuError('annotations-invalid', { file, field: `line ${line}, ${field}`, problem })
}

export interface Sequence {
  readonly frames: number
  readonly fps: number
  readonly widthPx: number
  readonly heightPx: number
  readonly extension: string
  /** The folder of the pictures, beside the file. */
  readonly folder: string
}

/** Reads the `seqinfo.ini` that lies beside a sequence. @throws JiemuError annotations-invalid */
export function readSequence(text: string, file: string): Sequence {
  const entries = new Map(
    text.split(/\r?\n/).flatMap(line => {
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    }),
  )
  const positive = (key: string) => {
    const value = Number(entries.get(key))
    if (value > 0) return value
    throw new JiemuError('annotations-invalid', { file, field: key, problem: 'expected a number above 0' })
  }
  return {
    frames: positive('seqLength'),
    fps: positive('frameRate'),
    widthPx: positive('imWidth'),
    heightPx: positive('imHeight'),
    extension: entries.get('imExt') ?? '.jpg',
    folder: entries.get('imDir') ?? 'img1',
  }
}
