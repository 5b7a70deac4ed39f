// Fail-points: refused unless allowed, and deadly at the named passage.
import { afterEach, expect, test, vi } from 'vitest'
import { armFailpoint, failpoint, parseFailpoint, shardFailpoint } from './failpoint.ts'

// Stands in for the death of the process that runs the tests.
const kill = vi.spyOn(process, 'kill').mockReturnValue(true)

afterEach(() => {
  armFailpoint(false, '')
  kill.mockClear()
})

test.each([
  ['ledger:after-commit', 'ledger:after-commit', 1],
  ['ledger:after-commit:3', 'ledger:after-commit', 3],
])('%s names %s, passage %i', (text, name, nth) => {
  expect(parseFailpoint(text)).toEqual({ name, nth })
})

test('the variable without permission is refused at start', () => {
  expect(() => armFailpoint(false, 'ack:before')).toThrow(expect.objectContaining({ code: 'failpoint-refused' }))
  failpoint('ack:before')
  expect(kill).not.toHaveBeenCalled()
})

test('the named edge kills at the named passage, as kill -9 would; others do not', () => {
  armFailpoint(true, 'ack:before:2')
  failpoint('ack:after')
  failpoint('ack:before')
  expect(kill).not.toHaveBeenCalled()
  failpoint('ack:before')
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']])
})

test.each(['ack:befor', 'ack:before:0', 'ack:before@gate', 'shard:decode', 'shard:encode@gate'])(
  '%s is refused, although fail-points are allowed',
  wish => {
    expect(() => armFailpoint(true, wish)).toThrow(expect.objectContaining({ code: 'options-invalid' }))
  },
)

test('a shard dies at the named camera’s data each time, as native code does, and at no other’s', () => {
  armFailpoint(true, 'shard:decode@gate')
  shardFailpoint('shard:decode', 'bridge')
  shardFailpoint('shard:open', 'gate')
  expect(kill).not.toHaveBeenCalled()
  shardFailpoint('shard:decode', 'gate')
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGSEGV']])
})

test('nothing armed: nothing happens', () => {
  armFailpoint(true, undefined)
  failpoint('ack:before')
  expect(kill).not.toHaveBeenCalled()
})
