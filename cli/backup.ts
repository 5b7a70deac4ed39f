// `jiemu backup` and `jiemu restore`: everything in one file, and from it again.
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { openConfiguredStore } from '../app.ts'
import { loadConfig, PACKAGE } from '../config.ts'
import { silentLog } from '../core/log.ts'
import { restoreBackup } from '../store/backup/restore.ts'
import type { ConfigOptions } from './check.ts'
import { CountBar } from './count-bar.ts'

export interface BackupOptions extends ConfigOptions {
  readonly withKey: boolean
  readonly withDetections: boolean
}

/** Beside a running `jiemu serve` too. The exit code is 1 where a picture could not be copied. */
export async function backup(file: string, options: BackupOptions): Promise<void> {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  const store = await openConfiguredStore(config, silentLog, { join: true })
  const bar = new CountBar('rows and pictures')
  const path = resolve(file)
  try {
    await store.register.record({
      who: `cli:${userInfo().username}`,
      role: null,
      purpose: 'backup',
      evidenceId: null,
      incidentId: null,
      jobId: null,
      streetId: null,
      address: null,
      subject: path,
    })
    const { withKey, withDetections } = options
    const result = await store.backup({
      file: path,
      program: PACKAGE.version,
      withKey,
      withDetections,
      onProgress: (done, total) => bar.show(done, total),
    })
    bar.stop()
    const { rows, pictures, bytes, missing, readingMs, manifestSha256 } = result
    console.log(`${path}: ${rows} rows, ${pictures} pictures, ${(bytes / 1e6).toFixed(1)} MB`)
    console.log(`read in ${(readingMs / 1_000).toFixed(1)} s; manifest ${manifestSha256}`)
    console.log(
      withKey
        ? 'THE SECRET KEY IS IN IT: whoever has the file has the cameras’ passwords.'
        : 'The secret key is not in it: keep secret.key (or JIEMU_SECRET_KEY) apart, or the cameras’ passwords are lost.',
    )
    for (const { sha256, problem } of missing) console.error(`WRONG picture ${sha256}: ${problem}`)
    if (missing.length > 0) process.exitCode = 1
  } finally {
    bar.stop()
    await store.close()
  }
}

/** Into an empty data directory, and an empty database where the settings name a server. */
export async function restore(file: string, options: ConfigOptions): Promise<void> {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  const bar = new CountBar('bytes')
  const done = { checking: 0, restoring: 0 }
  try {
    const { manifest, rows, audit } = await restoreBackup({
      file: resolve(file),
      dataDirectory: config.dataDir,
      ...(config.databaseUrl ? { databaseUrl: config.databaseUrl } : {}),
      log: silentLog,
      onProgress: (step, bytes) => {
        done[step] += bytes
        bar.show(done.checking + done.restoring, 2 * done.checking)
      },
    })
    bar.stop()
    console.log(
      `${config.dataDir}: ${rows} rows, ${manifest.pictures} pictures of ${new Date(manifest.createdAt).toISOString()}`,
    )
    if (!manifest.withKey) {
      console.log('The secret key was not in it: put secret.key into the data directory before you start.')
    }
    for (const { sha256, problem } of manifest.missing)
      console.error(`WRONG picture ${sha256} was not in it: ${problem}`)
    for (const { chain, rows: checked, broken } of audit) {
      if (broken === null) console.log(`ok    ${chain}: ${checked} rows`)
      else console.error(`WRONG ${chain}: not as written: ${broken}`)
    }
    if (audit.some(({ broken }) => broken !== null)) process.exitCode = 1
  } finally {
    bar.stop()
  }
}
