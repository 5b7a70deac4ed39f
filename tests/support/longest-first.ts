// The order of test files: the longest first, so that at the end no worker runs alone for minutes.
//
// Vitest knows how long a file took only where it ran before; on a fresh clone it takes the largest files first, and the files
// that take minutes are small.
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** About how many seconds on two busy cores, by the file's path; what is not here takes less. */
export const SECONDS: Readonly<Record<string, number>> = {
  'benchmarks/brief.real.test.ts': 350,
  'benchmarks/main-job.real.test.ts': 260,
  'tests/kill.real.test.ts': 215,
  'tests/failpoints.real.test.ts': 200,
  'benchmarks/throughput.real.test.ts': 155,
  'tests/job-edges.real.test.ts': 150,
  'tests/bad-input.real.test.ts': 145,
  'tests/camera-health.real.test.ts': 140,
  'tests/rtsp.real.test.ts': 125,
  'detector/rules/kinds/illegal-parking.real.test.ts': 120,
  'benchmarks/dispatch-load.real.test.ts': 75,
  'tests/faults.real.test.ts': 57,
  'tests/shard-memory.real.test.ts': 56,
  'tests/demo.e2e.test.ts': 135,
  'benchmarks/replay.e2e.test.ts': 85,
  'console/tour.real.test.ts': 165,
}

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const seconds = ({ moduleId }: TestSpecification) => SECONDS[relative(this.ctx.config.root, moduleId)] ?? 0
    // Projects stay one after the other.
    return [...new Set(sorted.map(({ project }) => project))].flatMap(project =>
      sorted.filter(file => file.project === project).toSorted((a, b) => seconds(b) - seconds(a)),
    )
  }
}
