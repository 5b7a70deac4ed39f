// Starts dispatch in a process of its own, on one of the back ends, and talks to it as a shard talks to main.
import { fork } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Observation } from '../../core/observation.ts'
import type { Scope } from '../../core/scope.ts'
import type { EpochMs } from '../../core/time.ts'
import { type DeskSettings, type FromDesk, SETTINGS_VARIABLE, type ToDesk } from './contract.ts'
import type { Assigned, Committed, StoredRecords } from './reckon.ts'
import { loadedDistrict } from './street.ts'

export interface Desk {
  readonly pid: number
  /** What the ledger has acknowledged since `clear`. */
  readonly committed: readonly Committed[]
  /** The jobs whose assignment is committed since `clear`. */
  readonly assigned: readonly Assigned[]
  clear(): void
  send(observation: Observation): void
  /** Waits until no work is left, for so long as that can take. @throws AbortError when the signal comes */
  records(since: EpochMs, signal: AbortSignal): Promise<{ readonly settled: boolean; readonly records: StoredRecords }>
  /** Aborted, with the reason, once the process has ended. */
  readonly ended: AbortSignal
}

export type Servers = Pick<DeskSettings, 'databaseUrl' | 'redisUrl'>

const STOP_WITHIN_MS = 15_000

/** Resolves once dispatch takes observations; the scope ends the process and removes its data. */
export async function startDesk(scope: Scope, servers: Servers, receiverUrl: string): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-dispatch-load-'))
  scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const camerasFile = join(folder, 'cameras.yaml')
  await writeFile(camerasFile, stringify(loadedDistrict(), { aliasDuplicateObjects: false }))
  const settings: DeskSettings = { ...servers, dataDir: join(folder, 'data'), camerasFile, receiverUrl }
  const child = fork(join(import.meta.dirname, '../dispatch-desk-child.js'), {
    serialization: 'advanced',
    env: { ...process.env, [SETTINGS_VARIABLE]: JSON.stringify(settings) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const gone = new AbortController()
  void ended.then(([code, signal]) =>
    gone.abort(new Error(`the process under load ended with ${signal ?? `code ${code}`}`)),
  )
  const committed: Committed[] = []
  const assigned: Assigned[] = []
  child.on('message', (message: FromDesk) => {
    if (message.type === 'committed') committed.push(message)
    if (message.type === 'assigned') assigned.push(message)
  })
  const say = (message: ToDesk) => void child.send(message, () => undefined)
  const heard = async <Type extends FromDesk['type']>(type: Type, signal: AbortSignal) => {
    for await (const [message] of on(child, 'message', { signal }) as AsyncIterable<[FromDesk]>) {
      if (message.type === type) return message as Extract<FromDesk, { type: Type }>
    }
    throw new Error(`nothing was heard of "${type}"`)
  }
  scope.defer(async () => {
    say({ type: 'stop' })
    await Promise.race([ended, delay(STOP_WITHIN_MS, undefined, { ref: false })])
    child.kill('SIGKILL')
    await ended
  })
  await heard('ready', gone.signal).catch(thrown => {
    throw gone.signal.reason ?? thrown
  })
  return {
    pid: child.pid ?? 0,
    committed,
    assigned,
    ended: gone.signal,
    clear() {
      committed.length = 0
      assigned.length = 0
    },
    send: observation => say({ type: 'observation', observation }),
    records(since, signal) {
      const told = heard('told', signal)
      say({ type: 'tell', since })
      return told
    },
  }
}
