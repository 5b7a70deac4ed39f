// An RTSP server that misbehaves on purpose: each camera's fault is switched on and off while it runs; for tests only.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { ElementaryStream } from './access-units.ts'
import { type Fault, FaultySession, type ShownCamera } from './faulty-session.ts'

export type { Fault } from './faulty-session.ts'

export interface CameraSettings extends Pick<ShownCamera, 'clip' | 'fps'> {
  readonly otherClip?: ElementaryStream
  /** What its sender reports say the time is; undefined: it sends none. The truth, if left out. */
  readonly clock?: ShownCamera['clock']
}

export interface FaultyRtsp {
  readonly port: number
  url(name: string): string
  /** Takes effect with the next picture. */
  set(name: string, fault: Fault | 'none'): void
  /** How often somebody came, connection by connection: instants of `performance.now()`. */
  readonly attempts: readonly number[]
  /** Hangs up on all and listens no more: whoever comes is refused. */
  refuse(): Promise<void>
  /** Listens again, on the same port. */
  admit(): Promise<void>
  close(): Promise<void>
}

/** How often it is looked what is due: pictures come so much late at most. */
const TICK_MS = 10

export async function startFaultyRtsp(settings: Readonly<Record<string, CameraSettings>>): Promise<FaultyRtsp> {
  const cameras = new Map<string, ShownCamera>(
    Object.entries(settings).map(([name, camera]) => [
      name,
      {
        ...{ clip: camera.clip, fps: camera.fps, otherClip: camera.otherClip ?? camera.clip },
        clock: camera.clock ?? (trueMs => trueMs),
        fault: 'none',
      },
    ]),
  )
  const sessions = new Map<Socket, FaultySession>()
  const attempts: number[] = []
  const server = createServer({ noDelay: true }, socket => {
    attempts.push(performance.now())
    const session = new FaultySession(socket, name => cameras.get(name))
    sessions.set(socket, session)
    socket.on('data', bytes => session.take(bytes))
    // Whoever hangs up in the middle of a picture is no news here.
    socket.on('error', () => undefined)
    socket.on('close', () => sessions.delete(socket))
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const refuse = async () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sessions.keys()) socket.destroy()
    await closed
  }
  const port = await listen(0)
  const ticking = setInterval(() => {
    for (const session of sessions.values()) session.tick()
  }, TICK_MS)
  return {
    port,
    url: name => `rtsp://127.0.0.1:${port}/${name}`,
    set(name, fault) {
      const camera = cameras.get(name)
      if (!camera) throw new Error(`no camera ${name}`)
      camera.fault = fault
    },
    attempts,
    refuse,
    admit: async () => void (await listen(port)),
    async close() {
      clearInterval(ticking)
      if (server.listening) await refuse()
    },
  }
}
