// Each long measurement in a short version: it runs to its end, and every figure in its result is one.
//
// What has a real test of its own is not here: main-job, conditions, calibration, dispatch-load, kill, throughput.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, type TestContext, test } from 'vitest'
import { absent, FOOTAGE, ROOT, temporaryFolder } from '../tests/support/jiemu.ts'
import { readResults } from './report/results.ts'

const folder = temporaryFolder('brief')
afterAll(folder.remove)

interface Brief {
  readonly program: string
  readonly args: readonly string[]
  readonly result: string
  /** Files of which one tells that what it needs is here. */
  readonly needs?: readonly string[]
}

const CHROMIUM = process.env.JIEMU_CHROMIUM ?? '/usr/bin/chromium'
const PATH = (process.env.PATH ?? '').split(':')
const ffmpeg = PATH.map(directory => join(directory, 'ffmpeg')).find(file => !absent(file)) ?? 'ffmpeg'

const BRIEFS: readonly Brief[] = [
  { program: 'floor', args: ['--turns', '1', '--seconds', '4', '--warm-up-seconds', '5'], result: 'floor' },
  {
    program: 'latency',
    args: ['--incidents', '8', '--rounds', '0.3', '--idle-seconds', '1'],
    result: 'latency',
  },
  { program: 'memory', args: ['--seconds', '6'], result: 'memory' },
  {
    program: 'soak',
    args: ['--cameras', '2', '--minutes', '0.5', '--warm-minutes', '0.2', '--shards', '1'],
    result: 'soak-2',
  },
  { program: 'open-jobs', args: ['--few', '2', '--many', '20', '--rounds', '2'], result: 'open-jobs' },
  { program: 'board', args: ['--jobs', '30', '--rounds', '2'], result: 'board', needs: [CHROMIUM] },
  { program: 'dispatch-day', args: ['--incidents', '200', '--seeds', '2'], result: 'dispatch-day' },
  { program: 'inference', args: ['--runs', '2'], result: 'inference' },
  { program: 'key-frames', args: ['--rounds', '2'], result: 'key-frames' },
  { program: 'int8', args: ['--runs', '2', '--truths', '0'], result: 'int8', needs: [FOOTAGE] },
  { program: 'sight', args: ['--cameras', '1'], result: 'sight', needs: [FOOTAGE] },
  { program: 'appearance', args: ['--days', '0'], result: 'appearance', needs: [FOOTAGE] },
  {
    program: 'baselines/measure',
    args: ['--repetitions', '1', '--seconds', '4'],
    result: 'baselines',
    needs: [join(ROOT, 'benchmarks/baselines/node_modules'), ffmpeg],
  },
  {
    program: 'gate/proofs',
    args: ['--plants', '--stage', 'decode', '--minutes', '0.5'],
    result: 'gate',
    needs: [join(ROOT, '.git')],
  },
]

/** A measurement that hangs fails its test by the test's own time limit, and all that it started is ended with it. */
async function runToItsEnd(program: string, args: readonly string[], { onTestFinished }: TestContext) {
  const child = spawn(process.execPath, [join(ROOT, `dist/benchmarks/${program}.js`), ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // All of the group have ended, as they should.
    }
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stderr }
}

for (const { program, args, result, needs = [] } of BRIEFS) {
  const missing = needs.filter(absent).map(path => path.replace(ROOT, '.'))
  // They wait for clips, cameras and clocks more than they reckon, and none of their figures is judged here.
  test.skipIf(missing.length > 0)(
    `${program} ${args.join(' ')} runs to its end, and all its figures are numbers${missing.length > 0 ? ` (absent: ${missing.join(', ')})` : ''}`,
    { concurrent: true },
    async context => {
      const { expect } = context
      const out = join(folder.path, result)
      const { status, stderr } = await runToItsEnd(program, [...args, '--out', out], context)
      expect(stderr.trim().split('\n').at(-1)).not.toMatch(/error/i)
      expect(status).toBe(0)
      const [written] = await readResults(out)
      expect(written).toMatchObject({ name: result, complete: true })
      const none = written?.rows.filter(({ value }) => value === null)
      expect(none).toEqual([])
      expect(written?.rows.some(({ value }) => typeof value === 'number' && value > 0)).toBe(true)
    },
  )
}
