// Result files as a report reads them: where each comes from, and its figures as rows.
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { JiemuError } from '../../core/errors.ts'
import { type ScoreFile, scoreFileSchema } from '../scoring/score-file.ts'

const resultSchema = z.looseObject({
  what: z.string(),
  measuredAt: z.string(),
  /** Null where the program ran from no checkout. */
  commit: z.string().nullable(),
  /** Older results do not say, nor how much memory there was. */
  dirty: z.boolean().default(false),
  machine: z.object({ cpu: z.string(), cores: z.number(), memoryGiB: z.number().optional(), node: z.string() }),
  loadAverage: z.number().optional(),
  footage: z.record(z.string(), z.string()).optional(),
  /** A run that was interrupted says so. */
  complete: z.boolean().optional(),
})

export type Leaf = string | number | boolean | null

/** A figure and where it stands in its file: "detection.classes.litter.ap50.value". */
export interface Row {
  readonly path: string
  readonly value: Leaf
}

export interface Result
  extends Pick<z.output<typeof resultSchema>, 'what' | 'measuredAt' | 'commit' | 'dirty' | 'machine'> {
  /** The file's name without its ending. */
  readonly name: string
  readonly complete: boolean
  readonly loadAverage: number | null
  readonly rows: readonly Row[]
  /** Of a scored run, what can be drawn. */
  readonly score: ScoreFile | null
}

/**
 * The result files of a folder, by name, or the one that is named itself.
 * @throws JiemuError result-invalid, file-unreadable
 */
export async function readResults(path: string): Promise<readonly Result[]> {
  return Promise.all((await resultFiles(path)).map(readResult))
}

/** @throws JiemuError result-invalid where there is none; file-unreadable */
export async function resultFiles(folder: string): Promise<readonly string[]> {
  if (folder.endsWith('.json')) return [folder]
  const names = await readdir(folder).catch((error: Error) => {
    throw new JiemuError('file-unreadable', { file: folder, problem: error.message }, error)
  })
  const files = names.filter(name => name.endsWith('.json')).sort()
  if (files.length === 0) {
    throw new JiemuError('result-invalid', { file: folder, field: 'folder', problem: 'there is no result in it' })
  }
  return files.map(name => join(folder, name))
}

async function readResult(file: string): Promise<Result> {
  const invalid = (field: string, problem: string) => new JiemuError('result-invalid', { file, field, problem })
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new JiemuError('file-unreadable', { file, problem: error.message }, error)
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw invalid('file', 'it is not JSON')
  }
  const parsed = resultSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(issue?.path.join('.') || 'file', issue?.message ?? 'it is no result')
  }
  const {
    what,
    measuredAt,
    commit,
    dirty,
    machine,
    loadAverage = null,
    footage: _,
    complete = true,
    ...figures
  } = parsed.data
  const about = { what, measuredAt, commit, dirty, machine, loadAverage, complete }
  const { score, rows } = figures.kind === 'score' ? scoreOf(json, invalid) : { score: null, rows: rowsOf(figures, '') }
  return { name: basename(file, '.json'), ...about, rows: [...rows], score }
}

/** A scored run is drawn, so that all of it must be there; of its rows, what is drawn is left out. */
function scoreOf(json: unknown, invalid: (field: string, problem: string) => JiemuError) {
  const parsed = scoreFileSchema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(issue?.path.join('.') || 'file', issue?.message ?? 'it is no scored run')
  }
  const { rules, cameras, all } = parsed.data
  return { score: parsed.data, rows: rowsOf({ all, rules, cameras }, '') }
}

/** Deeper lists of this length are samples, turns or wrong ones, which belong in the file and not into a table. */
const LONGEST_LIST = 12

function* rowsOf(value: unknown, path: string): Generator<Row> {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') {
    yield { path, value }
    return
  }
  if (typeof value !== 'object' || (Array.isArray(value) && value.length > LONGEST_LIST)) return
  for (const [key, inner] of Object.entries(value)) yield* rowsOf(inner, path ? `${path}.${key}` : key)
}
