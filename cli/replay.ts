// `jiemu replay`: footage through the production pipeline; incidents and jobs as a log, and a score where truth is known.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { incidentLog, type LogFile, openLogFile } from '../benchmarks/incident-log.ts'
import { replayStreet, type StreetReplay, type Watched } from '../benchmarks/replay.ts'
import { scoreReplay } from '../benchmarks/score-replay.ts'
import { cameraSchema, type Sampling } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import { parseDuration } from '../core/time.ts'
import { withBar } from './replay-bar.ts'
import { type Input, type InputOptions, readInputs } from './replay-inputs.ts'

export interface ReplayCommandOptions extends InputOptions {
  readonly out?: string
  readonly log?: string
  readonly json: boolean
  readonly sampling?: string
  readonly joinWindow?: string
  readonly pace: 'fast' | 'real'
  readonly jitter?: string
  readonly loss?: number
  readonly seed: number
}

/** Inputs are replayed one after the other, each with a database of its own. */
export async function replay(paths: readonly string[], options: ReplayCommandOptions): Promise<void> {
  const sampling = options.sampling === undefined ? {} : { sampling: readSampling(options.sampling) }
  const joinWindowMs = readDuration('--join-window', options.joinWindow)
  const { pace, loss, seed } = options
  const jitterMs = readDuration('--jitter', options.jitter)
  const link = { pace, seed, ...(loss === undefined ? {} : { loss }), ...(jitterMs === undefined ? {} : { jitterMs }) }
  const inputs = (await readInputs(paths, options)).map(input => ({
    ...input,
    cameras: input.cameras.map(camera => ({ ...camera, ...sampling })),
  }))
  const folders = inputs.map(({ name }) => options.out && resolve(options.out, name))
  const taken = folders.find(folder => folder && existsSync(folder))
  if (taken) throw bad(`${taken} is there already: a replay begins with an empty database`)

  const logPath = options.log ?? (options.out && join(options.out, 'log.jsonl'))
  const cameras = inputs.flatMap(input => input.cameras.map(({ id }) => id))
  const log = logPath ? await openLogFile(resolve(logPath), cameras) : undefined
  for (const [index, input] of inputs.entries()) {
    const out = folders[index]
    const run = await withBar(input.name, input.durationMs ?? 0, onFrame =>
      replayStreet(input.cameras, {
        ...{ link, onFrame },
        ...(joinWindowMs === undefined ? {} : { joinWindowMs }),
        ...(input.people ? { people: input.people } : {}),
        ...(out ? { out } : {}),
      }),
    )
    await report(run, input, { ...options, out, log })
  }
  await log?.complete()
}

const bad = (problem: string) => new JiemuError('request-invalid', { problem })

function readSampling(text: string): Sampling {
  const parsed = cameraSchema.shape.sampling.safeParse(text === 'keyframes' ? text : { every: Number(text) })
  if (parsed.success) return parsed.data
  throw bad('--sampling is "keyframes" or frames a second, above 0 and at most 30')
}

function readDuration(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const durationMs = parseDuration(text)
  if (durationMs === undefined) throw bad(`${option} is a duration such as 10m, 200ms or 0s`)
  return durationMs
}

interface Reporting {
  readonly json: boolean
  readonly out: string | undefined
  readonly log: LogFile | undefined
}

async function report(run: StreetReplay, { name, truth }: Input, { json, out, log }: Reporting): Promise<void> {
  const lines = incidentLog(run)
  const [watched] = run.cameras
  const scored = truth && watched && scoreReplay(truth, { ...run, ...watched })
  await log?.add(lines)
  if (out && scored) await writeFile(join(out, 'score.json'), `${JSON.stringify(scored.figures, null, 2)}\n`)
  if (json) {
    for (const line of lines) console.log(line)
    if (scored) console.log(JSON.stringify({ type: 'score', ...scored.figures }))
  } else {
    for (const line of told(run)) console.log(line)
    if (scored) console.log(scored.text)
  }
  const sum = (of: (camera: Watched) => number) => run.cameras.reduce((total, camera) => total + of(camera), 0)
  console.error(
    `${name}: ${sum(({ scenes }) => scenes.length)} pictures analysed of ${sum(({ health }) => health.framesIn)}, ` +
      `${(run.cpuMs / 1_000).toFixed(1)} s of CPU: ${run.incidents.length} incidents, ${run.jobs.length} jobs`,
  )
}

/** One line for each incident: when, what, where, how it ended, and who has the job. */
function told({ incidents, jobs }: StreetReplay): readonly string[] {
  return incidents.map(({ id, kind, cameraId, zoneId, subject, openedAt, clearedAt }) => {
    const job = jobs.find(({ incidentIds }) => incidentIds.includes(id))
    const ending = clearedAt === null ? 'not cleared' : `cleared after ${((clearedAt - openedAt) / 1_000).toFixed(0)} s`
    const what = kind === 'camera-health' ? `${kind} ${subject}` : `${kind} ${zoneId}`
    const work = job ? `${job.id} ${job.state}${job.teamId ? ` ${job.teamId}` : ''}` : 'no job'
    return `  ${new Date(openedAt).toISOString()}  ${cameraId}  ${what}  ${ending}  ${work}`
  })
}
