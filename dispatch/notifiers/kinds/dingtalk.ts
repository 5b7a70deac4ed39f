// Notifier kind `dingtalk`: a message into a DingTalk group by its robot, signed with the robot's secret.
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Kind } from '../../../core/kind.ts'
import { groupRobot } from '../group-robot.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'
import { authoritiesOf, caFile } from '../trust.ts'
import { allowedUrl, httpUrl } from '../urls.ts'

const options = z.strictObject({
  url: httpUrl.describe('the robot’s address, with its access_token, as the group’s settings show it'),
  secret: z.string().min(16).describe('the robot’s secret (加签), which begins with SEC'),
  ca: caFile,
})

/** -1 busy; 130101 and 410100: more than 20 messages within a minute; 90030: over the limit for now. */
const TOO_MANY = new Set([130101, 410100, 90030])
const PASSING = new Set([-1, ...TOO_MANY])
/** The whole message may have 20,000 bytes. */
const MOST_TEXT_BYTES = 18_000

export const dingtalk: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'dingtalk',
  summary: 'says each notice in a DingTalk group, and several in one message above 20 a minute',
  options,
  create({ url, secret, ca }, deps) {
    const robot = allowedUrl(url, deps)
    return groupRobot(
      {
        url: robot,
        authorities: authoritiesOf(ca, robot, deps),
        addressed: now => signed(robot, secret, now),
        body: content => ({ msgtype: 'text', text: { content } }),
        mostTextBytes: MOST_TEXT_BYTES,
        passing: PASSING,
        tooMany: TOO_MANY,
      },
      deps,
    )
  },
}

/** https://open.dingtalk.com/document/robots/customize-robot-security-settings: HMAC-SHA256 over "timestamp\nsecret". */
function signed(robot: URL, secret: string, now: number): URL {
  const url = new URL(robot)
  url.searchParams.set('timestamp', String(now))
  url.searchParams.set('sign', createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64'))
  return url
}
