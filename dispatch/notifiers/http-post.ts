// One HTTP POST that cannot be led astray: no redirects, only addresses that the guard lets through, one time limit.
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { JiemuError } from '../../core/errors.ts'
import type { Clock, EpochMs } from '../../core/time.ts'
import type { AddressGuard } from './address-guard.ts'
import { distrustOf } from './trust.ts'

/** For the whole of a request: name, connection, answer. */
const TIMEOUT_MS = 5_000

export interface PostOptions {
  readonly destination: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
  readonly guard: AddressGuard
  /** In PEM; the public ones, if left out. */
  readonly authorities?: string[] | undefined
  readonly clock: Clock
  /** Whether the receiver can tell that it has it already. */
  readonly isRepeatable?: boolean
  /** How much of the answer's body is read; nothing, if left out. */
  readonly answerBytes?: number
  readonly timeoutMs?: number | undefined
}

export interface Answer {
  readonly status: number
  /** How long the receiver asks us to wait; 0 where it does not. */
  readonly retryAfterMs: number
  readonly body: string
}

/**
 * @returns whatever was answered, also where it is no success
 * @throws JiemuError delivery-refused for a forbidden address, delivery-untrusted for a server that cannot prove who it
 *   is, delivery-failed where there was no answer
 */
export async function post(url: URL, options: PostOptions): Promise<Answer> {
  const { destination, guard, clock, timeoutMs = TIMEOUT_MS, answerBytes = 0 } = options
  const problem = guard.refusal(url.hostname)
  if (problem) throw new JiemuError('delivery-refused', { destination, problem })
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await answerTo(url, options, signal)
    const body = answerBytes > 0 ? await firstOf(answer, answerBytes) : ''
    drain(answer)
    const retryAfterMs = readRetryAfter(answer.headers['retry-after'], clock.now())
    return { status: answer.statusCode ?? 0, retryAfterMs, body }
  } catch (thrown) {
    if (thrown instanceof JiemuError) throw new JiemuError(thrown.code, { ...thrown.detail, destination })
    const late = signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : undefined
    throw new JiemuError('delivery-failed', { destination, problem: late ?? problemOf(thrown) })
  }
}

/** Connections that were opened through a guard are only for those who ask through it. */
const agents = new WeakMap<AddressGuard, { readonly http: HttpAgent; readonly https: HttpsAgent }>()
const KEPT_OPEN = { keepAlive: true, maxFreeSockets: 4 } as const

function agentsOf(guard: AddressGuard) {
  const known = agents.get(guard)
  if (known) return known
  const opened = { http: new HttpAgent(KEPT_OPEN), https: new HttpsAgent(KEPT_OPEN) }
  agents.set(guard, opened)
  return opened
}

async function answerTo(url: URL, options: PostOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { headers, body, guard, authorities: ca } = options
  const isSecure = url.protocol === 'https:'
  const { http, https } = agentsOf(guard)
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  const sent = (isSecure ? httpsRequest : httpRequest)(url, {
    ...{ method: 'POST', headers: { ...headers, ...length }, lookup: guard.lookup, signal },
    // Only what may go out twice uses a connection that may be closed at any moment.
    agent: options.isRepeatable ? (isSecure ? https : http) : false,
    // Said aloud, since the environment could turn it off for the whole process.
    ...{ ...(ca && { ca }), rejectUnauthorized: true },
  })
  try {
    return await new Promise((resolve, reject) => {
      sent.on('response', resolve).on('error', reject).end(body)
    })
  } catch (thrown) {
    // The other end closed a kept connection just when it was to be used again; should it have read all the same, it sees
    // the same id twice. What carries none goes out anew by its own rules.
    const isClosed = ['ECONNRESET', 'EPIPE'].includes((thrown as NodeJS.ErrnoException).code ?? '')
    if (sent.reusedSocket && isClosed) return answerTo(url, options, signal)
    const problem = distrustOf(sent.socket)
    throw problem ? new JiemuError('delivery-untrusted', { problem }, thrown) : thrown
  }
}

/** Of an answer that goes on for longer the connection is given up. */
const MOST_DRAINED_BYTES = 65_536

/** Reads what is left of an answer, so that its connection can serve again. */
function drain(answer: IncomingMessage): void {
  let size = 0
  answer.on('error', () => undefined)
  answer.on('data', (chunk: Buffer) => {
    size += chunk.byteLength
    if (size > MOST_DRAINED_BYTES) answer.destroy()
  })
}

async function firstOf(answer: IncomingMessage, bytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size >= bytes) break
  }
  return Buffer.concat(chunks).subarray(0, bytes).toString()
}

/**
 * Takes an answer by its status alone.
 * @throws JiemuError delivery-failed where it may be another one later, else delivery-refused
 */
export function requireSuccess({ status, retryAfterMs }: Answer, destination: string): void {
  if (status >= 200 && status < 300) return
  // Too slow, too early, too many, or broken on their side; a redirect is never followed, and counts as refused.
  const isTransient = status === 408 || status === 425 || status === 429 || status >= 500
  const detail = { destination, problem: `answered ${status}`, ...(retryAfterMs > 0 && { retryAfterMs }) }
  throw new JiemuError(isTransient ? 'delivery-failed' : 'delivery-refused', detail)
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from `now`. */
function readRetryAfter(header: string | undefined, now: EpochMs): number {
  if (!header) return 0
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - now)
}

/** The code of a network error; its message could repeat the address with a token in its path. */
export function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code) return code
  return error instanceof Error ? error.name : 'unknown'
}
