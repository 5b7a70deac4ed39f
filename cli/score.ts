// `jiemu score`: replays the footage of truth files and prints what was found, per rule, per camera and in all.
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Provenance, provenance } from '../benchmarks/provenance.ts'
import { replayCamera } from '../benchmarks/replay.ts'
import { resultJson } from '../benchmarks/result-json.ts'
import { describeCounts, describeScore } from '../benchmarks/score-replay.ts'
import { countError } from '../benchmarks/scoring/count-error.ts'
import { keepLooks } from '../benchmarks/scoring/looks.ts'
import { emptyPictures, picturesFolder, writePictures } from '../benchmarks/scoring/pictures.ts'
import { type ScoredTruth, scoreFile, scoreTruth } from '../benchmarks/scoring/score-result.ts'
import { scoreReport, scoreTable } from '../benchmarks/scoring/table.ts'
import { checkLength } from '../benchmarks/truth/length.ts'
import { readTruth, type Truth } from '../benchmarks/truth.ts'
import { toJiemuError } from '../core/errors.ts'
import { withBar } from './replay-bar.ts'
import { checkOptions } from './truth.ts'

export interface ScoreOptions {
  readonly json?: string
}

/**
 * All truth is checked before any footage is replayed.
 * @throws JiemuError truth-invalid, source-…, options-invalid, file-unreadable, file-unwritable
 */
export async function scoreFiles(files: readonly string[], { json }: ScoreOptions): Promise<void> {
  const cases = []
  for (const file of files) {
    const truth = await readTruth(file)
    checkOptions(truth)
    cases.push({ truth, lengthMs: await checkLength(truth) })
  }
  const truths = cases.map(({ truth }) => truth)
  const result = json === undefined ? undefined : await openResult(json, truths)
  const scored: ScoredTruth[] = []
  for (const { truth, lengthMs } of cases) {
    const looks = keepLooks(truth.events.map(({ dueAt }) => dueAt))
    const { camera } = truth
    const replay = await withBar(camera.id, lengthMs, onFrame =>
      replayCamera(camera, { onLook: looks.onLook, onFrame }),
    )
    const one = scoreTruth(truth, replay, looks, lengthMs)
    scored.push(one)
    await result?.add(one)
    const { score, counts } = one.camera
    console.error([truth.file, ...describeScore(score), ...describeCounts(countError(counts))].join('\n'))
  }
  console.log(scoreTable(scoreReport(scored.map(({ camera }) => camera))))
}

interface ResultFile {
  add(one: ScoredTruth): Promise<void>
}

/** Begins a result that says that nothing is scored yet. */
async function openResult(file: string, truths: readonly Truth[]): Promise<ResultFile> {
  const asked = truths.map(truth => truth.file)
  const from = await provenance(truths.flatMap(truth => [truth.file, String(truth.camera.source.path)]))
  const scored: ScoredTruth[] = []
  await writeWhole(file, asked, from, scored)
  const folder = picturesFolder(file)
  await emptyPictures(folder)
  return {
    async add(one) {
      scored.push(one)
      await writePictures(folder, one.pictures)
      await writeWhole(file, asked, from, scored)
    },
  }
}

/** A run that is ended at any moment leaves a whole file, which says whether all that was asked for is in it. */
async function writeWhole(
  file: string,
  asked: readonly string[],
  from: Provenance,
  scored: readonly ScoredTruth[],
): Promise<void> {
  const what = `What was found, missed and invented in the footage of ${asked.length} truth file${asked.length === 1 ? '' : 's'}`
  const part = `${file}.part`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(part, `${resultJson({ what, ...from, ...scoreFile(asked, scored) })}\n`)
    await rename(part, file)
  } catch (error) {
    throw toJiemuError(error, 'file-unwritable', { file })
  }
}
