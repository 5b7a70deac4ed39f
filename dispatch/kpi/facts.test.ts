// What the log of a job says of its deadlines, its first assignee and its stages.
import { expect, test } from 'vitest'
import { jobFacts } from './facts.ts'
import { at, type Steps, trail } from './testing/examples.ts'

const HANDLED_IN_TIME: Steps = [
  ['created', at('2026-01-05 08:02')],
  ['assigned', at('2026-01-05 08:03')],
  ['accepted', at('2026-01-05 08:05')],
  ['arrived', at('2026-01-05 08:15')],
  ['handled', at('2026-01-05 08:40')],
  ['closed', at('2026-01-05 08:41')],
]
const dueAt = at('2026-01-05 09:02')

test('a job that went straight through', () => {
  expect(jobFacts(trail(HANDLED_IN_TIME, { openedAt: at('2026-01-05 08:00') }))).toMatchObject({
    dues: [{ dueAt, outcome: 'closed', inTime: true }],
    assignedAt: at('2026-01-05 08:03'),
    firstAssignee: 'kept',
    closedAt: at('2026-01-05 08:41'),
    returned: false,
    stages: {
      confirm: 120_000,
      assign: 60_000,
      accept: 120_000,
      arrive: 600_000,
      handle: 1_500_000,
      verify: 60_000,
      whole: 2_460_000,
    },
  })
})

test.each<[string, Steps, object]>([
  [
    'closed after the deadline by work that was reported before it',
    [...HANDLED_IN_TIME.slice(0, 5), ['closed', at('2026-01-05 09:30')]],
    { dues: [{ dueAt, outcome: 'closed', inTime: true }] },
  ],
  [
    'returned, so that the work that closed it came too late',
    [
      ...HANDLED_IN_TIME.slice(0, 5),
      ['returned', at('2026-01-05 08:45')],
      ['handled', at('2026-01-05 09:20')],
      ['closed', at('2026-01-05 09:21')],
    ],
    { dues: [{ dueAt, outcome: 'closed', inTime: false }], returned: true, firstAssignee: 'kept' },
  ],
  [
    'put off in time and resumed: two deadlines',
    [
      ['created', at('2026-01-05 08:02')],
      ['deferred', at('2026-01-05 08:30')],
      ['resumed', at('2026-01-07 08:00')],
      ['handled', at('2026-01-07 08:30')],
      ['closed', at('2026-01-07 08:31')],
    ],
    {
      dues: [
        { dueAt, outcome: 'deferred', inTime: false },
        { dueAt: at('2026-01-07 09:00'), outcome: 'closed', inTime: true },
      ],
    },
  ],
  [
    'put off after the deadline was missed: that excuses nothing',
    [
      ['created', at('2026-01-05 08:02')],
      ['deferred', at('2026-01-05 09:10')],
      ['resumed', at('2026-01-07 08:00')],
      ['handled', at('2026-01-07 08:30')],
      ['closed', at('2026-01-07 08:31')],
    ],
    { dues: [{ dueAt, outcome: 'closed', inTime: false }] },
  ],
  [
    'declined by the first',
    [
      ['created', at('2026-01-05 08:02')],
      ['assigned', at('2026-01-05 08:03')],
      ['declined', at('2026-01-05 08:04')],
      ['assigned', at('2026-01-05 08:05')],
    ],
    { firstAssignee: 'lost', assignedAt: at('2026-01-05 08:03'), closedAt: null },
  ],
  [
    'handed over after it was handled: the first had handled it',
    [
      ['created', at('2026-01-05 08:02')],
      ['assigned', at('2026-01-05 08:03')],
      ['handled', at('2026-01-05 08:30')],
      ['returned', at('2026-01-05 08:35')],
      ['handed-over', at('2026-01-05 08:40')],
    ],
    { firstAssignee: 'kept' },
  ],
  [
    'under way: nothing is known yet',
    [
      ['created', at('2026-01-05 08:02')],
      ['assigned', at('2026-01-05 08:03')],
    ],
    { firstAssignee: null, dues: [{ dueAt, outcome: 'open', inTime: false }] },
  ],
])('a job %s', (_what, marks, expected) => {
  expect(jobFacts(trail(marks, { state: 'assigned' }))).toMatchObject(expected)
})

test('what was cancelled or joined to another job does not count', () => {
  expect(jobFacts(trail(HANDLED_IN_TIME, { state: 'cancelled' }))).toBeNull()
  expect(jobFacts(trail(HANDLED_IN_TIME, { state: 'joined' }))).toBeNull()
})

test('a job to which nothing was promised is never due', () => {
  const { marks, ...job } = trail(HANDLED_IN_TIME)
  expect(jobFacts({ ...job, marks: marks.map(([mark, when]) => [mark, when, null] as const) })?.dues).toEqual([])
})

test('a clock that was set back gives no negative span', () => {
  const marks: Steps = [
    ['created', at('2026-01-05 08:02')],
    ['assigned', at('2026-01-05 07:57')],
  ]
  expect(jobFacts(trail(marks))?.stages.assign).toBe(0)
})
