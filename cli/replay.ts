// `jiemu replay`: footage through the production pipeline; incidents and jobs as JSON lines, and a score where truth is known.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { SingleBar } from 'cli-progress'
import { configurationChecks } from '../app.ts'
import { type Replay, replayCamera } from '../benchmarks/replay.ts'
import { scoreReplay } from '../benchmarks/score-replay.ts'
import { readTruth, type Truth } from '../benchmarks/truth.ts'
import { type CameraEntry, cameraSchema, type Sampling } from '../core/camera.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import { parseDuration } from '../core/time.ts'
import { readCamerasFile } from '../store/cameras-file.ts'

export interface ReplayCommandOptions {
  readonly truth?: string
  readonly cameras?: string
  readonly out?: string
  readonly sampling?: string
  readonly joinWindow?: string
}

export async function replay(files: readonly string[], options: ReplayCommandOptions): Promise<void> {
  if (files.length > 0 === (options.truth !== undefined)) {
    throw new JiemuError('request-invalid', { problem: 'give either footage, or --truth with a truth file' })
  }
  const truth = options.truth === undefined ? undefined : await readTruth(options.truth)
  const cameras = truth ? [truth.camera] : await camerasOf(files, options.cameras)
  const joinWindowMs = readJoinWindow(options.joinWindow)
  for (const camera of cameras) {
    const run = await replayWithBar(
      { ...camera, ...(options.sampling === undefined ? {} : { sampling: readSampling(options.sampling) }) },
      truth,
      {
        ...(joinWindowMs === undefined ? {} : { joinWindowMs }),
        ...(options.out ? { out: resolve(options.out) } : {}),
      },
    )
    await report(run, truth, options.out)
  }
}

function readSampling(text: string): Sampling {
  const parsed = cameraSchema.shape.sampling.safeParse(text === 'keyframes' ? text : { every: Number(text) })
  if (parsed.success) return parsed.data
  throw new JiemuError('request-invalid', {
    problem: '--sampling is "keyframes" or frames a second, above 0 and at most 30',
  })
}

function readJoinWindow(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const windowMs = parseDuration(text)
  if (windowMs === undefined)
    throw new JiemuError('request-invalid', { problem: '--join-window is a duration such as 10m or 0s' })
  return windowMs
}

/** Each file is a camera; its zones are those of the cameras file, which must then name exactly one camera. */
async function camerasOf(files: readonly string[], camerasFile: string | undefined): Promise<CameraEntry[]> {
  const zones = camerasFile === undefined ? [] : await zonesOf(camerasFile)
  return Promise.all(
    files.map(async file => {
      const path = resolve(file)
      const found = await stat(path).catch(error => {
        throw new JiemuError('file-unreadable', { file, problem: error.code ?? 'unknown' }, error)
      })
      const name = basename(file, extname(file))
      const id =
        name
          .toLowerCase()
          .replace(/[^a-z0-9._-]+/g, '-')
          .replace(/^[^a-z0-9]+/, '')
          .slice(0, 63) || 'footage'
      const kind = found.isDirectory() ? 'clips' : extname(file) === '.jsonl' ? 'recorded' : 'file'
      const entry = cameraSchema.parse({ id, name, street: 'replay', grid: 'replay', source: { kind, path } })
      return { ...entry, zones }
    }),
  )
}

async function zonesOf(camerasFile: string): Promise<CameraEntry['zones']> {
  const text = await readFile(camerasFile, 'utf8').catch(error => {
    throw toJiemuError(error, 'file-unreadable', { file: camerasFile })
  })
  const { cameras } = readCamerasFile(text, camerasFile, configurationChecks)
  const [camera] = cameras
  if (!camera || cameras.length > 1) {
    throw new JiemuError('request-invalid', {
      problem: `${camerasFile}: expected exactly one camera, found ${cameras.length}`,
    })
  }
  return camera.zones
}

async function replayWithBar(
  camera: CameraEntry,
  truth: Truth | undefined,
  options: { readonly joinWindowMs?: number; readonly out?: string },
): Promise<Replay> {
  const bar = new SingleBar({
    format: `${camera.id} {bar} {percentage} % | {clock}`,
    stream: process.stderr,
    clearOnComplete: true,
  })
  const durationMs = truth?.durationMs ?? 0
  let firstAt: number | undefined
  const onFrame = (at: number) => {
    if (!process.stderr.isTTY) return
    if (firstAt === undefined) {
      firstAt = at
      bar.start(durationMs, 0, { clock: '' })
    }
    bar.setTotal(Math.max(durationMs, at - firstAt))
    bar.update(at - firstAt, { clock: new Date(at).toISOString() })
  }
  try {
    return await replayCamera(camera, { ...options, onFrame })
  } finally {
    bar.stop()
  }
}

async function report(run: Replay, truth: Truth | undefined, out: string | undefined): Promise<void> {
  const lines = [
    ...run.incidents.map(incident => JSON.stringify({ type: 'incident', ...incident })),
    ...run.jobs.map(job => JSON.stringify({ type: 'job', ...job })),
  ]
  const scored = truth && scoreReplay(truth, run)
  for (const line of lines) console.log(line)
  if (scored) console.log(JSON.stringify({ type: 'score', ...scored.figures }))
  console.error(
    `${run.scenes.length} pictures analysed of ${run.health.framesIn}, ${(run.cpuMs / 1_000).toFixed(1)} s of CPU: ` +
      `${run.incidents.length} incidents, ${run.jobs.length} jobs`,
  )
  if (scored) console.error(scored.text)
  if (out === undefined) return
  await mkdir(out, { recursive: true })
  await writeFile(join(out, 'log.jsonl'), `${lines.join('\n')}\n`)
  if (scored) await writeFile(join(out, 'score.json'), `${JSON.stringify(scored.figures, null, 2)}\n`)
}
