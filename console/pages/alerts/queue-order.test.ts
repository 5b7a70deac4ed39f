// The order of the queue, as tables of literal incidents.
import { expect, test } from 'vitest'
import type { Incident } from '../../client/records.ts'
import { afterDeciding, indexOf, nextIncident, type QueueRow, rowsOf } from './queue-order.ts'

const MINUTE = 60_000
const alert = (id: string, minute: number, over: Partial<Incident> = {}): Incident =>
  ({ id, kind: 'crowding', cameraId: id, severity: 'yellow', openedAt: minute * MINUTE, ...over }) as Incident
const drawn = (rows: readonly QueueRow[]) =>
  rows.map(row => (row.type === 'group' ? `[${row.members.map(({ id }) => id).join(' ')}]` : row.incident.id))

test('the most severe come first, the newest among equals', () => {
  const rows = rowsOf(
    [alert('old', 1), alert('new', 9), alert('red', 0, { severity: 'red' }), alert('blue', 10, { severity: 'blue' })],
    new Set(),
  )
  expect(drawn(rows)).toEqual(['red', 'new', 'old', 'blue'])
})

test('a burst of one camera and kind is one row, and opens to all of its alerts', () => {
  const burst = ['a', 'b', 'c'].map((id, index) => alert(id, index * 4, { cameraId: 'gate' }))
  const alone = [alert('d', 40, { cameraId: 'gate' }), alert('e', 5, { cameraId: 'gate', kind: 'dirty-road' })]
  expect(drawn(rowsOf([...burst, ...alone], new Set()))).toEqual(['d', '[c b a]', 'e'])
  expect(drawn(rowsOf([...burst, ...alone], new Set(['gate|crowding'])))).toEqual(['d', '[c b a]', 'c', 'b', 'a', 'e'])
})

test('two of a camera stay by themselves, each at its own severity', () => {
  const two = [alert('a', 1, { cameraId: 'gate', severity: 'red' }), alert('b', 2, { cameraId: 'gate' })]
  expect(drawn(rowsOf([...two, alert('c', 9, { severity: 'orange' })], new Set()))).toEqual(['a', 'c', 'b'])
})

test('keys go by closed groups and by the members of open ones', () => {
  const incidents = ['a', 'b', 'c'].map((id, index) => alert(id, index, { cameraId: 'gate' })).concat(alert('z', 0))
  const closed = rowsOf(incidents, new Set())
  expect([indexOf(closed, 'a'), indexOf(closed, 'z'), indexOf(closed, 'gone')]).toEqual([0, 1, -1])
  expect(nextIncident(closed, 0, 1)?.id).toBe('z')
  expect(nextIncident(closed, 1, 1)).toBeUndefined()
  const opened = rowsOf(incidents, new Set(['gate|crowding']))
  expect(indexOf(opened, 'c')).toBe(1)
  expect(nextIncident(opened, 1, -1)).toBeUndefined()
  expect(nextIncident(opened, 3, 1)?.id).toBe('z')
})

test('after a decision the next is chosen that nobody else looks at, at the end the one before', () => {
  const rows = rowsOf(
    [5, 4, 3].map(minute => alert(`m${minute}`, minute)),
    new Set(),
  )
  const all = () => true
  expect(afterDeciding(rows, new Set(['m5']), all)?.id).toBe('m4')
  expect(afterDeciding(rows, new Set(['m5']), ({ id }) => id !== 'm4')?.id).toBe('m3')
  expect(afterDeciding(rows, new Set(['m3']), all)?.id).toBe('m4')
  expect(afterDeciding(rows, new Set(['m5', 'm4', 'm3']), all)).toBeUndefined()
})
