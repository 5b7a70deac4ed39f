// A real PostgreSQL server for tests: its own cluster in a temporary folder, its own port, a password, never root.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** Where Debian keeps `initdb` and `postgres`, newest version first; else somewhere on PATH. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map(version => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter).filter(folder => folder !== ''),
  ]
  return folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

/** Names what is absent, for a test that is skipped for it. */
export const postgresAbsent = binaries() ? '' : 'PostgreSQL (initdb and postgres)'

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string, user: string) => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }))
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', user), gid: idOf('-g', user) }
    } catch {}
  }
  return undefined
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

export interface PostgresServer {
  /** With user and password. */
  readonly url: string
  readonly pid: number
  /** @returns the URL of a new, empty database on it */
  emptyDatabase(): Promise<string>
  /** As a power cut would: nothing is flushed, nobody is told. Resolves when the port is free again. */
  kill9(): Promise<void>
  /** Resolves when it takes connections. */
  start(): Promise<void>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

const START_TRIES = 20

/** @throws Error where `postgresAbsent` says so */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries()
  if (!bin) throw new Error(`absent: ${postgresAbsent}`)
  const identity = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'jiemu-pg-'))
  const cluster = join(folder, 'cluster')
  const passwordFile = join(folder, 'password')
  const password = randomBytes(12).toString('hex')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (identity) for (const path of [folder, passwordFile]) chownSync(path, identity.uid, identity.gid)
  chmodSync(folder, 0o700)
  const as = { ...identity, cwd: folder, stdio: 'ignore' } as const
  const options = [
    '-D',
    cluster,
    '-U',
    'jiemu',
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--no-sync',
    '-E',
    'UTF8',
  ]
  execFileSync(join(bin, 'initdb'), options, as)
  const port = await freePort()
  const url = `postgres://jiemu:${password}@127.0.0.1:${port}/postgres`

  let child: ChildProcess | undefined
  const ended = (process: ChildProcess) =>
    process.exitCode !== null || process.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>(resolve => process.once('exit', () => resolve()))

  const startOnce = async () => {
    const started = spawn(
      join(bin, 'postgres'),
      ['-D', cluster, '-h', '127.0.0.1', '-p', String(port), '-k', folder],
      as,
    )
    child = started
    while (!isReady(bin, port)) {
      if (started.exitCode !== null) throw new Error(`postgres ended with ${started.exitCode}`)
      await pause(50)
    }
  }
  /** A backend that has not noticed yet that its parent is dead holds the port or the shared memory for a moment longer. */
  const start = async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await startOnce()
      } catch (thrown) {
        if (tries === START_TRIES) throw thrown
        await pause(250)
      }
    }
  }
  const end = async (signal: NodeJS.Signals) => {
    if (!child) return
    child.kill(signal)
    await ended(child)
    child = undefined
  }
  await start()
  return {
    url,
    get pid() {
      return child?.pid ?? 0
    },
    emptyDatabase: () => createDatabase(url),
    start,
    kill9: () => end('SIGKILL'),
    stop: async () => {
      // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What autovacuum will have done a minute later at the most. */
export async function vacuum(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('vacuum (analyze)')
  await client.end()
}

async function createDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(url), { pathname: `/${name}` }).href
}

function isReady(bin: string, port: number): boolean {
  try {
    execFileSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
