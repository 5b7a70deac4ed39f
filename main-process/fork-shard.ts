// A shard's process: how this program is forked in its other role, and what it is given and not given.
import { type ChildProcess, fork } from 'node:child_process'
import { CRASH_MARKS_FD } from '../core/crash-marks.ts'
import { WITHHELD } from './withheld.ts'

/** Blocked reads hold a thread each, and `sharp`, files and DNS need some of their own (docs/1-architecture.md). */
const SPARE_THREADS = 8
/** Cameras may join a shard that runs already, and the number of threads is fixed at its start; idle ones cost little. */
const THREADS_LEAST = 64 + SPARE_THREADS
/** libuv's own limit. */
const THREADS_LIMIT = 1_024
/**
 * Large buffers come and go: pictures and what is made of them, and key frames on their way through the packet rings. Where malloc
 * gives each from 128 KiB on a mapping of its own, they go back to the system and leave no holes that nothing else fits into: a
 * shard of 25 cameras holds 600 MB instead of 660 after 20 minutes, for as much CPU time (681 s and 678 s). Other packets and most of
 * what a network holds are smaller, and stay: handed back and taken again, each page costs a fault (of a packet 65 µs to read
 * and keep instead of 23, of two wide looks 29 ms instead of 24). And a heap as small as a
 * shard's is collected sooner by the one thread than by five that wake each other: 4 ms of CPU time a second less. Left to
 * itself V8 collects all of it again whenever it has grown by a twentieth, which packets on their way through the ring do in a
 * second (30 cameras: 35 ms each 0.65 s); at twice its size, that is seldom, for 18 MB more.
 */
const SMALL_HEAP = {
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '16777216' },
  execArgv: ['--single-threaded-gc', '--max-semi-space-size=2', '--heap-growing-percent=100'],
} as const

export interface ShardProgram {
  /** The program to fork and its arguments: this program, in its other role. */
  readonly program: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** @param marksFd the open file in which it notes whose data it works on */
export function forkShard({ program, args, env }: ShardProgram, cameras: number, marksFd: number): ChildProcess {
  const threads = Math.min(THREADS_LIMIT, Math.max(THREADS_LEAST, cameras + SPARE_THREADS))
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const
  return fork(program, [...args], {
    serialization: 'advanced',
    env: { ...process.env, ...WITHHELD, ...env, UV_THREADPOOL_SIZE: String(threads), ...SMALL_HEAP.env },
    execArgv: [...process.execArgv, ...SMALL_HEAP.execArgv],
    stdio: Object.assign([...stdio], { [CRASH_MARKS_FD]: marksFd }),
  })
}
