// `jiemu cameras import|export`: cameras, zones, teams and policies as a file.
import { open } from 'node:fs/promises'
import { importCamerasFile } from '../app.ts'
import type { ConfigOptions } from './check.ts'
import { withStore } from './with-store.ts'

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
