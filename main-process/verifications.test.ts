// Who asks the cameras: what the database owes, again and again, through every failure of it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import type { LookAnswer, LookRequest } from '../core/fresh-look.ts'
import { silentLog } from '../core/log.ts'
import { Verifications } from './verifications.ts'

const look = (id: string) => ({ id }) as LookRequest
let owed: LookRequest[]
let away: boolean
let asked: string[]
let verifications: Verifications

beforeEach(() => {
  vi.useFakeTimers()
  owed = []
  away = false
  asked = []
  verifications = new Verifications({
    owed: async () => {
      if (away) throw new JiemuError('database-unavailable', { problem: 'away' })
      return owed
    },
    ask: looks => asked.push(looks.map(({ id }) => id).join(' ')),
    takeIn: async ({ lookId }) => {
      if (away) throw new JiemuError('database-unavailable', { problem: 'away' })
      owed = owed.filter(({ id }) => id !== lookId)
    },
    log: silentLog,
  })
})
afterEach(async () => {
  await verifications.stop()
  vi.useRealTimers()
})

const answer = (lookId: string) => ({ lookId }) as LookAnswer
const settle = () => vi.advanceTimersByTimeAsync(0)

test('what is owed when it starts is asked at once, and again every ten seconds', async () => {
  owed = [look('a')]
  verifications.start()
  await settle()
  expect(asked).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(20_000)
  expect(asked).toEqual(['a', 'a', 'a'])
})

test('where nothing is owed nobody is asked; once the last answer is in, the shards are told so once', async () => {
  verifications.start()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toEqual([])
  owed = [look('a'), look('b')]
  verifications.refresh()
  await settle()
  await verifications.takeIn(answer('a'))
  await settle()
  await verifications.takeIn(answer('b'))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(asked).toEqual(['a b', 'b', ''])
})

test('a database that is away costs no question: it is asked once it is back', async () => {
  away = true
  owed = [look('a')]
  verifications.start()
  await vi.advanceTimersByTimeAsync(10_000)
  await expect(verifications.takeIn(answer('a'))).rejects.toMatchObject({ code: 'database-unavailable' })
  expect(asked).toEqual([])
  away = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(asked).toEqual(['a'])
})

test('ten wishes at once are one question, and one more for whatever came in between', async () => {
  verifications.start()
  await settle()
  owed = [look('a')]
  for (let n = 0; n < 10; n++) verifications.refresh()
  await settle()
  expect(asked).toEqual(['a', 'a'])
})
