// Measures Jiemu's way to pictures and to live view against the usual packages, and writes benchmarks/results/baselines.json.
//
// From the root of the checkout, after `npm run build` and `npm ci --prefix benchmarks/baselines`, with Debian's `ffmpeg` and
// the packages of the RTSP test server: `npm run bench:baselines -- [--repetitions 3] [--seconds 24] [--out FOLDER]`.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { programArguments } from '../arguments.ts'
import { cutClip, type Media } from '../long-clip.ts'
import { CLIP, make1080p, SOURCES } from '../make-1080p.ts'
import { FOOTAGE, median, ROOT, writeResult } from '../provenance.ts'
import { ANALYSES } from './analysis.ts'
import { LIVE_VIEWS } from './live-view.ts'
import { type Figures, measureAnalysis, run } from './measure-one.ts'
import { loadBaselines } from './packages.ts'

async function measureLive(name: keyof typeof LIVE_VIEWS, { path: clip, seconds }: Media): Promise<Figures> {
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
    const { cpu, peakRssMiB, childRssMiB, errors } = await run({ kind: 'live', name, url, port }, { onReady: connect })
    const cpuMs = cpu.ownMs + cpu.childrenMs
    return {
      core: cpuMs / 1_000 / seconds,
      bytesPerSecond: Math.round(viewed.bytes / seconds),
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

const { amounts, out } = programArguments({ repetitions: 3, seconds: CLIP.frames / CLIP.fps })
const { repetitions } = amounts
const clip = await make1080p(ROOT)
const media = await cutClip(clip, amounts.seconds)
const analyses = Object.keys(ANALYSES) as (keyof typeof ANALYSES)[]
const liveViews = Object.keys(LIVE_VIEWS) as (keyof typeof LIVE_VIEWS)[]
const ways = [
  ...analyses.map(name => ({ name, measure: () => measureAnalysis(name, media) })),
  ...liveViews.map(name => ({ name, measure: () => measureLive(name, media) })),
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
      clip: { ...CLIP, seconds: media.seconds, madeFrom: clip.madeFrom, sha256: clip.sha256 },
      repetitions,
      analysis: figuresOf(analyses),
      liveView: figuresOf(liveViews),
    },
  },
  out,
)
process.exit()
