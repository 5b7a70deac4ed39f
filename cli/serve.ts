// `jiemu serve`: the main process, until it is told to stop.
import { join } from 'node:path'
import { pino } from 'pino'
import { buildMain } from '../app.ts'
import { loadConfig } from '../config.ts'
import { toJiemuError } from '../core/errors.ts'
import { armFailpoint } from '../core/failpoint.ts'
import { joinRealFootage, prepareDemo } from './demo.ts'

export interface ServeOptions {
  readonly config?: string
  readonly dataDir?: string
  readonly cameras?: readonly string[]
  readonly host?: string
  readonly port?: number
  readonly demo: boolean
  readonly allowFailpoints: boolean
}

export async function serve(options: ServeOptions): Promise<void> {
  armFailpoint(options.allowFailpoints)
  const dataDir = options.dataDir ?? (options.demo ? join('data', 'demo') : undefined)
  // The demo keeps to itself: it must not leave its cameras and policies in a real database.
  const { DATABASE_URL, REDIS_URL, ...alone } = process.env
  const config = loadConfig(options.config, options.demo ? alone : process.env, { ...options, dataDir })
  const log = pino({ level: config.log.level, base: {} }, pino.destination(2))
  const demoFiles = options.demo ? [await prepareDemo(config.dataDir)] : []
  const main = await buildMain(config, log, [...demoFiles, ...(options.cameras ?? [])])
  // On standard output, not in the log: whoever opens the link first becomes the administrator.
  const setUp = main.setUp ? `\nset-up:  ${main.setUp}\n         makes the first administrator, once, within 24 h` : ''
  console.log(`console: ${main.address}/${setUp}`)

  let stopping = false
  const stop = (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    main.close().then(
      () => process.exit(0),
      (thrown: unknown) => {
        log.error({ code: toJiemuError(thrown).code }, toJiemuError(thrown).message)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  if (options.demo) await joinRealFootage(config.dataDir, main, log)
}
