// A data directory with many open jobs in several states, made by the product itself, for the program to be started on.
import { stringify } from 'yaml'
import { openConfiguredStore } from '../../app.ts'
import { loadConfig } from '../../config.ts'
import { silentLog } from '../../core/log.ts'
import type { Actor } from '../../core/permission.ts'
import { systemClock } from '../../core/time.ts'
import { createDispatch } from '../../dispatch/desk.ts'
import type { JobCommandName } from '../../dispatch/job-commands.ts'
import { kerbs } from './district.ts'
import { fill } from './lives.ts'

const SUPERVISOR: Actor = { name: 'chen', role: 'supervisor', scope: 'district' }
const DAY_MS = 86_400_000

/** What is done with every job in turn: a fifth stays assigned, and so on. */
const LIVES: readonly (readonly JobCommandName[])[] = [
  [],
  ['accept'],
  ['accept', 'arrive'],
  ['accept', 'arrive', 'handled', 'return'],
  ['defer'],
]

/** @returns how many jobs are in which state */
export async function fillDirectory(dataDir: string, jobs: number): Promise<Readonly<Record<string, number>>> {
  const config = loadConfig(undefined, {}, { dataDir })
  const store = await openConfiguredStore(config, silentLog)
  try {
    const { cameras, ...rest } = kerbs()
    await store.configuration.importCameras(stringify({ cameras, ...rest }, { aliasDuplicateObjects: false }), 'bench')
    const deps = { store: store.dispatch, deliveries: store.deliveries, notifiers: [], log: silentLog }
    const dispatch = createDispatch({ ...deps, clock: systemClock })
    await fill(dispatch, jobs)
    const open = await store.reading.listJobs({ states: ['assigned'], limit: jobs })
    for (const [index, { id, teamId }] of open.entries()) {
      if (!teamId) continue
      const holder: Actor = { name: 'leader', role: 'team-leader', scope: { team: teamId } }
      for (const name of LIVES[index % LIVES.length] ?? []) {
        const actor = name === 'return' || name === 'defer' ? SUPERVISOR : holder
        const until = systemClock.now() + DAY_MS
        await dispatch.ask(name, id, { actor, key: name, reason: 'bench', ...(name === 'defer' && { until }) })
      }
    }
    await dispatch.stop()
    // Nobody looks for cameras that are not there.
    await store.configuration.importCameras(
      stringify({ cameras: [], ...rest }, { aliasDuplicateObjects: false }),
      'bench',
    )
    await store.tidy()
    const { states } = await store.board.tally({})
    return Object.fromEntries(states.map(({ state, jobs: count }) => [state, count]))
  } finally {
    await store.close()
  }
}
