// `jiemu score`: replays the footage of truth files and prints what was found, per rule, per camera and in all.
import { rename, writeFile } from 'node:fs/promises'
import { replayCamera } from '../benchmarks/replay.ts'
import { describeCounts, describeScore, scoredCamera } from '../benchmarks/score-replay.ts'
import { countError } from '../benchmarks/scoring/count-error.ts'
import type { ScoredCamera } from '../benchmarks/scoring/figures.ts'
import { scoreReport, scoreTable } from '../benchmarks/scoring/table.ts'
import { checkLength } from '../benchmarks/truth/length.ts'
import { readTruth } from '../benchmarks/truth.ts'
import { toJiemuError } from '../core/errors.ts'
import { checkOptions } from './truth.ts'

export interface ScoreOptions {
  readonly json?: string
}

/**
 * All truth is checked before any footage is replayed.
 * @throws JiemuError truth-invalid, source-…, options-invalid, file-unreadable
 */
export async function scoreFiles(files: readonly string[], { json }: ScoreOptions): Promise<void> {
  const cases = []
  for (const file of files) {
    const truth = await readTruth(file)
    checkOptions(truth)
    cases.push({ truth, lengthMs: await checkLength(truth) })
  }
  const scored: ScoredCamera[] = []
  const write = () => (json === undefined ? undefined : writeReport(json, files, scored))
  await write()
  for (const { truth, lengthMs } of cases) {
    const camera = scoredCamera(truth, await replayCamera(truth.camera), lengthMs)
    scored.push(camera)
    await write()
    console.error([truth.file, ...describeScore(camera.score), ...describeCounts(countError(camera.counts))].join('\n'))
  }
  console.log(scoreTable(scoreReport(scored)))
}

/** A run that is ended at any moment leaves a whole file, which says whether all that was asked for is in it. */
async function writeReport(file: string, asked: readonly string[], scored: readonly ScoredCamera[]): Promise<void> {
  const report = { complete: scored.length === asked.length, asked, scored: scored.length, ...scoreReport(scored) }
  const part = `${file}.part`
  try {
    await writeFile(part, `${JSON.stringify(report, null, 2)}\n`)
    await rename(part, file)
  } catch (error) {
    throw toJiemuError(error, 'file-unwritable', { file })
  }
}
