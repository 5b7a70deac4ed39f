// Which cores there are for a measurement, and keeping a process to some of them: what feeds must not run where the product does.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type Cores =
  /** The feeder has none of its own where the product reads its pictures itself, and needs all there are. */
  | { readonly product: readonly number[]; readonly feeder: number | null }
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

/** The last cores are the product's: the first has most of the machine's interrupts. */
export function shareOut(allowed: readonly number[], wanted: number, hasTaskset: boolean): Cores {
  if (allowed.length < Math.max(2, wanted)) return { unpinned: `there are fewer than ${Math.max(2, wanted)} cores` }
  if (!hasTaskset) return { unpinned: 'there is no `taskset` (Debian’s util-linux)' }
  const product = allowed.slice(-wanted)
  return { product, feeder: allowed.find(core => !product.includes(core)) ?? null }
}

/** As this very process may use them. */
export function coresAtHand(wanted: number): Cores {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  return shareOut(coresIn(list), wanted, !spawnSync('taskset', ['--version'], { stdio: 'ignore' }).error)
}

/** Keeps a process, all its threads and what it starts from now on to these cores. */
export function pin(pid: number, cores: readonly number[]): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores.join(), String(pid)], { stdio: 'ignore' })
}
