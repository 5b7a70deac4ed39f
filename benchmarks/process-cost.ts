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

/** Millions of bytes, to one digit behind the point. */
const inMegabytes = (bytes: number): number => Math.round(bytes / 100_000) / 10

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
    inMegabytes(Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1_024)
  return { rssMb: megabytes('VmRSS'), peakRssMb: megabytes('VmHWM'), anonymousMb: megabytes('RssAnon') }
}

/** Where resident memory lies, in millions of bytes. */
export interface MemoryKinds {
  /** Mapped files: programs and libraries. */
  readonly files: number
  /** What the C library gave to the main thread, and to the others: packets, pictures, decoders, with the gaps between them. */
  readonly heap: number
  readonly arenas: number
  /** JavaScript's heap, WebAssembly, large buffers, stacks. */
  readonly rest: number
}

/** Arenas of the C library begin at multiples of it. */
const ARENA_BYTES = 64 * 1_048_576
const MAPPING = /^([0-9a-f]+)-[0-9a-f]+ \S+ \S+ \S+ \S+\s*(.*)$/

/** @param maps the text of /proc/PID/smaps */
export function memoryKindsIn(maps: string): MemoryKinds {
  const kinds = { files: 0, heap: 0, arenas: 0, rest: 0 }
  let kind: keyof MemoryKinds = 'rest'
  for (const line of maps.split('\n')) {
    const [, start, name = ''] = MAPPING.exec(line) ?? []
    if (start !== undefined) {
      const isArena = name === '' && Number.parseInt(start, 16) % ARENA_BYTES === 0
      kind = name.startsWith('/') ? 'files' : name === '[heap]' ? 'heap' : isArena ? 'arenas' : 'rest'
    } else if (line.startsWith('Rss:')) kinds[kind] += Number.parseInt(line.slice(4), 10) * 1_024
  }
  const { files, heap, arenas, rest } = kinds
  return { files: inMegabytes(files), heap: inMegabytes(heap), arenas: inMegabytes(arenas), rest: inMegabytes(rest) }
}

export function memoryKinds(pid: number): MemoryKinds {
  return memoryKindsIn(readFileSync(`/proc/${pid}/smaps`, 'utf8'))
}

/** Processes that this one started and that still run. */
export function childrenOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? [] : children.split(' ').map(Number)
}
