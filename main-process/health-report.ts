// The health of the whole house, part by part, as the API shows it.
import type { ComponentHealth } from '../api/ports.ts'
import type { JiemuError } from '../core/errors.ts'
import type { Dispatch } from '../dispatch/desk.ts'
import type { Store } from '../store/open.ts'
import type { DeliveryDesk } from './delivery-desk.ts'
import type { CameraFollower } from './follow-cameras.ts'
import type { Intake } from './intake.ts'
import type { Keeping } from './keeping.ts'
import type { ShardPool } from './shards.ts'

export interface House {
  readonly store: Pick<Store, 'health'>
  readonly dispatch: Pick<Dispatch, 'health'>
  readonly intake: Pick<Intake, 'problem'>
  readonly follower: Pick<CameraFollower, 'problem'>
  readonly shards: Pick<ShardPool, 'usage'>
  readonly keeping: Pick<Keeping, 'health'>
  readonly deliveries: Pick<DeliveryDesk, 'health'>
}

export async function reportHealth(house: House): Promise<readonly ComponentHealth[]> {
  const { store, dispatch, intake, follower, shards, keeping, deliveries } = house
  const [{ state, problem }, { problem: database }, told] = await Promise.all([
    dispatch.health(),
    store.health(),
    deliveries.health(),
  ])
  const refused = intake.problem()
  const unread = follower.problem()
  return [
    { name: 'database', state: database ? 'down' : 'ok', problem: database && plain(database) },
    { name: 'queue', state, problem },
    { name: 'intake', state: refused ? 'degraded' : 'ok', problem: refused && plain(refused) },
    { name: 'cameras', state: unread ? 'degraded' : 'ok', problem: unread && plain(unread) },
    keeping.health(),
    ...told,
    ...shards.usage().map(
      ({ shard, pid, cameras, problem }): ComponentHealth => ({
        name: `shard-${shard}`,
        state: problem || (pid === null && cameras > 0) ? 'degraded' : 'ok',
        problem: problem && plain(problem),
      }),
    ),
  ]
}

/** An error as the API says it. */
function plain({ code, message, hint }: JiemuError): ComponentHealth['problem'] {
  return { code, message, hint }
}
