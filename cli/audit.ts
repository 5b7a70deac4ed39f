// `jiemu audit verify`: whether every log is as it was written, and which row of it is not.
import type { ConfigOptions } from './check.ts'
import { withStore } from './with-store.ts'

/** Sets the exit status to 1 where a row was changed, dropped or slipped in. */
export async function verifyAudit(options: ConfigOptions): Promise<void> {
  const chains = await withStore(options, store => store.audit.verify())
  for (const { chain, rows, broken } of chains) {
    console.log(
      `${chain}: ${rows} rows${broken ? `, and then not as written: ${broken}` : ', all as they were written'}`,
    )
    if (broken) process.exitCode = 1
  }
}
