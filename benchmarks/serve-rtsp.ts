// A real RTSP server with as many cameras as are to be measured, in a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { JiemuError } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'
import { GOP_MS } from './long-clip.ts'
import { ROOT } from './provenance.ts'

/** Debian's own Python is the one that sees `python3-gi`. */
const PYTHON = '/usr/bin/python3'

export interface Feeder {
  /** One for each camera. */
  readonly urls: readonly string[]
  /** Of the server, so that its cost can be told apart. */
  readonly pid: number
}

/**
 * Serves a file under as many names as there are to be cameras; each begins with its first viewer.
 * @param staggered whether the cameras' key frames are spread evenly over a group of pictures, as those of cameras that
 * know nothing of each other are; otherwise viewers that come together see them together
 * @throws JiemuError request-invalid where the server cannot start: it needs the Debian packages that .ci/run installs
 */
export async function serveRtsp(scope: Scope, path: string, cameras: number, staggered = false): Promise<Feeder> {
  const names = Array.from({ length: cameras }, (_, index) => `camera-${index + 1}`)
  const lateMs = (index: number) => (staggered ? Math.round((index / cameras) * GOP_MS) : 0)
  const script = join(ROOT, 'tests/support/rtsp-server.py')
  const media = names.map((name, index) => `${name}=late:${lateMs(index)}:${path}`)
  const server = spawn(PYTHON, [script, '0', '-', ...media], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(server, 'exit')
  scope.defer(async () => {
    server.kill('SIGKILL')
    await ended
  })
  const [port] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    ended.then(([code]) => {
      const problem = `the RTSP server ended with ${code}: it needs the Debian packages that .ci/run installs`
      throw new JiemuError('request-invalid', { problem })
    }),
  ])) as [string]
  return { urls: names.map(name => `rtsp://127.0.0.1:${port}/${name}`), pid: server.pid ?? 0 }
}
