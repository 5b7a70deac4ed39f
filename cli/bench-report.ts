// `jiemu bench report`: the results of a run, and what changed since another, as one page.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { compare } from '../benchmarks/report/comparison.ts'
import { type Report, reportMarkdown, reportPage } from '../benchmarks/report/page.ts'
import { readResults } from '../benchmarks/report/results.ts'
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
    compared: before && against !== undefined ? { with: against, rows: compare(before, results) } : null,
  }
  const folder = resolve(out)
  const files = {
    'report.html': reportPage(report),
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
