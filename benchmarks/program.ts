// Starts the built program as its users do, `jiemu serve` in a process of its own, with a fresh data directory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { stringify } from 'yaml'
import type { Scope } from '../core/scope.ts'

export interface Program {
  /** "http://127.0.0.1:41234" */
  readonly address: string
  readonly pid: number
}

/**
 * Resolves once the program listens; the scope ends it and removes its data.
 * @param settings as in config.example.yaml; a free port and warnings only, unless they say otherwise
 * @param dataDirectory with what it shall find there, and whose removal is its owner's; a fresh one, if left out
 * @param cores those that it and all that it starts may run on; any, if left out
 * @throws Error with what it printed, where it ends before it listens
 */
export async function startProgram(
  scope: Scope,
  {
    camerasFile,
    settings = {},
    cores,
    dataDirectory,
  }: {
    readonly camerasFile?: string
    readonly settings?: object
    readonly cores?: readonly number[] | undefined
    readonly dataDirectory?: string
  },
): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-benchmark-'))
  scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const config = join(folder, 'config.yaml')
  await writeFile(config, stringify({ listen: { port: 0 }, log: { level: 'warn' }, ...settings }))
  const cameras = camerasFile === undefined ? [] : ['--cameras', camerasFile]
  const main = join(import.meta.dirname, '../cli/main.js')
  const args = [main, 'serve', '--config', config, '--data-dir', dataDirectory ?? join(folder, 'data'), ...cameras]
  const [file, ...rest] = [...(cores ? ['taskset', '-c', cores.join()] : []), process.execPath, ...args]
  const child = spawn(file ?? '', rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  scope.defer(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4_000)
  })
  const address = await Promise.race([
    addressIn(child.stdout),
    ended.then(() => {
      throw new Error(`jiemu serve ended before it listened: ${complaint}`)
    }),
  ])
  return { address, pid: child.pid ?? 0 }
}

/** Never resolves where no line tells it. */
function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise(resolve => {
    createInterface({ input: output }).on('line', line => {
      const address = /console: (\S+?)\/?$/.exec(line)?.[1]
      if (address) resolve(address)
    })
  })
}
