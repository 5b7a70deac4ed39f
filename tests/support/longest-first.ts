// The order of test files: the longest first, so that at the end no worker runs alone for minutes.
//
// Vitest knows how long a file took only where it ran before; on a fresh clone it takes the largest files first, and the files
// that take minutes are small.
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes a minute or more on two busy cores, with about how many seconds. Two run side by side: programs that are killed
 * and must be back in time stand beside what only computes, not beside each other.
 */
export const LONGEST = [
  'benchmarks/main-job.real.test.ts', // 260
  'tests/failpoints.real.test.ts', // 200
  'tests/kill.real.test.ts', // 215
  'tests/job-edges.real.test.ts', // 150
  'tests/bad-input.real.test.ts', // 145
  'tests/camera-health.real.test.ts', // 140
  'benchmarks/throughput.real.test.ts', // 155
  'detector/rules/kinds/illegal-parking.real.test.ts', // 120
  'tests/rtsp.real.test.ts', // 125
  'benchmarks/dispatch-load.real.test.ts', // 75
  'benchmarks/replay.real.test.ts', // 65
  'tests/faults.real.test.ts', // 57
  'tests/cli.e2e.test.ts', // 120
  'tests/demo.e2e.test.ts', // 110
  'cli/truth.e2e.test.ts', // 65
  'console/tour.real.test.ts', // 165
] as const

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const places = new Map<string, number>(LONGEST.map((file, index) => [file, index]))
    const place = ({ moduleId }: TestSpecification) =>
      places.get(relative(this.ctx.config.root, moduleId)) ?? LONGEST.length
    // Projects stay one after the other.
    return [...new Set(sorted.map(({ project }) => project))].flatMap(project =>
      sorted.filter(file => file.project === project).toSorted((a, b) => place(a) - place(b)),
    )
  }
}
