// Measures Jiemu's way to pictures and to live view against the usual packages, and writes benchmarks/results/baselines.json.
//
// From the root of the checkout, after `npm run build` and `npm ci --prefix benchmarks/baselines`, with Debian's `ffmpeg` and
// the packages of the RTSP test server: `npm run bench:baselines -- [--repetitions 3] [--out FOLDER]`.
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { programArguments } from '../arguments.ts'
import { CLIP, make1080p, SOURCES } from '../make-1080p.ts'
import { FOOTAGE, median, ROOT, writeResult } from '../provenance.ts'
import { ANALYSES } from './analysis.ts'
import { LIVE_VIEWS } from './live-view.ts'
import type { OneRun, RunResult, Told } from './one-run.ts'
import { loadBaselines } from './packages.ts'

const MEDIA_S = CLIP.frames / CLIP.fps
/** Memory of a started program is looked at this often; it is highest when decoding goes on, not for an instant. */
const MEMORY_POLL_MS = 50

interface Figures {
  readonly [figure: string]: number
}

interface Finished extends RunResult {
  /** Highest resident memory of one program that the process started. */
  readonly childRssMiB: number
  readonly errors: string
}

/** Starts one way in a process of its own and waits for its end. */
async function run(one: OneRun, onReady?: () => void): Promise<Finished> {
  const child = fork(join(import.meta.dirname, 'one-run.js'), [JSON.stringify(one)], { silent: true, cwd: ROOT })
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-200_000)
  })
  child.stdout?.resume()
  let result: RunResult | undefined
  child.on('message', message => {
    const told = message as Told
    if (told.type === 'ready') onReady?.()
    else result = told.result
  })
  let childRssMiB = 0
  const poll = setInterval(() => {
    childRssMiB = Math.max(childRssMiB, ...peakRssOfChildren(child))
  }, MEMORY_POLL_MS)
  await once(child, 'close')
  clearInterval(poll)
  if (!result) throw new Error(`${one.name} ended without a result: ${errors.slice(-2_000)}`)
  return { ...result, childRssMiB, errors }
}

/** In MiB; a program that has just ended is passed over. */
function peakRssOfChildren({ pid }: ChildProcess): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(id => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1_024)
  } catch {
    return []
  }
}

async function measureAnalysis(name: keyof typeof ANALYSES, clip: string): Promise<Figures> {
  const { cpu, inferenceMs, analysed, peakRssMiB, childRssMiB } = await run({ kind: 'analysis', name, clip })
  const cpuMs = cpu.ownMs + cpu.childrenMs
  return {
    core: cpuMs / 1_000 / MEDIA_S,
    coreWithoutInference: (cpuMs - inferenceMs) / 1_000 / MEDIA_S,
    coreOfStartedPrograms: cpu.childrenMs / 1_000 / MEDIA_S,
    analysedPerSecond: analysed / MEDIA_S,
    nodeMiB: peakRssMiB,
    ffmpegMiB: childRssMiB,
  }
}

async function measureLive(name: keyof typeof LIVE_VIEWS, clip: string): Promise<Figures> {
  const server = spawn('/usr/bin/python3', [join(ROOT, 'tests/support/rtsp-server.py'), '0', '-', `street=${clip}`])
  try {
    const [serverPort] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
    const port = await freePort()
    const viewed = { bytes: 0, firstAt: 0, lastAt: 0, openedAt: 0 }
    const view = (bytes: Uint8Array) => {
      viewed.lastAt = performance.now()
      // The first message is a header: of the WebSocket stream, or of the MP4 file.
      if (viewed.bytes > 0) viewed.firstAt ||= viewed.lastAt
      viewed.bytes += bytes.length
    }
    const connect = () => {
      viewed.openedAt = performance.now()
      if (LIVE_VIEWS[name].scheme === 'http') void viewOverHttp(port, view)
      else new (loadBaselines(ROOT).WebSocket)(`ws://127.0.0.1:${port}`).on('message', view)
    }
    const url = `rtsp://127.0.0.1:${serverPort}/street`
    const { cpu, peakRssMiB, childRssMiB, errors } = await run({ kind: 'live', name, url, port }, connect)
    const cpuMs = cpu.ownMs + cpu.childrenMs
    return {
      core: cpuMs / 1_000 / MEDIA_S,
      bytesPerSecond: Math.round(viewed.bytes / MEDIA_S),
      firstPictureAfterMs: Math.round(viewed.firstAt - viewed.openedAt),
      picturesThatFfmpegCouldNotDecodeWhole: errors.match(/corrupt decoded frame/g)?.length ?? 0,
      nodeMiB: peakRssMiB,
      ffmpegMiB: childRssMiB,
    }
  } finally {
    server.kill('SIGKILL')
  }
}

async function viewOverHttp(port: number, view: (bytes: Uint8Array) => void): Promise<void> {
  const { body } = await fetch(`http://127.0.0.1:${port}/`)
  if (body) for await (const bytes of body) view(bytes)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

function medians(runs: readonly Figures[]): Figures {
  const names = Object.keys(runs[0] ?? {})
  return Object.fromEntries(names.map(name => [name, round(median(runs.map(figures => figures[name] ?? 0)))]))
}

const round = (value: number): number => Number(value.toPrecision(3))

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version
}

const { amounts, out } = programArguments({ repetitions: 3 })
const { repetitions } = amounts
const clip = await make1080p(ROOT)
const analyses = Object.keys(ANALYSES) as (keyof typeof ANALYSES)[]
const liveViews = Object.keys(LIVE_VIEWS) as (keyof typeof LIVE_VIEWS)[]
const ways = [
  ...analyses.map(name => ({ name, measure: () => measureAnalysis(name, clip.path) })),
  ...liveViews.map(name => ({ name, measure: () => measureLive(name, clip.path) })),
]
const measured = new Map<string, Figures[]>(ways.map(({ name }) => [name, []]))
for (let repetition = 1; repetition <= repetitions; repetition++) {
  // Interleaved, so that a slow minute of the machine falls on all.
  for (const { name, measure } of ways) {
    const figures = await measure()
    measured.get(name)?.push(figures)
    console.log(`${repetition}/${repetitions} ${name}: ${figures.core?.toFixed(3)} core`)
  }
}
const figuresOf = (names: readonly string[]) =>
  Object.fromEntries(
    names.map(name => {
      const runs = measured.get(name) ?? []
      return [name, { ...medians(runs), coreOfEachRun: runs.map(({ core }) => round(core ?? Number.NaN)) }]
    }),
  )
await writeResult(
  'baselines',
  {
    what: 'CPU time in cores per camera (the process and the programs it started): medians of interleaved runs',
    footage: clip.madeFrom === 'footage' ? SOURCES.map(source => join(FOOTAGE, source)) : [],
    figures: {
      versions: {
        ...loadBaselines(ROOT).versions,
        'node-av': versionOf('node-av'),
        'onnxruntime-node': versionOf('onnxruntime-node'),
        ffmpeg: execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0],
      },
      clip: { ...CLIP, seconds: MEDIA_S, madeFrom: clip.madeFrom, sha256: clip.sha256 },
      repetitions,
      analysis: figuresOf(analyses),
      liveView: figuresOf(liveViews),
    },
  },
  out,
)
process.exit()
