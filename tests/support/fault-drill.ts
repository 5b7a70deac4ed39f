// The drill of misbehaving cameras: the built program with one shard, a fault for each camera, and what it says of them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { CameraHealth, StreamState } from '../../core/health.ts'
import { Scope } from '../../core/scope.ts'
import { encodeVideo } from '../../streams/encode.ts'
import { movingBar } from '../../streams/moving-bar.ts'
import { type ElementaryStream, readElementaryStream } from './access-units.ts'
import { preparedDirectory } from './embedded.ts'
import { type Fault, type FaultyRtsp, startFaultyRtsp } from './faulty-rtsp.ts'
import { type Running, startJiemu, temporaryFolder, waitFor } from './jiemu.ts'

export interface FaultCase {
  readonly fault: Fault | 'refused'
  readonly state: StreamState
  readonly code: string | null
  /** What was said before that, where all is well again by then. */
  readonly logged?: string
  /** Whether the connection is kept throughout. */
  readonly keeps?: true
  /** How long it lasts at least. */
  readonly lastsMs?: number
  /** What else is to be seen of it before it counts as met. */
  readonly shows?: (health: CameraHealth) => boolean
}

const HOUR_MS = 3_600_000

/** What the product is to say of each. */
export const FAULT_CASES: readonly FaultCase[] = [
  { fault: 'stalled', state: 'retrying', code: 'source-stalled' },
  { fault: 'half-packet', state: 'retrying', code: 'source-stalled' },
  { fault: 'drip', state: 'retrying', code: 'source-stalled' },
  { fault: 'mute', state: 'retrying', code: 'source-unreachable' },
  { fault: 'refused', state: 'retrying', code: 'source-unreachable', lastsMs: 60_000 },
  { fault: 'unauthorised', state: 'retrying', code: 'source-unauthorised' },
  { fault: 'garbage', state: 'online', code: 'source-corrupt' },
  { fault: 'wrong-sps', state: 'online', code: 'source-corrupt' },
  { fault: 'huge-sps', state: 'online', code: 'source-corrupt' },
  {
    fault: 'clock-jump',
    keeps: true,
    state: 'online',
    code: 'camera-clock-off',
    shows: it => (it.clockSkewMs ?? 0) > HOUR_MS / 2,
  },
  { fault: 'resized', keeps: true, state: 'online', code: null, shows: it => it.widthPx === 480 },
  { fault: 'zero-fps', state: 'online', code: null, shows: it => it.reconnects > 0 },
  {
    ...{ fault: 'keyless', state: 'online', code: null, logged: 'source-keyless' },
    // Pictures after the only key frame that the new connection has.
    shows: ({ reconnects, lastFrameAt, since }) => reconnects > 0 && (lastFrameAt ?? 0) > since + 1_000,
  },
  { fault: 'burst', keeps: true, state: 'online', code: null, shows: it => (it.keyframeIntervalMs ?? 1_000) < 600 },
]

export interface FaultOutcome {
  readonly said: Pick<CameraHealth, 'state'> & { readonly code: string | null }
  /** From the fault's beginning to what was said, and from its end to pictures without a problem. */
  readonly saidAfterMs: number
  readonly recoveredAfterMs: number
  /** Frames that were analysed while it lasted, where its pictures go on. */
  readonly analysedMeanwhile: number
  /** From the fault's beginning until it was over. */
  readonly reconnects: number
}

export interface HerdOutcome {
  readonly cameras: number
  /** From the moment that connections were accepted again until all were online. */
  readonly backAfterMs: number
  /** Connections in the busiest second. */
  readonly mostPerSecond: number
}

const HERD = 100
const HERD_GONE_MS = 5_000
const FPS = 25
const CONTROL = 'control'
/** Long enough that a camera whose pictures go on has shown some. */
const LEAST_FAULT_MS = 3_000

/** Two clips of four groups, a small one for the many, and a minute with a single key frame. */
async function clips(
  folder: string,
): Promise<Readonly<Record<'usual' | 'other' | 'small' | 'keyless', ElementaryStream>>> {
  const make = async (widthPx: number, heightPx: number, fps: number, gopFrames: number, groups = 4) => {
    const path = join(folder, `${widthPx}-${gopFrames}.h264`)
    const shape = { path, widthPx, heightPx, fps, gopFrames, codec: 'h264' } as const
    await encodeVideo(shape, movingBar(widthPx, heightPx, groups * gopFrames))
    return readElementaryStream(path)
  }
  return {
    usual: await make(320, 240, FPS, FPS),
    other: await make(480, 360, FPS, FPS),
    small: await make(160, 120, 5, 20),
    keyless: await make(320, 240, FPS, 60 * FPS, 1),
  }
}

export class FaultDrill {
  readonly running: Running
  readonly #server: FaultyRtsp
  /** Cameras behind a door of their own, that can be shut. */
  readonly #refusing: FaultyRtsp
  readonly #herd: FaultyRtsp
  readonly #scope: Scope

  private constructor(running: Running, servers: readonly [FaultyRtsp, FaultyRtsp, FaultyRtsp], scope: Scope) {
    this.running = running
    ;[this.#server, this.#refusing, this.#herd] = servers
    this.#scope = scope
  }

  /** Resolves once every camera is online. */
  static async open(): Promise<FaultDrill> {
    const scope = new Scope()
    try {
      const folder = temporaryFolder('faults')
      scope.defer(folder.remove)
      const { usual, other, small, keyless } = await clips(folder.path)
      const each = { clip: usual, otherClip: other, fps: FPS }
      const settingsOf = (name: string, settings: typeof each) =>
        name === 'keyless' ? { ...settings, otherClip: keyless } : settings
      const serve = async (names: readonly string[], settings: typeof each) => {
        const cameras = Object.fromEntries(names.map(name => [name, settingsOf(name, settings)]))
        return scope.use(await startFaultyRtsp(cameras), it => it.close())
      }
      const names = [CONTROL, ...FAULT_CASES.map(({ fault }) => fault).filter(fault => fault !== 'refused')]
      const herdNames = Array.from({ length: HERD }, (_, index) => `herd-${index}`)
      const servers = [
        await serve(names, each),
        await serve(['refused'], each),
        await serve(herdNames, { clip: small, otherClip: small, fps: 5 }),
      ] as const
      const cameras = ([names, ['refused'], herdNames] as const).flatMap((group, index) =>
        group.map(id => ({
          ...{ id, name: id, street: 's', grid: 'g' },
          source: { kind: 'rtsp', url: servers[index]?.url(id) },
        })),
      )
      const [camerasFile, config] = ['cameras.yaml', 'config.yaml'].map(name => join(folder.path, name)) as [
        string,
        string,
      ]
      writeFileSync(camerasFile, stringify({ cameras }))
      writeFileSync(config, 'shards: 1\n')
      const dataDir = await preparedDirectory()
      const running = await startJiemu({ args: ['--config', config, '--cameras', camerasFile], dataDir })
      scope.defer(() => running.end())
      const drill = new FaultDrill(running, servers, scope)
      await drill.#until('all cameras online', all => all.length === cameras.length && all.every(isWell))
      return drill
    } catch (error) {
      await scope.close()
      throw error
    }
  }

  /** Makes its camera misbehave until the product says so, and behave again until all is well. */
  async run({ fault, state, code, shows = () => true, lastsMs = LEAST_FAULT_MS }: FaultCase): Promise<FaultOutcome> {
    const first = await this.#healthOf(fault)
    const begunAt = performance.now()
    if (fault === 'refused') await this.#refusing.refuse()
    else this.#server.set(fault, fault)
    const said = await this.#untilCamera(
      `${code ?? 'pictures'} of ${fault}`,
      fault,
      it => it.state === state && (it.problem?.code ?? null) === code && shows(it),
    )
    const saidAfterMs = performance.now() - begunAt
    if (saidAfterMs < lastsMs) await delay(lastsMs - saidAfterMs)
    const meanwhile = await this.#healthOf(fault)
    const endedAt = performance.now()
    if (fault === 'refused') await this.#refusing.admit()
    else this.#server.set(fault, 'none')
    const before = meanwhile.framesAnalysed
    const after = await this.#untilCamera(
      `${fault} to be over`,
      fault,
      it => isWell(it) && it.framesAnalysed > before + 1,
    )
    return {
      said: { state: said.state, code: said.problem?.code ?? null },
      saidAfterMs: Math.round(saidAfterMs),
      recoveredAfterMs: Math.round(performance.now() - endedAt),
      analysedMeanwhile: before - first.framesAnalysed,
      reconnects: after.reconnects - first.reconnects,
    }
  }

  /** A hundred cameras are gone at once, and come back at once. */
  async herd(): Promise<HerdOutcome> {
    const ofHerd = (all: readonly CameraHealth[]) => all.filter(({ cameraId }) => cameraId.startsWith('herd-'))
    await this.#herd.refuse()
    await this.#until('all of them gone', all => ofHerd(all).every(({ state }) => state === 'retrying'))
    await delay(HERD_GONE_MS)
    const admittedAt = performance.now()
    await this.#herd.admit()
    await this.#until('all of them back', all => ofHerd(all).every(isWell))
    const backAfterMs = Math.round(performance.now() - admittedAt)
    return { cameras: HERD, backAfterMs, mostPerSecond: most(this.#herd.attempts.filter(at => at >= admittedAt)) }
  }

  /** The camera that does nothing wrong, and how often its shard has been started again. */
  async control(): Promise<{ readonly health: CameraHealth; readonly restarts: number; readonly shardMb: number }> {
    const metrics = await (await fetch(`${this.running.address}/metrics`)).text()
    const gauge = (name: string) => Number(new RegExp(`^${name}\\{shard="0"\\} (\\S+)`, 'm').exec(metrics)?.[1])
    return {
      health: await this.#healthOf(CONTROL),
      restarts: gauge('jiemu_shard_restarts_total'),
      shardMb: Math.round(gauge('jiemu_shard_resident_bytes') / 1_048_576),
    }
  }

  close(): Promise<void> {
    return this.#scope.close()
  }

  async #all(): Promise<readonly CameraHealth[]> {
    const { items } = await this.running.get<{ items: { id: string; health: CameraHealth | null }[] }>('/api/cameras')
    return items.flatMap(({ id, health }) => (health ? [{ ...health, cameraId: id as CameraHealth['cameraId'] }] : []))
  }

  async #healthOf(id: string): Promise<CameraHealth> {
    const found = (await this.#all()).find(({ cameraId }) => cameraId === id)
    if (!found) throw new Error(`nothing is known of ${id}`)
    return found
  }

  #until(what: string, is: (all: readonly CameraHealth[]) => boolean): Promise<unknown> {
    return waitFor(what, async () => is(await this.#all()))
  }

  #untilCamera(what: string, id: string, is: (health: CameraHealth) => boolean): Promise<CameraHealth> {
    return waitFor(what, async () => {
      const health = await this.#healthOf(id)
      return is(health) && health
    })
  }
}

const isWell = ({ state, problem }: CameraHealth): boolean => state === 'online' && problem === null

/** How many of these instants lie in one second, at most. */
function most(instants: readonly number[]): number {
  return Math.max(0, ...instants.map(from => instants.filter(at => at >= from && at < from + 1_000).length))
}
