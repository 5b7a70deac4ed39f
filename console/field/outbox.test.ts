// The queue of a phone without a network: nothing is lost, nothing is done twice, nothing of one person is sent by another.
import { beforeEach, expect, test } from 'vitest'
import type { Problem } from '../client/records.ts'
import { type Action, Outbox, type OutboxPorts, type Sent, sentOf } from './outbox.ts'

const GONE: Problem = { status: 409, code: 'transition-illegal', title: '', detail: 'it was reassigned', hint: '' }
let kept: Map<string, Action>
let sent: Action[]
let looks: number
let online: boolean
let signedIn: string
let now: number
let answer: (action: Action) => Sent

beforeEach(() => {
  kept = new Map()
  sent = []
  looks = 0
  online = true
  signedIn = 'wu'
  now = 1_000_000
  answer = () => 'taken'
})

function ports(owner: string): OutboxPorts {
  let keys = 0
  return {
    owner,
    keep: {
      load: async () => [...kept.values()],
      put: async action => void kept.set(action.key, action),
      remove: async key => void kept.delete(key),
    },
    whoAmI: async () => (online ? signedIn : undefined),
    send: async action => {
      sent.push(action)
      return answer(action)
    },
    look: async () => {
      looks += online ? 1 : 0
      return online
    },
    now: () => now,
    newKey: () => `${owner}-${sent.length}-${++keys}`,
  }
}
const steps = (actions: readonly Action[]) => actions.map(({ jobId, step }) => `${jobId} ${step}`)

test('keeps what is done offline over a restart of the page, and sends it in order, once, when it is back', async () => {
  online = false
  const before = await Outbox.open(ports('wu'))
  for (const [jobId, step] of [
    ['a', 'accept'],
    ['b', 'accept'],
    ['a', 'arrive'],
    ['a', 'handled'],
  ] as const) {
    await before.add({ jobId, step })
  }
  expect(await before.flush()).toBe(false)
  expect(sent).toEqual([])
  const after = await Outbox.open(ports('wu'))
  online = true
  expect(await after.flush()).toBe(true)
  expect(steps(sent)).toEqual(['a accept', 'b accept', 'a arrive', 'a handled'])
  expect([await after.flush(), sent.length, kept.size]).toEqual([false, 4, 0])
})

test('sends an action whose answer was lost again with the same key, and later ones only behind it', async () => {
  const outbox = await Outbox.open(ports('wu'))
  await outbox.add({ jobId: 'a', step: 'accept' })
  await outbox.add({ jobId: 'a', step: 'arrive' })
  answer = () => 'later'
  await outbox.flush()
  answer = () => 'taken'
  // It waits a second, then two, then four, up to a minute.
  expect(await outbox.flush()).toBe(false)
  now += 1_000
  expect(await outbox.flush()).toBe(true)
  expect(steps(sent)).toEqual(['a accept', 'a accept', 'a arrive'])
  expect(sent[0]?.key).toBe(sent[1]?.key)
})

test('shows what the server did not take and holds what follows it in that job, not in others', async () => {
  const outbox = await Outbox.open(ports('wu'))
  await outbox.add({ jobId: 'a', step: 'accept' })
  await outbox.add({ jobId: 'a', step: 'arrive' })
  await outbox.add({ jobId: 'b', step: 'accept' })
  answer = ({ jobId }) => (jobId === 'a' ? GONE : 'taken')
  await outbox.flush()
  expect(steps(sent)).toEqual(['a accept', 'b accept'])
  expect(outbox.actions.map(({ step, refused }) => [step, refused?.code])).toEqual([
    ['accept', 'transition-illegal'],
    ['arrive', undefined],
  ])
  // It is as it was after a restart of the page, too.
  expect((await Outbox.open(ports('wu'))).actions.map(({ refused }) => refused?.detail)).toEqual([
    'it was reassigned',
    undefined,
  ])
  answer = () => 'taken'
  await outbox.discard(outbox.actions[0]?.key ?? '')
  await outbox.flush()
  expect(steps(sent).at(-1)).toBe('a arrive')
  expect(kept.size).toBe(0)
})

test('tries a refused action again with its key when its owner wants it', async () => {
  const outbox = await Outbox.open(ports('wu'))
  const { key } = await outbox.add({ jobId: 'a', step: 'note', reason: 'gate locked' })
  answer = () => GONE
  await outbox.flush()
  answer = () => 'taken'
  await outbox.retry(key)
  expect(await outbox.flush()).toBe(true)
  expect(sent.map(action => action.key)).toEqual([key, key])
})

test('shows what was taken until the sheet was asked for anew, so that no step that was done is offered again', async () => {
  const outbox = await Outbox.open(ports('wu'))
  const states: string[][] = []
  outbox.subscribe(() => states.push([...steps(outbox.unseen), `${outbox.actions.length} to send, ${looks} looks`]))
  await outbox.add({ jobId: 'a', step: 'accept' })
  // The network goes with the answer.
  answer = () => {
    online = false
    return 'taken'
  }
  expect(await outbox.flush()).toBe(true)
  expect([await outbox.flush(), looks]).toEqual([false, 0])
  online = true
  now += 1_000
  expect(await outbox.flush()).toBe(false)
  expect(states).toEqual([
    ['a accept', '1 to send, 0 looks'],
    ['a accept', '0 to send, 0 looks'],
    ['0 to send, 1 looks'],
  ])
  expect([sent.length, await outbox.flush(), looks]).toEqual([1, false, 1])
})

test('keeps what one did while another is signed in, and sends none of it by them', async () => {
  const wu = await Outbox.open(ports('wu'))
  await wu.add({ jobId: 'a', step: 'accept' })
  signedIn = 'he'
  expect(await wu.flush()).toBe(false)
  const he = await Outbox.open(ports('he'))
  expect(he.actions).toEqual([])
  expect(await he.flush()).toBe(false)
  expect(sent).toEqual([])
  signedIn = 'wu'
  expect(await (await Outbox.open(ports('wu'))).flush()).toBe(true)
})

test('what the phone cannot keep is said to be on the page alone, and sent all the same', async () => {
  online = false
  const full = ports('wu')
  const outbox = await Outbox.open({ ...full, keep: { ...full.keep, put: () => Promise.reject(new Error('full')) } })
  let told = 0
  outbox.subscribe(() => (told += 1))
  await outbox.add({ jobId: 'a', step: 'accept' })
  expect([outbox.unkept, told]).toEqual([true, 2])
  online = true
  outbox.hurry()
  await outbox.flush()
  expect(steps(sent)).toEqual(['a accept'])
  expect(outbox.unkept).toBe(false)
})

test('a phone that keeps nothing at all opens with nothing, and still sends', async () => {
  const broken = () => Promise.reject(new Error('no storage'))
  const outbox = await Outbox.open({ ...ports('wu'), keep: { load: broken, put: broken, remove: broken } })
  await outbox.add({ jobId: 'a', step: 'accept' })
  await outbox.flush()
  expect([steps(sent), outbox.actions]).toEqual([['a accept'], []])
})

test('waits for a new sign-in when the session ends in the middle, and loses nothing', async () => {
  const outbox = await Outbox.open(ports('wu'))
  await outbox.add({ jobId: 'a', step: 'accept' })
  await outbox.add({ jobId: 'a', step: 'arrive' })
  answer = ({ step }) => (step === 'arrive' ? 'sign-in' : 'taken')
  await outbox.flush()
  expect(steps(outbox.actions)).toEqual(['a arrive'])
  answer = () => 'taken'
  outbox.hurry()
  expect(await outbox.flush()).toBe(true)
  expect(kept.size).toBe(0)
})

test.each([
  [401, 'session-ended', 'sign-in'],
  [503, 'database-unavailable', 'later'],
  [429, 'too-many', 'later'],
  [403, 'csrf-refused', 'later'],
  [403, 'forbidden', 'refused'],
  [409, 'transition-illegal', 'refused'],
] as const)('takes %i %s for "%s"', (status, code, meaning) => {
  expect(sentOf({ status, code })).toBe(meaning)
})

test('a report that the server refuses holds up neither jobs nor other reports', async () => {
  const outbox = await Outbox.open(ports('wu'))
  const report = { kind: 'dirty-road', spot: null, address: '中河路', note: null }
  answer = ({ jobId }) => (jobId === 'report 1' ? GONE : 'taken')
  for (const jobId of ['report 1', 'report 2']) await outbox.add({ jobId, step: 'report', report })
  await outbox.add({ jobId: 'a', step: 'accept' })
  await outbox.flush()
  expect(steps(sent)).toEqual(['report 1 report', 'report 2 report', 'a accept'])
  expect(outbox.actions).toMatchObject([{ jobId: 'report 1', report, refused: GONE }])
})
