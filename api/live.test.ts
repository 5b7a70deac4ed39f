// The live feed: numbered, bounded, and honest about what it no longer knows.
import { expect, test, vi } from 'vitest'
import type { IncidentId, StreetId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { type Describe, LiveFeed, type LiveMessage } from './live.ts'
import type { Change, Events } from './ports.ts'

const resource = { streetId: 'tianshui' as StreetId, teamId: null }
const describe: Describe = async ({ id }) => ({ action: 'incident:read', resource, body: id })

function feedOf(read: Describe = describe, ringSize = 3) {
  let tell: (change: Change) => void = () => {}
  const events: Events = {
    subscribe: listener => {
      tell = listener
      return () => {}
    },
  }
  const feed = new LiveFeed(events, read, silentLog, ringSize)
  const change = (...ids: string[]): void => {
    for (const id of ids) tell({ type: 'incident', id: id as IncidentId })
  }
  return { feed, change }
}

function listening(feed: LiveFeed, lastId?: string) {
  const heard: LiveMessage[] = []
  const stop = feed.listen(message => heard.push(message), lastId)
  const said = () => heard.map(message => (message.type === 'reset' ? 'reset' : message.body))
  return { stop, said, lastId: () => heard.at(-1)?.id ?? '' }
}

test('a first listener is told to read everything, then hears each change', async () => {
  const { feed, change } = feedOf()
  const ann = listening(feed)
  change('a', 'b')
  await vi.waitFor(() => expect(ann.said()).toEqual(['reset', 'a', 'b']))
})

test('a listener who comes back hears what it missed, and nothing twice', async () => {
  const { feed, change } = feedOf()
  const ann = listening(feed)
  change('a')
  await vi.waitFor(() => expect(ann.said()).toContain('a'))
  ann.stop()
  const bo = listening(feed)
  change('b', 'c')
  await vi.waitFor(() => expect(bo.said()).toContain('c'))
  expect(listening(feed, ann.lastId()).said()).toEqual(['b', 'c'])
  expect(listening(feed, bo.lastId()).said()).toEqual([])
  expect(ann.said()).toEqual(['reset', 'a'])
})

test('whoever missed more than is kept must read everything anew', async () => {
  const { feed, change } = feedOf()
  const ann = listening(feed)
  const before = ann.lastId()
  change('a', 'b', 'c', 'd')
  await vi.waitFor(() => expect(ann.said()).toContain('d'))
  expect(listening(feed, before).said()).toEqual(['reset'])
})

test('whoever missed more than a reader may have waiting must read everything anew', async () => {
  const { feed, change } = feedOf(async () => ({ action: 'incident:read', resource, body: 'x'.repeat(200_000) }))
  const ann = listening(feed)
  const before = ann.lastId()
  change('a', 'b')
  await vi.waitFor(() => expect(ann.said()).toHaveLength(3))
  expect(listening(feed, before).said()).toEqual(['reset'])
})

test.each(['', 'x', 'other.0', '.1', '__proto__.0'])('the id %j of another run means nothing', id => {
  expect(listening(feedOf().feed, id).said()).toEqual(['reset'])
})

test('a number that was never given, or is none, means nothing', async () => {
  const { feed } = feedOf()
  const [run] = listening(feed).lastId().split('.')
  for (const number of ['5', '-1', 'NaN', '1e9']) {
    expect(listening(feed, `${run}.${number}`).said()).toEqual(['reset'])
  }
})

test('a record that changes many times before it is read is read once', async () => {
  const read = vi.fn(describe)
  const { feed, change } = feedOf(read)
  const ann = listening(feed)
  change('a', 'b', 'b', 'b', 'c')
  await vi.waitFor(() => expect(ann.said()).toEqual(['reset', 'a', 'b', 'c']))
  expect(read).toHaveBeenCalledTimes(3)
})

test('a change that cannot be read makes everybody read anew, and the feed goes on', async () => {
  const { feed, change } = feedOf(async each => {
    if (each.id === 'broken') throw new Error('the database is away')
    return describe(each)
  })
  const ann = listening(feed)
  change('a')
  await vi.waitFor(() => expect(ann.said()).toContain('a'))
  const beforeGap = ann.lastId()
  change('broken', 'b')
  await vi.waitFor(() => expect(ann.said()).toEqual(['reset', 'a', 'reset', 'b']))
  expect(listening(feed, beforeGap).said()).toEqual(['reset'])
})

test('a record that is gone is not spoken of', async () => {
  const { feed, change } = feedOf(async each => (each.id === 'gone' ? undefined : describe(each)))
  const ann = listening(feed)
  change('gone', 'a')
  await vi.waitFor(() => expect(ann.said()).toEqual(['reset', 'a']))
})
