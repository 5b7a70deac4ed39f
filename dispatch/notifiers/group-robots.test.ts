// The robots of group chats against stand-ins that judge as the real ones do: signature, 20 messages a minute, 200 for errors.
import { createHmac } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../core/time.ts'
import {
  NOTICE,
  notices,
  openNotifier,
  type Received,
  type Receiver,
  startReceiver,
} from '../../tests/support/loopback.ts'

const SECRET = 'SEC0123456789abcdef'
const NOW = Date.parse('2026-01-05T08:00:00+08:00')

let robot: Receiver
let clock: ManualClock
let texts: string[]
let taken: number[]

const say = (response: ServerResponse, errcode: number) =>
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ errcode, errmsg: String(errcode) }))

/** As DingTalk does it: the signature must be of the last hour, and the 21st message of a minute is refused. */
function dingtalk({ request, body }: Received, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '', 'http://robot')
  const timestamp = searchParams.get('timestamp') ?? ''
  const sign = createHmac('sha256', SECRET).update(`${timestamp}\n${SECRET}`).digest('base64')
  if (searchParams.get('access_token') !== 'abc') return void say(response, 400101)
  if (sign !== searchParams.get('sign') || Math.abs(clock.now() - Number(timestamp)) > 3_600_000) {
    return void say(response, 310000)
  }
  limited(response, 130101, JSON.parse(body).text.content)
}

function wecom({ request, body }: Received, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? '', 'http://robot')
  if (searchParams.get('key') !== 'abc') return void say(response, 93000)
  const { content } = JSON.parse(body).text
  if (Buffer.byteLength(content) > 2_048) return void say(response, 40058)
  limited(response, 45009, content)
}

function limited(response: ServerResponse, tooMany: number, text: string): void {
  if (taken.filter(at => at > clock.now() - 60_000).length >= 20) return void say(response, tooMany)
  taken.push(clock.now())
  texts.push(text)
  say(response, 0)
}

const OTHERS: Record<string, (response: ServerResponse) => void> = {
  '/busy': response => say(response, -1),
  '/page': response => response.writeHead(200).end('<html>'),
  '/huge': response => response.writeHead(200).end('x'.repeat(10_000_000)),
  '/503': response => response.writeHead(503).end(),
}

beforeAll(async () => {
  robot = await startReceiver((received, response) => {
    const path = received.request.url?.split('?')[0] ?? ''
    if (path === '/robot/send') dingtalk(received, response)
    else if (path === '/cgi-bin/webhook/send') wecom(received, response)
    else OTHERS[path]?.(response)
  })
})
afterAll(() => robot.close())
beforeEach(() => {
  clock = new ManualClock(NOW)
  texts = []
  taken = []
})

const open = {
  dingtalk: (token = 'abc', secret = SECRET) =>
    openNotifier('dingtalk', { url: `${robot.origin}/robot/send?access_token=${token}`, secret }, { clock }),
  wecom: (key = 'abc') => openNotifier('wecom', { url: `${robot.origin}/cgi-bin/webhook/send?key=${key}` }, { clock }),
}

test.each(['dingtalk', 'wecom'] as const)('%s: a notice is one line that a person can read', async kind => {
  await open[kind]().send(NOTICE)
  expect(texts).toEqual(['「违停」已派单 · 黄 · gulou/gulou-1 · chengguan-1 · 08:00:00 · job-1'])
})

test.each(['dingtalk', 'wecom'] as const)('%s: many notices are one message, as long as it may be', async kind => {
  const all = [...notices(120), ...notices(3, { event: 'job.closed' })]
  await open[kind]().robot?.sendSummary(all)
  const [head, newest] = texts[0]?.split('\n') ?? []
  expect(head).toBe('123 条通知: 已派单 120、已结案 3')
  expect(newest).toBe('「违停」已派单 · 黄 · gulou/gulou-1 · chengguan-1 · 08:01:59 · job-119')
  if (kind === 'wecom') expect(texts[0]).toMatch(/\n其余 \d+ 条见指挥中心$/)
})

test.each(['dingtalk', 'wecom'] as const)(
  '%s: too many is an error though it is answered with 200, and waits a minute',
  async kind => {
    const notifier = open[kind]()
    for (let sent = 0; sent < 20; sent++) await notifier.send(NOTICE)
    await expect(notifier.send(NOTICE)).rejects.toMatchObject({
      code: 'delivery-failed',
      detail: { retryAfterMs: 60_000 },
    })
    clock.advanceBy(60_000)
    await notifier.send(NOTICE)
    expect(texts).toHaveLength(21)
  },
)

test.each([
  ['a wrong secret', () => open.dingtalk('abc', 'SECabcdef0123456789'), '310000'],
  ['a wrong token', () => open.dingtalk('xyz'), '400101'],
  ['a wrong key', () => open.wecom('xyz'), '93000'],
])('%s is refused for good, and the error does not repeat it', async (_, notifier, code) => {
  const failure = await notifier()
    .send(NOTICE)
    .catch(error => error)
  expect(failure).toMatchObject({ code: 'delivery-refused', message: expect.stringContaining(code) })
  expect(failure.message).not.toMatch(/SEC|xyz/)
})

test.each(['/busy', '/page', '/huge', '/503'])('what the robot’s server answers at %s is tried again', async path => {
  const notifier = openNotifier('wecom', { url: `${robot.origin}${path}` }, { clock })
  await expect(notifier.send(NOTICE)).rejects.toMatchObject({ code: 'delivery-failed' })
})

test('destinations of one robot share its limit', () => {
  expect(open.dingtalk().robot).toMatchObject({ key: open.dingtalk().robot?.key, perMinute: 20 })
  expect(open.dingtalk().robot?.key).not.toBe(open.dingtalk('xyz').robot?.key)
})
