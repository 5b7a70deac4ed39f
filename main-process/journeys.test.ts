// A job's way, step by step on a clock of its own.
import { expect, test } from 'vitest'
import type { JobId } from '../core/ids.ts'
import type { Observation } from '../core/observation.ts'
import { ManualClock } from '../core/time.ts'
import type { OutboxTopic } from '../dispatch/store-port.ts'
import { assignRow, noticeRow } from '../dispatch/work-rows.ts'
import { Journeys } from './journeys.ts'

const JOB = 'job-1' as JobId
const TRACE = { capturedAt: 0, receivedAt: 40, decodedAt: 50, inferredAt: 90, trackedAt: 91, ruledAt: 92 }
const seen = { trace: TRACE } as unknown as Observation
const ASSIGN = assignRow({ id: JOB, logLength: 1 }, 0, 100, 100)
const TELL = noticeRow('job.assigned', JOB, 1, 130)

function journeys() {
  const clock = new ManualClock(92)
  const told: string[] = []
  const all = new Journeys({ clock, onStage: (stage, ms) => told.push(`${stage} ${ms}`) })
  return { all, told, later: (ms: number) => clock.advanceBy(ms) }
}

test('each stage takes the time since the one before, and the whole is counted from the camera', () => {
  const { all, told, later } = journeys()
  later(8)
  all.tookIn(seen, { begun: JOB })
  later(5)
  all.passed(ASSIGN, 'queued')
  later(20)
  all.passed(ASSIGN, 'done')
  later(3)
  all.passed(TELL, 'queued')
  later(7)
  all.passed(TELL, 'done')
  expect(told).toEqual(['committed 8', 'queued 5', 'assigned 20', 'notified 10', 'whole 135'])
})

test('the whole is counted from its arrival where nobody knows when the picture was taken', () => {
  const { all, told, later } = journeys()
  const { capturedAt: _, ...untrusted } = TRACE
  all.tookIn({ trace: untrusted } as unknown as Observation, { begun: JOB })
  all.passed(ASSIGN, 'queued')
  all.passed(ASSIGN, 'done')
  later(8)
  all.passed(TELL, 'done')
  expect(told.at(-1)).toBe('whole 60')
})

test('a job whose team was looked for in vain is assigned when one was found', () => {
  const { all, told, later } = journeys()
  all.tookIn(seen, { begun: JOB })
  all.passed(ASSIGN, 'queued')
  later(10)
  all.passed(ASSIGN, 'done')
  later(30_000)
  all.passed(assignRow({ id: JOB, logLength: 1 }, 1, 30_000, 100), 'queued')
  later(10)
  all.passed(assignRow({ id: JOB, logLength: 1 }, 1, 30_000, 100), 'done')
  all.passed(TELL, 'queued')
  expect(told.at(-1)).toBe('assigned 30020')
})

test.each<[string, Observation, JobId | null]>([
  ['began no job', seen, null],
  ['comes from a replay', {} as unknown as Observation, JOB],
])('an observation that %s has no journey', (_, observation, begun) => {
  const { all, told } = journeys()
  all.tookIn(observation, { begun })
  all.passed(ASSIGN, 'queued')
  expect(told).toEqual([])
})

test('other notices of the job and rows of others are no steps of it', () => {
  const { all, told } = journeys()
  all.tookIn(seen, { begun: JOB })
  all.passed(noticeRow('job.closed', JOB, 1, 200), 'done')
  all.passed(assignRow({ id: 'job-2' as JobId, logLength: 1 }, 0, 100, 100), 'queued')
  all.passed({ ...TELL, topic: 'confirm-overdue' satisfies OutboxTopic }, 'done')
  expect(told).toEqual(['committed 0'])
})
