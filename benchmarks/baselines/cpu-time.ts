// CPU time of this process and of the programs that it started and that have ended. Linux only: Node does not tell the latter.
import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second towards programs (`getconf CLK_TCK`), whatever its own clock. */
const TICK_MS = 10

export interface CpuTime {
  /** User and system time of this process, to the microsecond. */
  readonly ownMs: number
  /** The same of its children that have been waited for; 10 ms steps. */
  readonly childrenMs: number
}

export function cpuTime(): CpuTime {
  const { user, system } = process.cpuUsage()
  // Fields 16 and 17, counted after the command's closing bracket, the only field that may hold blanks.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const childrenTicks = Number(fields[13]) + Number(fields[14])
  return { ownMs: (user + system) / 1_000, childrenMs: childrenTicks * TICK_MS }
}

export function since(before: CpuTime): CpuTime {
  const now = cpuTime()
  return { ownMs: now.ownMs - before.ownMs, childrenMs: now.childrenMs - before.childrenMs }
}
