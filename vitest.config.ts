// Which tests run where: `unit` in seconds; `e2e` the built program, its commands, the generated scene and the embedded
// database with its queue; `real` against real servers and real footage.
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tests/support/longest-first.ts'

// What is polled for may take a while where everything is busy: a poll's deadline only says that it will never come.
const slow = {
  pool: 'forks',
  testTimeout: 300_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
} as const

/** Each long measurement in a short version. */
const BRIEF = 'benchmarks/brief.real.test.ts'

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', 'dist', '**/*.{real,e2e}.test.ts'],
          pool: 'forks',
          // Files of one process share their modules, which halves the time: a test leaves no state behind.
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      // From here on two files at a time too: most of them wait for programs, cameras, servers and clocks.
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: ['**/node_modules/**', 'dist'],
          ...slow,
        },
      },
      {
        test: {
          name: 'real',
          include: ['**/*.real.test.ts'],
          exclude: ['**/node_modules/**', 'dist', 'console/**', BRIEF],
          ...slow,
        },
      },
      // Three measurements at a time, which would keep programs that are killed from being back in time.
      { test: { name: 'brief', include: [BRIEF], maxConcurrency: 3, ...slow, sequence: { groupOrder: 1 } } },
      // Apart from those: a browser takes a core to itself, and tests that kill processes need theirs.
      { test: { name: 'browser', include: ['console/**/*.real.test.ts'], ...slow } },
    ],
  },
})
