// A camera of 1080p25 to measure on: the clip of make-1080p.ts, some minutes of it, from a real RTSP server.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Scope } from '../core/scope.ts'
import { CLIP, type Clip, make1080p } from './make-1080p.ts'
import { ROOT } from './provenance.ts'
import { remux } from './remux.ts'

/** Debian's own Python is the one that sees `python3-gi`. */
const PYTHON = '/usr/bin/python3'
const LENGTH_MS = (CLIP.frames / CLIP.fps) * 1_000

export interface LongClip extends Clip {
  readonly lengthMs: number
}

/** The clip over and over, without a seam in its time stamps; made once for each length. */
export async function longClip(minutes: number): Promise<LongClip> {
  const clip = await make1080p(ROOT)
  const rounds = Math.ceil((minutes * 60_000) / LENGTH_MS)
  const path = join(dirname(clip.path), `1080p25-${clip.sha256.slice(0, 8)}-${rounds}.mp4`)
  if (!existsSync(path)) {
    const part = `${path}.part.mp4`
    await remux(
      part,
      Array.from({ length: rounds }, () => ({ input: clip.path, fromMs: 0, lengthMs: LENGTH_MS })),
    )
    await rename(part, path)
  }
  return { ...clip, path, lengthMs: rounds * LENGTH_MS }
}

/**
 * Serves a file under as many names as there are to be cameras; each begins with its first viewer.
 * @throws Error where the server cannot start: it needs the Debian packages that .ci/run installs
 */
export async function serveRtsp(scope: Scope, path: string, cameras: number): Promise<readonly string[]> {
  const names = Array.from({ length: cameras }, (_, index) => `camera-${index + 1}`)
  const script = join(ROOT, 'tests/support/rtsp-server.py')
  const server = spawn(PYTHON, [script, '0', '-', ...names.map(name => `${name}=${path}`)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  scope.defer(async () => {
    server.kill('SIGKILL')
    await ended
  })
  const [port] = (await Promise.race([
    once(createInterface({ input: server.stdout }), 'line'),
    ended.then(([code]) => {
      throw new Error(`the RTSP server ended with ${code}: it needs the Debian packages that .ci/run installs`)
    }),
  ])) as [string]
  return names.map(name => `rtsp://127.0.0.1:${port}/${name}`)
}

/**
 * A camera on the clip as an entry of a cameras file. It looks where the clip's nine pictures show three cars at a kerb
 * (middle left) and the pavement of a junction (centre).
 */
export function cameraEntry(id: string, url: string, parkingOptions: object = {}) {
  return {
    id,
    name: id,
    street: 'measured',
    grid: 'measured',
    source: { kind: 'rtsp', url },
    zones: [
      { id: 'kerb', rule: 'illegal-parking', options: parkingOptions, polygon: KERB },
      { id: 'pavement', rule: 'crowding', polygon: PAVEMENT },
    ],
  }
}

const KERB = [
  [0.0, 0.56],
  [0.067, 0.587],
  [0.167, 0.6],
  [0.253, 0.6],
  [0.253, 0.64],
  [0.1, 0.64],
  [0.0, 0.607],
]
const PAVEMENT = [
  [0.52, 0.45],
  [0.66, 0.48],
  [0.66, 0.58],
  [0.52, 0.52],
]
