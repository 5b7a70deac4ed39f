// What the robots of group chats have in common: a POST whose answer is 200 even where it is an error, 20 messages a minute.
import { JiemuError } from '../../core/errors.ts'
import { contentId } from '../../core/ids.ts'
import { post, requireSuccess } from './http-post.ts'
import { lineOf, linkOf, summaryOf } from './notice-text.ts'
import type { Notifier, NotifierDeps } from './notifier.ts'

export interface RobotWays {
  /** Names the robot itself, without its query: two destinations of one robot share its limit. */
  readonly url: URL
  /** In PEM; the public ones, if left out. */
  readonly authorities: string[] | undefined
  /** The address of one message, signed for now. */
  addressed(now: number): URL
  /** The body that says a text. */
  body(text: string): object
  readonly mostTextBytes: number
  /** Codes after which the same message may be taken later. */
  readonly passing: ReadonlySet<number>
  /** Those of them that say "too many". */
  readonly tooMany: ReadonlySet<number>
}

/** Both robots refuse the 21st message of a minute. */
const PER_MINUTE = 20
const MINUTE_MS = 60_000
/** {"errcode":0,"errmsg":"ok"} and a little more. */
const ANSWER_BYTES = 16_384

export function groupRobot(
  ways: RobotWays,
  { destination, guard, clock, timeoutMs, publicUrl }: NotifierDeps,
): Notifier {
  async function say(text: string): Promise<void> {
    const answer = await post(ways.addressed(clock.now()), {
      ...{ destination, guard, authorities: ways.authorities, clock, timeoutMs, answerBytes: ANSWER_BYTES },
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(ways.body(text)),
    })
    requireSuccess(answer, destination)
    const code = errorCode(answer.body)
    if (code === 0) return
    if (code === undefined) throw new JiemuError('delivery-failed', { destination, problem: 'no answer of a robot' })
    const detail = { destination, problem: `errcode ${code}` }
    if (!ways.passing.has(code)) throw new JiemuError('delivery-refused', detail)
    throw new JiemuError('delivery-failed', ways.tooMany.has(code) ? { ...detail, retryAfterMs: MINUTE_MS } : detail)
  }
  return {
    destination,
    send: notice => say([lineOf(notice), ...linkOf(notice, publicUrl)].join('\n')),
    robot: {
      key: contentId(ways.url.href),
      perMinute: PER_MINUTE,
      sendSummary: notices => say(summaryOf(notices, ways.mostTextBytes)),
    },
  }
}

function errorCode(body: string): number | undefined {
  try {
    const { errcode } = JSON.parse(body) as { readonly errcode?: unknown }
    return typeof errcode === 'number' ? errcode : undefined
  } catch {
    return undefined
  }
}
