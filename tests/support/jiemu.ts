// Starts the built program as a process of its own, talks to its API, and kills it on purpose.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { withScene } from './scene.ts'

export const ROOT = join(import.meta.dirname, '../..')
/** Real footage that is not part of the project; tests that need it are skipped by name where it is absent. */
export const FOOTAGE = join(ROOT, '../shared/footage')
export const absent = (path: string): boolean => !existsSync(path)

export interface Running {
  readonly address: string
  readonly process: ChildProcess
  readonly dataDir: string
  /** Everything it wrote to either stream so far. */
  output(): string
  get<T = never>(path: string): Promise<T>
  post<T = never>(path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; body: T }>
  /** Ends it the polite way (SIGTERM) or the other (SIGKILL), and waits until it is gone. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

export interface StartOptions {
  readonly args: readonly string[]
  readonly dataDir?: string
  readonly env?: NodeJS.ProcessEnv
}

export function temporaryFolder(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `jiemu-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** Whoever runs the tests may have a database and a queue of their own in the environment: these are not for us. */
const OURS_ALONE = {
  DATABASE_URL: undefined,
  REDIS_URL: undefined,
  JIEMU_SECRET_KEY: undefined,
  JIEMU_FAILPOINT: undefined,
} as const

/**
 * Runs `jiemu ARGS` and presses Ctrl-C once standard error holds the cue.
 * @returns its exit code and the signal that ended it
 */
export async function interrupted(
  args: readonly string[],
  cue: RegExp,
): Promise<readonly [code: number | null, signal: NodeJS.Signals | null]> {
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...OURS_ALONE },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    child.once('exit', code => reject(new Error(`ended with ${code} before it was interrupted`)))
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (cue.test(said)) resolve()
    })
  })
  child.kill('SIGINT')
  return (await ended) as [number | null, NodeJS.Signals | null]
}

/** Runs `jiemu ARGS` to its end. */
export async function jiemu(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...OURS_ALONE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  return { code, stdout, stderr }
}

/** Starts `jiemu serve` and resolves once it prints the console's address. */
export async function startJiemu({ args, dataDir, env = {} }: StartOptions): Promise<Running> {
  const folder = dataDir ?? temporaryFolder('data').path
  const start = () => serve(args, folder, env)
  return args.includes('--demo') ? withScene('program', join(folder, 'footage'), start) : start()
}

async function serve(args: readonly string[], folder: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'dist/cli/main.js'), 'serve', '--data-dir', folder, '--port', '0', ...args],
    { cwd: ROOT, env: { ...process.env, ...OURS_ALONE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
  })
  child.stderr.on('data', chunk => {
    text += chunk
  })
  const gone = new Promise<number | null>(resolve => child.on('close', resolve))
  const address = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = /console: (https?:\/\/[^\s]+?)\/?\s/.exec(text)
      if (found?.[1]) resolve(found[1])
    }
    child.stdout.on('data', look)
    void gone.then(code => reject(new Error(`jiemu serve ended with ${code} before it listened:\n${text}`)))
  })
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${address}${path}`, init)
    const body = await response.text()
    return { status: response.status, body: body ? JSON.parse(body) : undefined }
  }
  return {
    address,
    process: child,
    dataDir: folder,
    output: () => text,
    get: async path => (await call(path)).body,
    post: (path, body = {}, headers = {}) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    end: async (signal = 'SIGTERM') => {
      child.kill(signal)
      return gone
    },
  }
}

/** Asks until the answer is there; the limit is a guard against hanging, not a figure. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  limitMs = 90_000,
): Promise<T> {
  const until = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > until) throw new Error(`waited in vain for ${what}`)
    await delay(100)
  }
}
