// The edges that processes are killed at are those of the machine's table: a new one needs a case, or a reason.
import { expect, test } from 'vitest'
import type { JobId } from '../../core/ids.ts'
import { RUNNING_IN } from '../../dispatch/job-deadlines.ts'
import { isLegal, nextState, TRANSITIONS } from '../../dispatch/job-machine.ts'
import { EDGE_CASES, NOT_TAKEN, nameOf } from './edge-cases.ts'

const edge = (event: string, from: string | null) => `${event} from ${from ?? 'nothing'}`

test('every event from every state that the table allows has a case, or a reason why nothing takes it', () => {
  const allowed = TRANSITIONS.flatMap(({ event, from }) => from.map(state => edge(event, state)))
  const cases = EDGE_CASES.map(({ event, from }) => edge(event, from))
  const excused = NOT_TAKEN.flatMap(({ event, from }) => from.map(state => edge(event, state)))
  expect(cases.filter(name => excused.includes(name))).toEqual([])
  expect([...new Set([...cases, ...excused])].toSorted()).toEqual(allowed.toSorted())
})

test('no two cases are alike', () => {
  const names = EDGE_CASES.map(nameOf)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test('no deadline runs where none is said to pass', () => {
  const states = NOT_TAKEN.filter(({ event }) => event === 'escalated').flatMap(({ from }) => from)
  expect(states.flatMap(state => RUNNING_IN[state])).toEqual([])
})

test.each(EDGE_CASES.map(one => [nameOf(one), one] as const))(
  '%s leads through steps that the table allows',
  (_, one) => {
    const job = (state: (typeof one)['outcome'] | null) => ({ id: 'job-1' as JobId, handledBy: null, state })
    let state = one.steps[0] === 'created' ? null : one.event === 'verifying' ? ('accepted' as const) : one.from
    for (const event of one.steps) {
      if (event === one.event) expect(state).toBe(one.from)
      expect(isLegal(state, event)).toBe(true)
      state = nextState(job(state), event)
    }
    expect(state).toBe(one.outcome)
  },
)
