// `jiemu cameras import|export`: cameras, zones, teams and policies as a file.
import { open } from 'node:fs/promises'
import { importCamerasFile, openConfiguredStore } from '../app.ts'
import { loadConfig } from '../config.ts'
import { silentLog } from '../core/log.ts'
import type { Store } from '../store/open.ts'
import type { ConfigOptions } from './check.ts'

async function withStore<T>(options: ConfigOptions, work: (store: Store) => Promise<T>): Promise<T> {
  const config = loadConfig(options.config, process.env, { dataDir: options.dataDir })
  const store = await openConfiguredStore(config, silentLog, { join: true })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

export async function importCameras(file: string, options: ConfigOptions): Promise<void> {
  const changes = await withStore(options, store => importCamerasFile(store, file))
  console.log(changes.length > 0 ? changes.join('\n') : 'nothing to change')
}

export async function exportCameras(
  file: string | undefined,
  options: ConfigOptions & { readonly withSecrets: boolean },
): Promise<void> {
  const document = await withStore(options, store => store.configuration.exportCameras(options))
  if (file === undefined) process.stdout.write(document)
  else await writePrivately(file, document)
}

/** Also where the file is there already, and open to others: its mode is changed before anything is written. */
async function writePrivately(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}
