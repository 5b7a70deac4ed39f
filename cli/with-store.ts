// Opens the store for one command, beside a running `jiemu serve` or alone, and closes it again.
import { openConfiguredStore } from '../app.ts'
import { loadConfig } from '../config.ts'
import { silentLog } from '../core/log.ts'
import type { Store } from '../store/open.ts'
import type { ConfigOptions } from './check.ts'

export async function withStore<T>(options: ConfigOptions, work: (store: Store) => Promise<T>): Promise<T> {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  const store = await openConfiguredStore(config, silentLog, { join: true })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
