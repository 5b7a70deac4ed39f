// A store for a test, on the embedded database unless told otherwise: its cluster is copied from one that is created once per checkout.
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../core/log.ts'
import { ManualClock } from '../../core/time.ts'
import { openEmbedded } from '../../store/embedded.ts'
import { openStore, type Store, type StoreOptions } from '../../store/open.ts'

const MODULES = join(import.meta.dirname, '../../node_modules')

/** Creating a cluster takes PGlite about five seconds and 850 MB, copying one a moment. */
async function template(): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(MODULES, '@electric-sql/pglite/package.json'), 'utf8'))
  const path = join(MODULES, `.cache/jiemu-pglite-${manifest.version}`)
  if (existsSync(path)) return path
  await mkdir(join(MODULES, '.cache'), { recursive: true })
  const own = await mkdtemp(join(MODULES, '.cache/jiemu-'))
  const database = await openEmbedded(own)
  await database.close()
  // Of two test files that get here at once, the first to finish wins.
  await rename(own, path).catch(() => rm(own, { recursive: true, force: true }))
  return path
}

const emptyDirectory = () => mkdtemp(join(tmpdir(), 'jiemu-test-'))

/** A directory in which a store opens at once, its tables not yet made. Whoever asked for it removes it. */
export async function preparedDirectory(): Promise<string> {
  const path = await emptyDirectory()
  await cp(join(await template(), 'pg'), join(path, 'pg'), { recursive: true })
  return path
}

export interface TestStore {
  readonly store: Store
  readonly directory: string
  readonly clock: ManualClock
  /** Closes the store and removes its directory. */
  dispose(): Promise<void>
}

/** @param options what shall differ from a silent store whose clock stands at 2026-01-05T08:00+08:00 */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const clock = new ManualClock(Date.parse('2026-01-05T08:00:00+08:00'))
  const directory = options.dataDirectory ?? (await (options.databaseUrl ? emptyDirectory() : preparedDirectory()))
  const store = await openStore({ clock, log: silentLog, ...options, dataDirectory: directory })
  const dispose = async () => {
    await store.close()
    await rm(directory, { recursive: true, force: true })
  }
  return { store, directory, clock, dispose }
}
