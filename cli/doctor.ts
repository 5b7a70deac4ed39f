// `jiemu doctor`: tries everything that the program needs, and says what to do about what is missing.
import { openConfiguredStore } from '../app.ts'
import { type Config, loadConfig, networksOf } from '../config.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { StreamHealth } from '../core/health.ts'
import { silentLog } from '../core/log.ts'
import { systemClock } from '../core/time.ts'
import { openQueue } from '../dispatch/queue.ts'
import { loadModel, modelDirectories, readManifest } from '../models/manifest.ts'
import type { Store } from '../store/open.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { codecsReport } from '../streams/codecs.ts'
import { openDetectors } from '../watch/detectors.ts'
import type { ConfigOptions } from './check.ts'

/** How long a camera may take to show its first picture. */
const CAMERA_LIMIT_MS = 15_000

/** One finding a line; the exit code is 1 where something is wrong. */
export async function doctor(options: ConfigOptions): Promise<void> {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  let wrong = 0
  const examine = async (what: string, work: () => Promise<string>) => {
    try {
      console.log(`ok    ${what}: ${await work()}`)
    } catch (thrown) {
      wrong++
      const { code, message, hint } = thrown instanceof Troubled ? thrown.problem : toJiemuError(thrown)
      console.log(`WRONG ${what}: ${message} [${code}]\n      ${hint}`)
    }
  }
  await examine('FFmpeg', async () => codecsReport())
  const directories = modelDirectories(config.dataDir)
  for (const directory of directories) {
    for (const { name } of await readManifest(directory)) {
      await examine(`model ${name}`, async () => {
        const { card } = await loadModel(name, { directories })
        return `sha256 ${card.sha256.slice(0, 12)}… as in the manifest`
      })
    }
  }
  await examine('ONNX Runtime', async () => {
    const detectors = await openDetectors(networksOf(config))
    await detectors.close()
    return `runs ${config.model} and ${config.conditionModel}`
  })
  await examineStore(config, examine)
  if (wrong > 0) process.exitCode = 1
}

async function examineStore(
  config: Config,
  examine: (what: string, work: () => Promise<string>) => Promise<void>,
): Promise<void> {
  await examine('database', async () => {
    const store = await openConfiguredStore(config, silentLog, { join: true })
    try {
      const { backend, problem } = await store.health()
      if (problem) throw problem
      await examine('queue', () => queueDepth(config, store))
      for (const camera of await store.configuration.cameras()) {
        await examine(`camera ${camera.id}`, () => firstPicture(camera))
      }
      return backend
    } finally {
      await store.close()
    }
  })
}

async function queueDepth(config: Config, store: Store): Promise<string> {
  const { redisUrl } = config
  const queue = await openQueue({
    ...(redisUrl ? { redisUrl } : {}),
    postgres: store.queueConnection,
    name: 'doctor',
    perform: async () => undefined,
    log: silentLog,
  })
  try {
    await queue.depth()
    return redisUrl ? 'Redis' : 'in the database'
  } finally {
    await queue.close()
  }
}

type Problem = NonNullable<StreamHealth['problem']>

/** What a stream says of itself, with its own code and hint. */
class Troubled extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

async function firstPicture(camera: Parameters<typeof openCameraStream>[0]): Promise<string> {
  const stream = openCameraStream(camera, {
    pace: 'live',
    clock: systemClock,
    log: silentLog,
    baseDir: process.cwd(),
  })
  const limit = setTimeout(() => void stream.close(), CAMERA_LIMIT_MS)
  try {
    for await (const frame of stream.frames()) {
      frame.picture?.release()
      const { codec, widthPx, heightPx } = stream.health()
      return `${codec ?? 'recorded'} ${widthPx ?? '?'}×${heightPx ?? '?'}`
    }
    const { problem } = stream.health()
    if (problem) throw new Troubled(problem)
    const late = `no picture within ${CAMERA_LIMIT_MS / 1_000} s`
    throw new JiemuError('source-unreachable', { source: camera.id, problem: late })
  } finally {
    clearTimeout(limit)
    await stream.close()
  }
}
