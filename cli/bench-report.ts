// `jiemu bench report`: the results of a run, and what changed since another, as one page.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { compare } from '../benchmarks/report/comparison.ts'
import { type Report, reportMarkdown, reportPage } from '../benchmarks/report/page.ts'
import { type Result, readResults, resultFiles } from '../benchmarks/report/results.ts'
import { scoreChanges } from '../benchmarks/report/score/changes.ts'
import { picturesOf } from '../benchmarks/report/score/section.ts'
import { type Pictures, picturesFolder, readPictures } from '../benchmarks/scoring/pictures.ts'
import { JiemuError } from '../core/errors.ts'

export interface BenchReportOptions {
  readonly results: string
  readonly against?: string
  readonly out: string
}

/** Writes report.html, report.md and report.json. @throws JiemuError result-invalid, file-unreadable, file-unwritable */
export async function benchReport({ results: from, against, out }: BenchReportOptions): Promise<void> {
  const results = await readResults(from)
  const before = against === undefined ? undefined : await readResults(against)
  const report: Report = {
    results,
    compared:
      before && against !== undefined
        ? { with: against, rows: compare(before, results), scores: scoresCompared(before, results) }
        : null,
  }
  const pictures = await picturesBeside(await resultFiles(from), results)
  const folder = resolve(out)
  const files = {
    'report.html': reportPage(report, pictures),
    'report.md': reportMarkdown(report),
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
  }
  try {
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  } catch (error) {
    throw new JiemuError('file-unwritable', { file: folder, problem: (error as Error).message }, error)
  }
  console.log(`${results.length} results: ${join(folder, 'report.html')}`)
}

/** Of results of one name, both scored runs. */
function scoresCompared(before: readonly Result[], after: readonly Result[]) {
  return after.flatMap(({ name, score }) => {
    const earlier = before.find(result => result.name === name)?.score
    return score && earlier ? [{ name, ...scoreChanges(earlier, score) }] : []
  })
}

/** @param files of the results, in the same order */
async function picturesBeside(files: readonly string[], results: readonly Result[]): Promise<Pictures> {
  const found = new Map<string, Uint8Array>()
  for (const [index, { score }] of results.entries()) {
    if (!score) continue
    const beside = await readPictures(picturesFolder(files[index] ?? ''), picturesOf(score))
    for (const [name, jpeg] of beside) found.set(name, jpeg)
  }
  return found
}
