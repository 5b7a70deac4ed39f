// A dispatch with so many open jobs, and the lives of further jobs in it, each step of which is timed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { importCamerasFile, openConfiguredStore } from '../../app.ts'
import { loadConfig } from '../../config.ts'
import type { JobId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import type { Actor } from '../../core/permission.ts'
import type { Scope } from '../../core/scope.ts'
import { stopwatch, systemClock } from '../../core/time.ts'
import { createDispatch, type Dispatch } from '../../dispatch/desk.ts'
import { vacuum } from '../../tests/support/postgres.ts'
import type { Servers } from '../dispatch-load/desk.ts'
import { kerbs, parkedBefore, seen } from './district.ts'

/** In the order in which they are taken. */
export const STEPS = ['opened', 'assigned', 'accepted', 'arrived', 'handled', 'closed'] as const
export type StepName = (typeof STEPS)[number]
/** Milliseconds. */
export type StepTimes = Readonly<Record<StepName, number>>

export interface Street {
  /** One more job from its car's coming to its camera's seeing it gone. */
  live(index: number): Promise<StepTimes>
  /** How many jobs are open. */
  open(): Promise<number>
}

/** At once while the jobs are made, as cameras would. */
const AT_ONCE = 8
const ASSIGNED_WITHIN_MS = 30_000

/** @param openJobs made by the product itself, from observations; the scope closes all of it */
export async function openStreet(scope: Scope, servers: Servers, openJobs: number): Promise<Street> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-open-jobs-'))
  scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const camerasFile = join(folder, 'cameras.yaml')
  await writeFile(camerasFile, stringify(kerbs(), { aliasDuplicateObjects: false }))
  const config = loadConfig(undefined, { DATABASE_URL: servers.databaseUrl }, { dataDir: join(folder, 'data') })
  const store = scope.use(await openConfiguredStore(config, silentLog), it => it.close())
  await importCamerasFile(store, camerasFile)
  const assigned = new Map<string, () => void>()
  const deps = {
    ...{ store: store.dispatch, deliveries: store.deliveries, notifiers: [], clock: systemClock, log: silentLog },
    queue: { postgres: store.queueConnection },
  }
  const filling = createDispatch(deps)
  await fill(filling, openJobs)
  await filling.stop()
  await store.tidy()
  if (servers.databaseUrl) await vacuum(servers.databaseUrl)
  const dispatch = createDispatch({
    ...deps,
    onRow: ({ topic, payload }, step) => {
      if (topic === 'assign' && step === 'done') assigned.get(String(payload.jobId))?.()
    },
  })
  scope.use(dispatch, it => it.stop())
  await dispatch.start()

  return {
    async live(index) {
      const subject = `new-${index}`
      const at = systemClock.now()
      const elapsedMs = stopwatch()
      const marks: number[] = []
      const mark = () => void marks.push(elapsedMs())
      const { begun } = await dispatch.takeIn(seen(index, subject, at, 'holds'))
      mark()
      if (!begun) throw new Error(`car ${index} began no job of its own`)
      await assignment(begun)
      mark()
      const holder = await holderOf(begun)
      for (const command of ['accept', 'arrive', 'handled'] as const) {
        await dispatch.ask(command, begun, { actor: holder, key: command })
        mark()
      }
      await dispatch.takeIn(seen(index, subject, Math.max(at + 1, systemClock.now()), 'ended'))
      mark()
      const state = (await store.reading.job(begun))?.job.state
      if (state !== 'closed') throw new Error(`job ${begun} is ${state} at its end`)
      const times = STEPS.map((name, step) => [name, (marks[step] ?? 0) - (marks[step - 1] ?? 0)] as const)
      return Object.fromEntries(times) as Record<StepName, number>
    },
    open: async () =>
      (await store.reading.listJobs({ states: ['queued', 'assigned'], limit: 10 * openJobs + 10 })).length,
  }

  function assignment(job: JobId): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`nobody got job ${job}`)), ASSIGNED_WITHIN_MS)
      assigned.set(job, () => {
        clearTimeout(late)
        assigned.delete(job)
        resolve()
      })
    })
  }

  async function holderOf(id: JobId): Promise<Actor> {
    const team = (await store.reading.job(id))?.job.teamId
    if (!team) throw new Error(`job ${id} has no team`)
    return { name: 'leader', role: 'team-leader', scope: { team } }
  }
}

/** Opens so many jobs by observations, and assigns them. */
export async function fill(dispatch: Dispatch, openJobs: number): Promise<void> {
  const now = systemClock.now()
  let next = 0
  const lane = async () => {
    for (let index = next++; index < openJobs; index = next++) await dispatch.takeIn(parkedBefore(index, now))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  await dispatch.drain(now)
}
