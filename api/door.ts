// The door: who a request comes from, by session cookie, by token, or by sitting at this machine.
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { JiemuError } from '../core/errors.ts'
import type { Actor } from '../core/permission.ts'
import { systemClock } from '../core/time.ts'
import { actorFor, type Opened, type SignedIn, type SignInPlace } from '../core/user.ts'
import { checkLocalRequest } from './loopback.ts'
import { changes, checkCsrfToken, checkOwnPage, csrfTokenOf } from './own-page.ts'
import type { IssuedTokens, People } from './people-ports.ts'
import { RequestRate } from './request-rate.ts'
import { TICKET_MS } from './single-sign-on.ts'
import { bearerOf, configuredActor, LOCAL_ACTOR, type Token } from './tokens.ts'

export interface Identity {
  readonly by: 'local' | 'token' | 'session'
  readonly actor: Actor
  /** Of whoever came by session. */
  readonly signedIn?: SignedIn
  /** What that session's changes must carry. */
  readonly csrf?: string
}

export interface DoorOptions {
  readonly tokens: readonly Token[]
  readonly people: Pick<People, 'anybody' | 'session'>
  /** Asked for whatever is none of `tokens`: those work while the database is away, too. */
  readonly issued: Pick<IssuedTokens, 'find'>
  /** Only this machine can reach us. */
  readonly local: boolean
  /** TLS, here or in the proxy before us. */
  readonly secure: boolean
}

export class Door {
  /** The prefix makes browsers take it from a secure page of this very host only (RFC 6265bis §4.1.3). */
  readonly cookieName: string
  readonly #options: DoorOptions
  readonly #rate = new RequestRate(systemClock)

  constructor(options: DoorOptions) {
    this.#options = options
    this.cookieName = options.secure ? '__Host-jiemu' : 'jiemu'
  }

  /** While there is neither a token nor a user, whoever sits at this machine is the administrator. */
  get open(): boolean {
    const { local, tokens, people } = this.#options
    return local && tokens.length === 0 && !people.anybody()
  }

  /** For what holds nothing of anybody. @throws JiemuError origin-refused */
  admit(request: FastifyRequest): void {
    if (this.open) checkLocalRequest(request.method, request.headers)
  }

  /** For what our own page does for somebody who is not yet known. @throws JiemuError csrf-refused or origin-refused */
  admitOwnPage(request: FastifyRequest): void {
    this.admit(request)
    checkOwnPage(request.headers, this.#originOf(request))
  }

  /** @throws JiemuError unauthenticated, token-too-often, session-ended, csrf-refused or origin-refused */
  async identify(request: FastifyRequest): Promise<Identity> {
    const { people } = this.#options
    if (this.open) {
      checkLocalRequest(request.method, request.headers)
      return { by: 'local', actor: LOCAL_ACTOR }
    }
    const { authorization } = request.headers
    if (authorization !== undefined) return { by: 'token', actor: await this.#actorOf(bearerOf(authorization)) }
    const token = request.cookies[this.cookieName]
    if (!token) throw new JiemuError('unauthenticated')
    const signedIn = await people.session(token)
    if (!signedIn) throw new JiemuError('session-ended')
    if (changes(request.method)) {
      checkOwnPage(request.headers, this.#originOf(request))
      checkCsrfToken(request.headers, token)
    }
    return { by: 'session', actor: actorFor(signedIn.user), signedIn, csrf: csrfTokenOf(token) }
  }

  /**
   * For a WebSocket: browsers let every page open one, with the visitor's cookie, and only the Origin says whose page it is.
   * A program that comes by token has no cookie that a foreign page could use.
   * @throws JiemuError csrf-refused or origin-refused
   */
  admitSocket(request: FastifyRequest, { by }: Identity): void {
    const { origin } = request.headers
    if (by === 'token' || (by === 'local' && origin === undefined)) return
    if (origin !== this.#originOf(request)) {
      throw new JiemuError('csrf-refused', { problem: 'comes from a page of another origin' })
    }
  }

  /** Hands the session's cookie over. */
  remember(reply: FastifyReply, { token, user, session }: Opened): Identity {
    const seconds = Math.floor((session.expiresAt - session.createdAt) / 1_000)
    reply.setCookie(this.cookieName, token, { ...this.#cookie(), maxAge: seconds })
    return { by: 'session', actor: actorFor(user), signedIn: { user, session }, csrf: csrfTokenOf(token) }
  }

  forget(reply: FastifyReply): void {
    reply.clearCookie(this.cookieName, this.#cookie())
  }

  /**
   * What only the browser that begins a single sign-on has. It comes back from another site, which a strict cookie would
   * not survive.
   */
  handTicket(reply: FastifyReply, ticket: string): void {
    reply.setCookie(this.#ticketName, ticket, { ...this.#cookie(), sameSite: 'lax', maxAge: TICKET_MS / 1_000 })
  }

  /** Once. */
  takeTicket(request: FastifyRequest, reply: FastifyReply): string | undefined {
    reply.clearCookie(this.#ticketName, { ...this.#cookie(), sameSite: 'lax' })
    return request.cookies[this.#ticketName]
  }

  placeOf(request: FastifyRequest): SignInPlace {
    return { address: request.ip, agent: request.headers['user-agent'] ?? '' }
  }

  /** @throws JiemuError unauthenticated or token-too-often */
  async #actorOf(secret: string): Promise<Actor> {
    const configured = configuredActor(this.#options.tokens, secret)
    if (configured) return configured
    const token = await this.#options.issued.find(secret)
    if (!token) throw new JiemuError('unauthenticated')
    this.#rate.take(token)
    const { name, role, scope, workerId } = token
    return { name, role, scope, ...(workerId !== null && { workerId }) }
  }

  get #ticketName(): string {
    return `${this.cookieName}-ticket`
  }

  #cookie(): CookieSerializeOptions {
    return { path: '/', httpOnly: true, sameSite: 'strict', secure: this.#options.secure }
  }

  #originOf(request: FastifyRequest): string {
    return `${this.#options.secure ? 'https' : 'http'}://${request.host}`
  }
}
