// Where a figure comes from: machine, Node, commit and the footage's hashes, written with every result file.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, realpathSync } from 'node:fs'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem } from 'node:os'
import { basename, dirname, join, relative, sep } from 'node:path'

/** The checkout: benchmarks are started from its root. */
export const ROOT = process.cwd()
export const FOOTAGE = join(ROOT, '../shared/footage')
const RESULTS = join(ROOT, 'benchmarks/results')

export interface Provenance {
  readonly measuredAt: string
  /** Null where the program runs from no checkout of its own: installed, or a copy. */
  readonly commit: string | null
  /** Whether files other than results differed from the commit. */
  readonly dirty: boolean
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly node: string }
  /** Programs that wanted to run when this was written, averaged over a minute: what shared the machine. */
  readonly loadAverage: number
  /** SHA-256 by the name of the file, or of the folder: then of its files and those of its folders, in the order of their paths. */
  readonly footage: Readonly<Record<string, string>>
}

/** @param footage files and folders that the figures were measured on; those that are absent are left out */
export async function provenance(footage: readonly string[]): Promise<Provenance> {
  const commit = commitOf(PROGRAM)
  const hashes = await Promise.all(footage.map(async path => [nameOf(path), await hashOf(path)] as const))
  return {
    measuredAt: new Date().toISOString(),
    commit,
    dirty: commit !== null && git(PROGRAM, 'status', '--porcelain', '--', '.', ':!benchmarks/results') !== '',
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    loadAverage: rounded(loadavg()[0] ?? 0),
    footage: Object.fromEntries(hashes.flatMap(([path, hash]) => (hash ? [[path, hash]] : []))),
  }
}

/** Within the shared footage or the checkout from there; elsewhere no more than the folder, since results are shown around. */
function nameOf(path: string): string {
  const within = [FOOTAGE, ROOT].find(folder => path.startsWith(folder + sep))
  return within ? relative(within, path) : join(basename(dirname(path)), basename(path))
}

/** The folder of this program's package.json; the compiled program lies in `dist` below it. */
const HERE = dirname(import.meta.dirname)
const PROGRAM = basename(HERE) === 'dist' ? dirname(HERE) : HERE

/**
 * The commit of the checkout that `folder` is the root of. A folder within a repository is none: an installed package lies
 * in somebody else's, whose commit says nothing of the program.
 * @returns null where it is no root of a checkout, or there is no git
 */
export function commitOf(folder: string): string | null {
  try {
    if (realpathSync(git(folder, 'rev-parse', '--show-toplevel')) !== realpathSync(folder)) return null
    return git(folder, 'rev-parse', 'HEAD')
  } catch {
    return null
  }
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}

async function hashOf(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return undefined
  const files = found.isDirectory() ? await filesIn(path) : [path]
  const hash = createHash('sha256')
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk)
  return hash.digest('hex')
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.flatMap(entry => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)])).sort()
}

/** Three decimals: more would be noise. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Writes `FOLDER/NAME.json`, by default among the results: what was measured, where it comes from, the figures. */
export async function writeResult(
  name: string,
  { what, footage, figures }: { readonly what: string; readonly footage: readonly string[]; readonly figures: object },
  folder: string = RESULTS,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const result = { what, ...(await provenance(footage)), ...figures }
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  console.log(`written to ${relative(ROOT, file)}`)
}
