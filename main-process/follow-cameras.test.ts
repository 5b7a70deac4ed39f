// What is handed on of the cameras, and what is said where they cannot be read.
import { expect, test } from 'vitest'
import type { Camera } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import { silentLog } from '../core/log.ts'
import { CameraFollower } from './follow-cameras.ts'

function following() {
  const world = { revision: 1, failure: undefined as Error | undefined, taken: 0, said: [] as string[] }
  const follower = new CameraFollower({
    revision: async () => world.revision,
    cameras: async () => {
      if (world.failure) throw world.failure
      return [] as readonly Camera[]
    },
    take: () => {
      world.taken += 1
    },
    log: { ...silentLog, error: (_fields, message) => world.said.push(message) },
  })
  return { world, follower }
}

test('hands the cameras on once for each revision', async () => {
  const { world, follower } = following()
  await follower.look()
  await follower.look()
  expect(world.taken).toBe(1)
  world.revision = 2
  await follower.look()
  expect(world.taken).toBe(2)
})

test('says once why they cannot be read, and tries until they can', async () => {
  const { world, follower } = following()
  world.failure = new JiemuError('secret-key-invalid', { problem: 'it does not open the secret of gate/url' })
  await follower.look()
  await follower.look()
  expect(world.said).toHaveLength(1)
  expect(follower.problem()).toMatchObject({ code: 'secret-key-invalid' })
  world.failure = undefined
  await follower.look()
  expect(follower.problem()).toBeNull()
  expect(world.taken).toBe(1)
})
