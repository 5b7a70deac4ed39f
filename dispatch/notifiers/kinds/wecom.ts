// Notifier kind `wecom`: a message into a WeCom group (企业微信) by its robot.
import { z } from 'zod'
import type { Kind } from '../../../core/kind.ts'
import { groupRobot } from '../group-robot.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'
import { authoritiesOf, caFile } from '../trust.ts'
import { allowedUrl, httpUrl } from '../urls.ts'

const options = z.strictObject({
  url: httpUrl.describe('the robot’s address, with its key, as the group’s settings show it'),
  ca: caFile,
})

/** -1 busy; 45009: more than 20 messages within a minute; 45033: too many calls at once. */
const TOO_MANY = new Set([45009, 45033])
const PASSING = new Set([-1, ...TOO_MANY])
/** Of `content`, in UTF-8: https://developer.work.weixin.qq.com/document/path/91770. */
const MOST_TEXT_BYTES = 2_048

export const wecom: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'wecom',
  summary: 'says each notice in a WeCom group, and several in one message above 20 a minute',
  options,
  create({ url, ca }, deps) {
    const robot = allowedUrl(url, deps)
    return groupRobot(
      {
        url: robot,
        authorities: authoritiesOf(ca, robot, deps),
        addressed: () => robot,
        body: content => ({ msgtype: 'text', text: { content } }),
        mostTextBytes: MOST_TEXT_BYTES,
        passing: PASSING,
        tooMany: TOO_MANY,
      },
      deps,
    )
  },
}
