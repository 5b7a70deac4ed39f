// What every database must do with deliveries, as part of the store's contract.
import { expect, test } from 'vitest'
import type { Delivery } from '../../core/delivery.ts'
import type { UserId } from '../../core/ids.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import { deliverRow, deliveryOf } from '../../dispatch/work-rows.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { TestStore } from './embedded.ts'
import { AT } from './records.ts'

export function deliveryTests(opened: () => TestStore): void {
  const dispatch = (): DispatchStore => opened().store.dispatch as StoredDispatch<OutboxTopic>
  const delivery = (id: string, destination = 'log', over: Partial<Delivery> = {}): Delivery => ({
    id: `dlv-${id}`,
    ...{ destination, recipient: null, state: 'pending', attempts: 0, lastError: null },
    notice: { id: 'notice', event: 'job.assigned', at: AT, subject: 'job-1', details: { jobId: 'job-1', ids: ['a'] } },
    ...{ createdAt: AT, updatedAt: AT, giveUpAt: AT + 86_400_000 },
    ...over,
  })
  const write = (...all: readonly Delivery[]) => dispatch().transact(tx => tx.addDeliveries(all, all.map(deliverRow)))
  const dueDeliveries = async (now: number) =>
    (await dispatch().dueOutbox(now, 0, 1_000)).flatMap(row => deliveryOf(row.id)?.id ?? [])

  test('claims a delivery once, and has one that failed come again when it is due', async () => {
    const { deliveries } = opened().store
    const one = delivery('a1')
    await write(one)
    await write(one)
    const now = opened().clock.now()
    expect(await deliveries.begin([one.id], 1_000)).toEqual([{ ...one, attempts: 1, updatedAt: now }])
    expect(await deliveries.begin([one.id], 1_000)).toEqual([])
    await deliveries.postpone([one.id], now + 9_000)
    expect(await dueDeliveries(now), 'claimed, and so not put off').toContain(one.id)
    await dispatch().markPublished([deliverRow(one).id], now)
    await deliveries.settle([one.id], { state: 'pending', problem: 'answered 503', dueAt: now + 5_000 })
    expect(await dueDeliveries(now + 4_999)).not.toContain(one.id)
    expect(await dueDeliveries(now + 5_000), 'it was handed over before it was due').toContain(one.id)
    expect(await deliveries.find(one.id)).toMatchObject({ state: 'pending', attempts: 1, lastError: 'answered 503' })
    await deliveries.postpone([one.id], now + 9_000)
    expect(await dueDeliveries(now + 8_999)).not.toContain(one.id)
    expect(await deliveries.begin([one.id], 1_000)).toMatchObject([{ attempts: 2 }])
    await deliveries.settle([one.id], { state: 'delivered' })
    expect(await deliveries.find(one.id)).toMatchObject({ state: 'delivered', attempts: 2, lastError: null })
    expect(await dueDeliveries(now + 99_000)).not.toContain(one.id)
    expect(await deliveries.begin([one.id], 1_000)).toEqual([])
  })

  test('writes more deliveries at once than one statement can carry', async () => {
    const many = Array.from({ length: 3_500 }, (_, index) => delivery(`many-${index}`, 'crowd', { state: 'dismissed' }))
    await write(...many)
    expect(await opened().store.deliveries.list({ destination: 'crowd', limit: 9_999 })).toHaveLength(many.length)
    await dispatch().transact(tx =>
      tx.finishOutboxRows(
        many.map(each => deliverRow(each).id),
        AT,
      ),
    )
  })

  test('lists dead letters, counts them, and drives them again once', async () => {
    const { deliveries } = opened().store
    const [one, other, third] = ['b1', 'b2', 'b3'].map(id => delivery(id, 'dead-end'))
    if (!one || !other || !third) throw new Error('three')
    await write(one, other, third)
    for (const { id } of [one, other]) {
      await deliveries.begin([id], 1_000)
      await deliveries.settle([id], { state: 'dead', problem: 'answered 410' })
    }
    const dead = async () =>
      (await deliveries.list({ state: 'dead', destination: 'dead-end', limit: 9 })).map(({ id }) => id)
    expect(await dead()).toEqual([other.id, one.id])
    expect(
      await deliveries.list({ destination: 'dead-end', limit: 1, before: { at: AT, id: other.id } }),
    ).toMatchObject([{ id: one.id }])
    const tally = { destination: 'dead-end', pending: 1, dead: 2, oldestPendingAt: AT }
    expect(await deliveries.tallies()).toContainEqual(tally)
    const giveUpAt = opened().clock.now() + 7
    expect(await deliveries.redrive({ id: one.id }, giveUpAt)).toBe(1)
    expect(await deliveries.redrive({ id: one.id }, giveUpAt)).toBe(0)
    expect(await deliveries.find(one.id)).toMatchObject({ state: 'pending', attempts: 0, giveUpAt })
    expect(await dueDeliveries(opened().clock.now())).toContain(one.id)
    expect(await deliveries.redrive({ destination: 'dead-end' }, giveUpAt)).toBe(1)
    expect(await dead()).toEqual([])
    await deliveries.begin([third.id], 1_000)
    await deliveries.settle([third.id], { state: 'dead', problem: 'answered 410' })
    await deliveries.dismiss(third.id)
    await deliveries.dismiss(one.id)
    expect(await deliveries.find(third.id)).toMatchObject({ state: 'dismissed' })
    expect(await deliveries.find(one.id)).toMatchObject({ state: 'pending' })
  })

  test('replaces a delivery by one for each recipient', async () => {
    const { deliveries } = opened().store
    const one = delivery('c1', 'phones')
    await write(one)
    const each = ['lin', 'wang'].map((recipient, index) => delivery(`c${index + 2}`, 'phones', { recipient }))
    await deliveries.begin([one.id], 1_000)
    await deliveries.spread(one.id, each, each.map(deliverRow))
    await deliveries.spread(one.id, each, each.map(deliverRow))
    expect(await deliveries.find(one.id)).toMatchObject({ state: 'delivered' })
    const due = await dueDeliveries(opened().clock.now())
    expect(due).toEqual(expect.arrayContaining(each.map(({ id }) => id)))
    expect(due).not.toContain(one.id)
  })

  test('remembers what a robot was sent', async () => {
    const { deliveries } = opened().store
    const now = opened().clock.now()
    await deliveries.noteMessage('robot-1')
    expect(await deliveries.messagesSince('robot-1', now - 1)).toEqual([now])
    expect(await deliveries.messagesSince('robot-1', now)).toEqual([])
    expect(await deliveries.messagesSince('robot-2', now - 1)).toEqual([])
  })

  test('keeps subscriptions sealed, for users who are not disabled', async () => {
    const { pushSubscriptions: push, people } = opened().store
    const newcomer = { login: 'push-li', name: '李', role: 'worker', scope: 'district', workerId: 'w-7' } as const
    const { user } = await people.users.add(newcomer, 'root')
    const subscription = { endpoint: 'https://push.example/secret-4711', keys: { p256dh: 'B', auth: 'a' } }
    const id = await push.add(user.id, subscription)
    expect(await push.add(user.id, subscription)).toBe(id)
    expect(id).not.toContain('4711')
    const owner = { id, login: 'push-li', role: 'worker', scope: 'district', workerId: 'w-7' }
    expect(await push.owners()).toEqual([owner])
    expect(await push.open(id)).toEqual(subscription)
    for (let device = 0; device < 21; device++) {
      opened().clock.advanceBy(1)
      await push.add(user.id, { ...subscription, endpoint: `https://push.example/${device}` })
    }
    expect(await push.owners(), 'the oldest gave way').toHaveLength(20)
    expect(await push.open(id)).toBeUndefined()
    const [kept] = await push.owners()
    if (!kept) throw new Error('none')
    expect(await push.remove(kept.id, 'usr-somebody' as UserId)).toBe(false)
    expect(await push.remove(kept.id, user.id)).toBe(true)
    await people.users.disable(user.id, 'root')
    expect(await push.owners()).toEqual([])
  })

  test('makes a secret once, also where two want it at once', async () => {
    const { pushSubscriptions: push } = opened().store
    let made = 0
    const make = () => `secret-${++made}`
    const [one, other] = await Promise.all([push.secret('test', make), push.secret('test', make)])
    expect(one).toBe(other)
    expect(await push.secret('test', make)).toBe(one)
  })

  test('deletes work a month after it was done, and what waits never', async () => {
    const [done, waiting] = [delivery('d1'), delivery('d2')]
    await write(done, waiting)
    await opened().store.deliveries.settle([done.id], { state: 'delivered' })
    const finishedAt = opened().clock.now()
    opened().clock.advanceTo(finishedAt + 30 * 86_400_000)
    await opened().store.retention.sweep()
    expect(await opened().store.deliveries.find(done.id)).toBeDefined()
    opened().clock.advanceBy(1)
    await opened().store.retention.sweep()
    expect(await opened().store.deliveries.find(done.id)).toBeUndefined()
    expect(await opened().store.deliveries.find(waiting.id)).toBeDefined()
  })
}
