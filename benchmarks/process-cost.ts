// What a process costs, as Linux says it from outside: the process itself is not asked, so that asking costs it nothing.
import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second towards programs (`getconf CLK_TCK`), whatever its own clock. */
const TICK_MS = 10

/** User and system time of all threads since the start, in 10 ms steps. */
export function cpuMs(pid: number): number {
  // Fields 14 and 15, counted after the command's closing bracket, the only field that may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** In millions of bytes. */
export interface Memory {
  /** Resident now, and the most there ever was. */
  readonly rssMb: number
  readonly peakRssMb: number
  /** The part of it that belongs to no file: heaps, stacks, buffers. */
  readonly anonymousMb: number
}

export function memory(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (field: string) =>
    Math.round((Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1_024) / 100_000) / 10
  return { rssMb: megabytes('VmRSS'), peakRssMb: megabytes('VmHWM'), anonymousMb: megabytes('RssAnon') }
}

/** Processes that this one started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? [] : children.split(' ').map(Number)
}
