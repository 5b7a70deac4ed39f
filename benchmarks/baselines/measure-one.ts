// Runs one of the usual ways, once, in a process of its own, and says what it and the programs that it started took.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Media } from '../long-clip.ts'
import { ROOT } from '../provenance.ts'
import type { ANALYSES } from './analysis.ts'
import type { OneRun, RunResult, Told } from './one-run.ts'

/** Memory of a started program is looked at this often; it is highest when decoding goes on, not for an instant. */
const MEMORY_POLL_MS = 50

export interface Figures {
  readonly [figure: string]: number
}

export interface AnalysisFigures extends Figures {
  /** Of the process and the programs that it started. */
  readonly core: number
  readonly analysedPerSecond: number
}

export interface Finished extends RunResult {
  /** Highest resident memory of one program that the process started. */
  readonly childRssMiB: number
  readonly errors: string
}

export interface Watching {
  /** Told the process as soon as it is there. */
  readonly onStart?: (pid: number) => void
  /** @param go lets who waits for others go on */
  readonly onReady?: (go: () => void) => void
  /** Ends it early. */
  readonly signal?: AbortSignal
}

/**
 * Starts one way in a process of its own and waits for its end.
 * @throws Error where it ends without a result; AbortError when the signal comes
 */
export async function run(one: OneRun, { onStart, onReady, signal }: Watching = {}): Promise<Finished> {
  const child = fork(join(import.meta.dirname, 'one-run.js'), [JSON.stringify(one)], {
    silent: true,
    cwd: ROOT,
    ...(signal && { signal }),
  })
  if (child.pid !== undefined) onStart?.(child.pid)
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-200_000)
  })
  child.stdout?.resume()
  let result: RunResult | undefined
  child.on('message', message => {
    const told = message as Told
    if (told.type === 'ready') onReady?.(() => child.send('go'))
    else result = told.result
  })
  let childRssMiB = 0
  const poll = setInterval(() => {
    childRssMiB = Math.max(childRssMiB, ...peakRssOfChildren(child))
  }, MEMORY_POLL_MS)
  await once(child, 'close').finally(() => clearInterval(poll))
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

export async function measureAnalysis(
  name: keyof typeof ANALYSES,
  { path: clip, seconds }: Media,
  watching: Watching = {},
): Promise<AnalysisFigures> {
  const { cpu, inferenceMs, analysed, peakRssMiB, childRssMiB } = await run({ kind: 'analysis', name, clip }, watching)
  const cpuMs = cpu.ownMs + cpu.childrenMs
  return {
    core: cpuMs / 1_000 / seconds,
    coreWithoutInference: (cpuMs - inferenceMs) / 1_000 / seconds,
    coreOfStartedPrograms: cpu.childrenMs / 1_000 / seconds,
    analysedPerSecond: analysed / seconds,
    nodeMiB: peakRssMiB,
    ffmpegMiB: childRssMiB,
  }
}
