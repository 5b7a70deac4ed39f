// Starts a real RTSP server (GStreamer's) that serves files; for tests only.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

export interface RtspServer {
  readonly port: number
  /** With the user name and password, where the server asks for them. */
  url(name: string): string
  /** Stops answering, with its connections open, like a camera that hangs; and goes on. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

export interface RtspServerOptions {
  /** Path of the MP4 file (H.264 or H.265) by the name it is served under. */
  readonly files?: Readonly<Record<string, string>>
  /** The same, of which only the first picture is shown, again and again, the same bytes for ever. */
  readonly stills?: Readonly<Record<string, string>>
  readonly user?: string
  readonly password?: string
  /** A free one, if left out. */
  readonly port?: number
}

/** Debian's own Python is the one that sees `python3-gi`. */
const PYTHON = '/usr/bin/python3'
const PACKAGES =
  'python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad'

/**
 * Resolves once the server listens.
 * @throws Error that names the Debian packages, where the server cannot start
 */
export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const { files = {}, stills = {}, user, password, port = 0 } = options
  const credentials = user === undefined ? '-' : `${user}:${password ?? ''}`
  const script = path.join(import.meta.dirname, 'rtsp-server.py')
  const media = [
    ...Object.entries(files).map(([name, file]) => `${name}=${path.resolve(file)}`),
    ...Object.entries(stills).map(([name, file]) => `${name}=still:${path.resolve(file)}`),
  ]
  const server = spawn(PYTHON, [script, String(port), credentials, ...media], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(server, 'close').catch((error: unknown) => [error])
  let complaint = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000)
  })
  const boundPort = await Promise.race([firstLine(server.stdout), ended])
  if (typeof boundPort !== 'string') {
    throw new Error(
      `the RTSP server did not start; it needs the Debian packages ${PACKAGES}: ${complaint || boundPort}`,
    )
  }
  const userInfo = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`
  return {
    port: Number(boundPort),
    url: name => `rtsp://${userInfo}127.0.0.1:${boundPort}/${name}`,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGKILL')
      await ended
    },
  }
}

/** Never resolves where the stream ends without a line. */
function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise(resolve => createInterface({ input: stream }).once('line', resolve))
}
