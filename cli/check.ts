// `jiemu check`: the settings as they are understood, secrets masked; and whether `serve` would take them.
import { stringify } from 'yaml'
import { checkListen } from '../api/listen.ts'
import { buildNotifiers } from '../app.ts'
import { loadConfig, masked } from '../config.ts'
import { silentLog } from '../core/log.ts'

export interface ConfigOptions {
  readonly config?: string
  readonly dataDir?: string
}

/** @throws JiemuError config-invalid, config-unknown-key, kind-unknown, options-invalid or listen-unsafe */
export function check(options: ConfigOptions): void {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  process.stdout.write(stringify(masked(config)))
  // `serve` would refuse these too, but only later.
  buildNotifiers(config, silentLog)
  checkListen(config.listen)
}
