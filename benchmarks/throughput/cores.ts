// Which cores there are for a measurement, and keeping a process to one of them: what feeds must not run where the product does.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type Cores =
  | { readonly product: number; readonly feeder: number }
  /** Why nothing is kept to a core. */
  | { readonly unpinned: string }

/** @param list as Linux writes sets of cores: "0-2,5" */
export function coresIn(list: string): readonly number[] {
  return list
    .trim()
    .split(',')
    .flatMap(part => {
      const [from = Number.NaN, to = from] = part.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
}

/** The last core is the product's: the first has most of the machine's interrupts. */
export function shareOut(allowed: readonly number[], hasTaskset: boolean): Cores {
  const [feeder, ...others] = allowed
  const product = others.at(-1)
  if (feeder === undefined || product === undefined) return { unpinned: 'there is one core only' }
  if (!hasTaskset) return { unpinned: 'there is no `taskset` (Debian’s util-linux)' }
  return { product, feeder }
}

/** As this very process may use them. */
export function coresAtHand(): Cores {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  return shareOut(coresIn(list), !spawnSync('taskset', ['--version'], { stdio: 'ignore' }).error)
}

/** Keeps a process, all its threads and what it starts from now on to one core. */
export function pin(pid: number, core: number): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)], { stdio: 'ignore' })
}
