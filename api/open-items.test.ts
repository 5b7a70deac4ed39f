// What a hand-over note takes in: what is open within the writer's scope, and nothing of other streets.
import { expect, test } from 'vitest'
import type { Actor } from '../core/permission.ts'
import { fakeHouse } from '../tests/support/api-ports.ts'
import { openItemsOf } from './open-items.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
const actor = (scope: Actor['scope']): Actor => ({ name: 'lin', role: 'operator', scope })

test('takes in alerts, jobs, cameras that do not see and mutes', async () => {
  const { deps } = fakeHouse()
  const items = await openItemsOf(actor('district'), deps, AT)
  expect(items).toMatchObject({ at: AT, pendingAlerts: 4, openJobs: 3, overdueJobs: 1 })
  expect(items.alerts.map(({ id }) => id)).toEqual(['inc-tianshui', 'inc-changqing'])
  // Their shards say that the view has moved.
  expect(items.cameras.map(({ id, view }) => [id, view])).toEqual([
    ['cam-tianshui', 'moved'],
    ['cam-changqing', 'moved'],
  ])
  expect(items.mutes).toHaveLength((await deps.mutes.list(true, 50)).length)
})

test('asks for one’s own streets only, and leaves the cameras of others out', async () => {
  const { deps, filters } = fakeHouse()
  const scope = { streets: ['tianshui'] } as unknown as Actor['scope']
  const items = await openItemsOf(actor(scope), deps, AT)
  expect(items.cameras.map(({ id }) => id)).toEqual(['cam-tianshui'])
  const asked = filters.filter(filter => 'review' in filter || 'states' in filter)
  expect(asked).toHaveLength(3)
  for (const filter of asked) expect(filter).toMatchObject({ streets: ['tianshui'] })
})
