// Two ways from a camera's RTSP stream to a browser: transcoded to MPEG-1 over a WebSocket, and remuxed to fragmented MP4.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { JiemuError } from '../../core/errors.ts'
import { Scope } from '../../core/scope.ts'
import { systemClock } from '../../core/time.ts'
import { rtsp } from '../../streams/kinds/rtsp.ts'
import { pause } from '../../streams/pause.ts'
import { CLIP } from '../make-1080p.ts'
import { FragmentedMp4 } from './fragmented-mp4.ts'
import type { loadBaselines } from './packages.ts'

export interface LiveDeps {
  readonly url: string
  readonly port: number
  readonly baselines: ReturnType<typeof loadBaselines>
  /** Called once a viewer can connect to `port`. */
  readonly ready: () => void
}

/** By name: serves one viewer on `port` until the stream is over. */
export const LIVE_VIEWS = {
  'node-rtsp-stream, MPEG-1 over WebSocket': {
    scheme: 'ws',
    async serve({ url, port, baselines, ready }: LiveDeps): Promise<void> {
      // Its default of 200 kbit/s would show squares at this size: it gets the camera's own rate.
      const ffmpegOptions = { '-stats': '', '-r': String(CLIP.fps), '-b:v': String(CLIP.bitRate) }
      const stream = new baselines.RtspStream({ name: 'street', streamUrl: url, wsPort: port, ffmpegOptions })
      const ended = once(stream.stream, 'close')
      await once(stream.wsServer, 'listening')
      ready()
      await ended
      stream.wsServer.close()
    },
  },

  'node-av, remuxed to fragmented MP4': {
    scheme: 'http',
    async serve({ url, port, ready }: LiveDeps): Promise<void> {
      const server = createServer().listen(port, '127.0.0.1')
      await once(server, 'listening')
      ready()
      const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
      response.writeHead(200, { 'content-type': 'video/mp4' })
      await remux(url, response)
      response.end()
      server.close()
    },
  },
} as const

/** Writes what the camera sends, until it ends. */
async function remux(url: string, response: ServerResponse): Promise<void> {
  await using scope = new Scope()
  const source = rtsp.create({ url, transport: 'tcp' }, { pace: 'live', clock: systemClock, wait: pause, baseDir: '/' })
  let output: FragmentedMp4 | undefined
  try {
    for await (const unit of source.read(new AbortController().signal)) {
      if (unit.type === 'format' && unit.codec.parameters) {
        const opened = await FragmentedMp4.open(unit.codec.parameters, unit.tickMs, bytes => response.write(bytes))
        output = scope.use(opened, it => it.close())
      }
      if (unit.type === 'packet') await output?.write(unit.packet)
    }
  } catch (error) {
    // A camera's stream has no regular end; the test server's has.
    if (!(error instanceof JiemuError && error.code === 'source-ended')) throw error
  }
}
