// The two packages that Jiemu is measured against, from this folder's own node_modules: `npm ci --prefix benchmarks/baselines`.
import { spawnSync } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** As far as it is used; both packages come without types. */
export interface FfmpegCommand {
  inputOptions(...options: string[]): FfmpegCommand
  videoFilters(...filters: string[]): FfmpegCommand
  outputOptions(...options: string[]): FfmpegCommand
  noAudio(): FfmpegCommand
  format(name: string): FfmpegCommand
  on(event: 'error', listener: (error: Error) => void): FfmpegCommand
  on(event: 'end', listener: () => void): FfmpegCommand
  pipe(): Readable
}

export interface MpegStream {
  /** The FFmpeg program that it started. */
  readonly stream: EventEmitter
  readonly wsServer: EventEmitter & { close(): void }
}

export interface MpegStreamOptions {
  readonly name: string
  readonly streamUrl: string
  readonly wsPort: number
  readonly ffmpegOptions: Readonly<Record<string, string>>
}

export interface WebSocketClient {
  on(event: 'message', listener: (bytes: Buffer) => void): void
  on(event: 'close' | 'error', listener: () => void): void
}

/** @returns what this machine lacks for them, by name; empty where it lacks nothing */
export function baselinesAbsent(root: string): string {
  const lacking: string[] = []
  if (spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).error) lacking.push('ffmpeg')
  try {
    loadBaselines(root)
  } catch {
    lacking.push('the packages of `npm ci --prefix benchmarks/baselines`')
  }
  return lacking.join(' and ')
}

/** @param root of the checkout: the compiled program lies elsewhere */
export function loadBaselines(root: string) {
  const load = createRequire(join(root, 'benchmarks/baselines/package.json'))
  const version = (name: string): string => (load(`${name}/package.json`) as { version: string }).version
  return {
    ffmpeg: load('fluent-ffmpeg') as (input: string) => FfmpegCommand,
    RtspStream: load('node-rtsp-stream') as new (options: MpegStreamOptions) => MpegStream,
    WebSocket: load('ws') as new (url: string) => WebSocketClient,
    versions: { 'fluent-ffmpeg': version('fluent-ffmpeg'), 'node-rtsp-stream': version('node-rtsp-stream') },
  }
}
