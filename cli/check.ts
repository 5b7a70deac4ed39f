// `jiemu check`: the settings as they are understood, secrets masked.
import { stringify } from 'yaml'
import { loadConfig, masked } from '../config.ts'

export interface ConfigOptions {
  readonly config?: string
  readonly dataDir?: string
}

export function check(options: ConfigOptions): void {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  process.stdout.write(stringify(masked(config)))
}
