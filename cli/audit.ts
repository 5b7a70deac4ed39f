// `jiemu audit verify`: whether every log is as it was written, and which row of it is not.
import { openConfiguredStore } from '../app.ts'
import { loadConfig } from '../config.ts'
import { silentLog } from '../core/log.ts'
import type { ConfigOptions } from './check.ts'

/** Sets the exit status to 1 where a row was changed, dropped or slipped in. */
export async function verifyAudit(options: ConfigOptions): Promise<void> {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  const store = await openConfiguredStore(config, silentLog, { join: true })
  try {
    for (const { chain, rows, broken } of await store.audit.verify()) {
      console.log(
        `${chain}: ${rows} rows${broken ? `, and then not as written: ${broken}` : ', all as they were written'}`,
      )
      if (broken) process.exitCode = 1
    }
  } finally {
    await store.close()
  }
}
