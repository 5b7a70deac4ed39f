// A real Redis server for tests: on its own port, in its own folder, and killed, restarted or flushed at will.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

function isInstalled(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Names what is absent, for a test that is skipped for it. */
export const redisAbsent = isInstalled() ? '' : 'Redis (redis-server)'

export interface RedisServer {
  readonly url: string
  readonly pid: number
  /** Forgets everything, as a server without a disk does when it is restarted. */
  flush(): void
  /** As a power cut would. Resolves when the process is gone. */
  kill9(): Promise<void>
  /** Resolves when it takes connections. */
  start(): Promise<void>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

/** Keeps an append-only file, written at every command: what was acknowledged survives `kill9`. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'jiemu-redis-'))
  const port = await freePort()
  const ask = (...command: readonly string[]): string =>
    execFileSync('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...command], { encoding: 'utf8', stdio: 'pipe' })
  let child: ChildProcess | undefined

  const start = async () => {
    const options = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes']
    const durable = ['--appendfsync', 'always', '--maxmemory-policy', 'noeviction']
    const started = spawn('redis-server', [...options, ...durable].map(String), { stdio: 'ignore' })
    child = started
    while (!answers(ask)) {
      if (started.exitCode !== null) throw new Error(`redis-server ended with ${started.exitCode}`)
      await pause(50)
    }
  }
  const kill9 = async () => {
    const dying = child
    child = undefined
    if (!dying || dying.exitCode !== null) return
    const gone = new Promise(resolve => dying.once('exit', resolve))
    dying.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child?.pid ?? 0
    },
    flush: () => void ask('FLUSHALL'),
    start,
    kill9,
    stop: async () => {
      await kill9()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(ask: (...command: readonly string[]) => string): boolean {
  try {
    return ask('PING').trim() === 'PONG'
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
