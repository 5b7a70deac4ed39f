// One way, once, in a process of its own: does the work and tells its parent what that took.
import { once } from 'node:events'
import { stopwatch } from '../../core/time.ts'
import { loadModel } from '../../models/manifest.ts'
import { openSession } from '../../models/session.ts'
import { ANALYSES, SIDE_PX } from './analysis.ts'
import { type CpuTime, cpuTime, since } from './cpu-time.ts'
import { LIVE_VIEWS } from './live-view.ts'
import { loadBaselines } from './packages.ts'

export type OneRun =
  | {
      readonly kind: 'analysis'
      readonly name: keyof typeof ANALYSES
      readonly clip: string
      readonly inRealTime?: boolean
    }
  | { readonly kind: 'live'; readonly name: keyof typeof LIVE_VIEWS; readonly url: string; readonly port: number }

/** Who reads in real time waits for any message before it goes on. */
export type Told = { readonly type: 'ready' } | { readonly type: 'done'; readonly result: RunResult }

export interface RunResult {
  readonly cpu: CpuTime
  readonly elapsedMs: number
  /** The part of it that the network took. */
  readonly inferenceMs: number
  /** Pictures that the network saw. */
  readonly analysed: number
  /** When the network had seen each of them, in ms from any moment on. */
  readonly seenAtMs: readonly number[]
  readonly peakRssMiB: number
}

const root = process.cwd()
const tell = (told: Told) => process.send?.(told)

async function analyse({ name, clip, inRealTime = false }: Extract<OneRun, { kind: 'analysis' }>): Promise<void> {
  const baselines = loadBaselines(root)
  const session = await openSession(await loadModel('street-objects'))
  const bytes = SIDE_PX * SIDE_PX * 3
  const input = new Uint8Array(bytes + 64).subarray(0, bytes)
  let inferenceMs = 0
  let seenAtMs: number[] = []
  const look = async () => {
    // The native call runs on this very thread and nothing else meanwhile, so the difference is its own.
    const before = process.cpuUsage()
    await session.run(input, 1)
    const { user, system } = process.cpuUsage(before)
    inferenceMs += (user + system) / 1_000
    seenAtMs.push(performance.now())
  }
  // Twice, and the second time counts: a camera is watched for months, so compiling JavaScript and asking FFmpeg what it
  // can do (fluent-ffmpeg does so once per process) are nobody's cost.
  await ANALYSES[name]({ clip, baselines, input, look })
  inferenceMs = 0
  seenAtMs = []
  if (inRealTime) {
    // Several begin together, when the last of them has warmed up.
    tell({ type: 'ready' })
    await once(process, 'message')
  }
  const elapsedMs = stopwatch()
  const before = cpuTime()
  const analysed = await ANALYSES[name]({ clip, baselines, input, look, inRealTime })
  tellDone(since(before), { elapsedMs: elapsedMs(), inferenceMs, analysed, seenAtMs })
}

async function live({ name, url, port }: Extract<OneRun, { kind: 'live' }>): Promise<void> {
  const baselines = loadBaselines(root)
  const elapsedMs = stopwatch()
  const before = cpuTime()
  await LIVE_VIEWS[name].serve({ url, port, baselines, ready: () => tell({ type: 'ready' }) })
  tellDone(since(before), { elapsedMs: elapsedMs(), inferenceMs: 0, analysed: 0, seenAtMs: [] })
}

function tellDone(cpu: CpuTime, seen: Omit<RunResult, 'cpu' | 'peakRssMiB'>): void {
  const peakRssMiB = process.resourceUsage().maxRSS / 1_024
  tell({ type: 'done', result: { cpu, ...seen, peakRssMiB } })
}

const run = JSON.parse(process.argv[2] ?? '') as OneRun
await (run.kind === 'analysis' ? analyse(run) : live(run))
process.disconnect?.()
