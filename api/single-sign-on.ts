// The city's own sign-in by OpenID Connect: code flow with PKCE, state and nonce; who may come in is said by claims, or by nobody.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import * as client from 'openid-client'
import { z } from 'zod'
import { JiemuError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { ROLES } from '../core/permission.ts'
import { type Clock, duration, type EpochMs } from '../core/time.ts'
import { type Claimed, loginSchema, type Session, scopeSchema } from '../core/user.ts'
import { isLoopback } from './loopback.ts'
import type { People } from './people-ports.ts'
import { SignOnRechecks } from './sign-on-rechecks.ts'

/** In the clear only to this very machine: a code or a token that others can read is everybody's. */
const safeUrl = (text: string): boolean => {
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || isLoopback(hostname)
}

/** The setting `auth.oidc`. */
export const singleSignOnSchema = z.strictObject({
  issuer: z
    .url({ protocol: /^https?$/ })
    .refine(safeUrl, 'expected https://…')
    .describe('its /.well-known/openid-configuration is read when somebody signs in'),
  clientId: z.string().min(1).max(200),
  clientSecretFile: z
    .string()
    .optional()
    .describe('file with the secret, and nothing else; JIEMU_OIDC_CLIENT_SECRET wins; without either a public client'),
  label: z.string().min(1).max(40).default('统一身份认证').describe('what the button of the sign-in page says'),
  scopes: z.string().default('openid profile').describe('what is asked of the issuer'),
  access: z
    .array(
      z.strictObject({
        claim: z.string().min(1).describe('of the ID token or the user information'),
        value: z.string().min(1).describe('what it is, or what its list holds'),
        role: z.enum(ROLES),
        scope: scopeSchema,
      }),
    )
    .default([])
    .describe(
      'who comes in as what: the first that matches; nobody whom none matches, but for those an administrator linked',
    ),
  recheck: duration
    .prefault('10m')
    .describe('how often the issuer is asked again about whoever is signed in, where it says so by user information'),
  longest: duration
    .prefault('12h')
    .describe(
      'after so long one signs in anew there: a group that is lost counts by then, whatever the issuer can tell',
    ),
  passwordsOnlyFor: z
    .array(loginSchema)
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'the login names that may still use a password, for the day on which the issuer is down; null: everybody',
    ),
})
export type SingleSignOnSettings = z.output<typeof singleSignOnSchema>

export const CALLBACK_PATH = '/api/oidc/callback'
/** So long may somebody take at the issuer's page. */
export const TICKET_MS = 600_000
/** Whoever begins and never comes back must not fill the memory. */
const MOST_PENDING = 1_000
const TIMEOUT_S = 10

/** What one asks the issuer with again; never leaves the memory. */
export interface SignOnGrant {
  readonly subject: string
  readonly accessToken: string
  readonly refreshToken: string | null
  /** Whether the user information alone says what let them in: else its silence means nothing. */
  readonly toldByUser: boolean
}

interface Pending {
  readonly ticketSha256: Buffer
  readonly nonce: string
  readonly verifier: string
  readonly to: string
  readonly expiresAt: EpochMs
}

export interface SingleSignOnDeps {
  readonly settings: SingleSignOnSettings
  /** Null: a public client. */
  readonly clientSecret: string | null
  /** Where browsers reach us. */
  readonly publicUrl: string
  readonly people: Pick<People, 'recheck'>
  readonly clock: Clock
  readonly log: Log
}

/**
 * @param environment for JIEMU_OIDC_CLIENT_SECRET
 * @returns undefined where it is not set up
 * @throws JiemuError config-invalid where `publicUrl` is missing or not https, file-unreadable
 */
export async function openSingleSignOn(
  settings: SingleSignOnSettings | null,
  publicUrl: string | null,
  environment: NodeJS.ProcessEnv,
  deps: Pick<SingleSignOnDeps, 'people' | 'clock' | 'log'>,
): Promise<SingleSignOn | undefined> {
  if (!settings) return undefined
  if (!publicUrl || !safeUrl(publicUrl)) {
    throw new JiemuError('config-invalid', { file: 'auth.oidc', problem: 'publicUrl: needed, and as https://…' })
  }
  const file = settings.clientSecretFile
  const read = file
    ? await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new JiemuError('file-unreadable', { file, problem: error.code ?? error.message }, error)
      })
    : ''
  const clientSecret = (environment.JIEMU_OIDC_CLIENT_SECRET || read).trim() || null
  return new SingleSignOn({ settings, clientSecret, publicUrl, ...deps })
}

/** As routes get it. */
export type SingleSignOnPort = Pick<
  SingleSignOn,
  'label' | 'issuer' | 'origin' | 'passwordsForAll' | 'begin' | 'finish' | 'hold'
>

export class SingleSignOn {
  readonly label: string
  readonly issuer: string
  readonly origin: string
  readonly passwordsForAll: boolean
  readonly #deps: SingleSignOnDeps
  /** By state; each is used once. */
  readonly #pending = new Map<string, Pending>()
  readonly #rechecks: SignOnRechecks
  readonly #timer: NodeJS.Timeout
  #known: Promise<client.Configuration> | undefined

  constructor(deps: SingleSignOnDeps) {
    this.#deps = deps
    this.label = deps.settings.label
    this.passwordsForAll = deps.settings.passwordsOnlyFor === null
    this.issuer = deps.settings.issuer
    this.origin = new URL(deps.publicUrl).origin
    const { people, clock, log, settings } = deps
    this.#rechecks = new SignOnRechecks({ askAgain: grant => this.askAgain(grant), people, clock, log })
    this.#timer = setInterval(() => void this.#rechecks.round(), settings.recheck)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** The issuer is asked about a session that it opened, as long as it lasts. */
  hold(session: Pick<Session, 'id' | 'expiresAt'>, grant: SignOnGrant): void {
    this.#rechecks.hold(session, grant)
  }

  /** Asks about everybody now. */
  recheck(): Promise<void> {
    return this.#rechecks.round()
  }

  /**
   * @param to where on our page to go afterwards
   * @returns where the browser goes now, and a ticket that it alone must bring back
   * @throws JiemuError oidc-unavailable
   */
  async begin(to: string): Promise<{ readonly url: string; readonly ticket: string }> {
    const issuer = await this.#discovered()
    const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()]
    const ticket = randomBytes(32).toString('base64url')
    this.#remember(state, { ticketSha256: digest(ticket), nonce, verifier, to, expiresAt: this.#now() + TICKET_MS })
    const url = client.buildAuthorizationUrl(issuer, {
      redirect_uri: `${this.origin}${CALLBACK_PATH}`,
      scope: this.#deps.settings.scopes,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    return { url: url.href, ticket }
  }

  /**
   * @param query what the issuer sent the browser back with
   * @param ticket undefined where the browser brings none
   * @throws JiemuError oidc-refused or oidc-unavailable
   */
  async finish(
    query: string,
    ticket: string | undefined,
  ): Promise<{ readonly claimed: Claimed; readonly to: string; readonly grant: SignOnGrant }> {
    const back = new URL(`${this.origin}${CALLBACK_PATH}?${query}`)
    const state = back.searchParams.get('state') ?? ''
    const pending = this.#pending.get(state)
    this.#pending.delete(state)
    if (!pending || pending.expiresAt < this.#now()) throw refused('it was not begun here, or too long ago')
    if (!ticket || !timingSafeEqual(digest(ticket), pending.ticketSha256)) throw refused('another browser began it')
    const issuer = await this.#discovered()
    try {
      const tokens = await client.authorizationCodeGrant(issuer, back, {
        pkceCodeVerifier: pending.verifier,
        expectedState: state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      })
      const said = tokens.claims()
      if (!said) throw refused('the issuer did not say who it is')
      const more = issuer.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(issuer, tokens.access_token, said.sub)
        : {}
      const claimed = this.#claimed(said.sub, { ...more, ...said })
      const toldByUser = isDeepStrictEqual(this.#claimed(said.sub, more).access, claimed.access)
      const { access_token: accessToken, refresh_token: refreshToken = null } = tokens
      return { claimed, to: pending.to, grant: { subject: said.sub, accessToken, refreshToken, toldByUser } }
    } catch (thrown) {
      throw this.#failure(thrown)
    }
  }

  /**
   * What the issuer says now of somebody it let in.
   * @returns null where it has withdrawn its word
   * @throws JiemuError oidc-unavailable where it does not answer, oidc-refused where it will not say any more
   */
  async askAgain(grant: SignOnGrant): Promise<{ readonly claimed: Claimed; readonly grant: SignOnGrant } | null> {
    const issuer = await this.#discovered()
    const { subject, refreshToken } = grant
    try {
      const tokens = refreshToken === null ? null : await client.refreshTokenGrant(issuer, refreshToken)
      const now = {
        ...grant,
        accessToken: tokens?.access_token ?? grant.accessToken,
        refreshToken: tokens?.refresh_token ?? refreshToken,
      }
      const said = tokens?.claims()
      if (!said && !grant.toldByUser) throw refused('the issuer says it at a sign-in only')
      const more = issuer.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(issuer, now.accessToken, subject)
        : {}
      return { claimed: this.#claimed(subject, { ...more, ...said }), grant: now }
    } catch (thrown) {
      if (refreshToken !== null && thrown instanceof client.ResponseBodyError && thrown.error === 'invalid_grant') {
        return null
      }
      throw this.#failure(thrown)
    }
  }

  #claimed(subject: string, claims: Readonly<Record<string, unknown>>): Claimed {
    const text = (claim: string): string => (typeof claims[claim] === 'string' ? claims[claim] : '')
    const access = this.#deps.settings.access.find(({ claim, value }) => holds(claims[claim], value))
    return {
      issuer: this.issuer,
      subject,
      login: text('preferred_username'),
      name: (text('name') || text('preferred_username') || subject).slice(0, 80),
      access: access ? { role: access.role, scope: access.scope } : null,
    }
  }

  #remember(state: string, pending: Pending): void {
    for (const [old, { expiresAt }] of this.#pending) {
      if (expiresAt >= this.#now() && this.#pending.size < MOST_PENDING) break
      this.#pending.delete(old)
    }
    this.#pending.set(state, pending)
  }

  /** Asked once; where the issuer is away, again by the next who signs in. */
  #discovered(): Promise<client.Configuration> {
    const { settings, clientSecret } = this.#deps
    const url = new URL(settings.issuer)
    this.#known ??= client
      .discovery(url, settings.clientId, undefined, authentication(clientSecret), {
        timeout: TIMEOUT_S,
        execute: url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
      })
      .catch(thrown => {
        this.#known = undefined
        throw this.#failure(thrown, true)
      })
    return this.#known
  }

  /** The log hears what went wrong; the person, only what to do: an answer of the issuer may hold a code. */
  #failure(thrown: unknown, asking = false): JiemuError {
    if (thrown instanceof JiemuError) return thrown
    const { message, code = '' } = thrown as { readonly message: string; readonly code?: string }
    const away = asking || thrown instanceof TypeError || code === 'OAUTH_TIMEOUT'
    this.#deps.log.warn({ problem: message, code, issuer: this.issuer }, 'a single sign-on did not succeed')
    return away ? new JiemuError('oidc-unavailable', {}, thrown) : refused('the issuer did not confirm it', thrown)
  }

  #now(): EpochMs {
    return this.#deps.clock.now()
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const refused = (problem: string, cause?: unknown): JiemuError => new JiemuError('oidc-refused', { problem }, cause)

function holds(claim: unknown, value: string): boolean {
  return Array.isArray(claim)
    ? claim.some(one => String(one) === value)
    : claim !== undefined && String(claim) === value
}

/** As the issuer wants it: in the header, where it does not say otherwise (OpenID Connect Core §9). */
function authentication(secret: string | null): client.ClientAuth {
  if (secret === null) return client.None()
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)]
  return (issuer, ...given) => {
    const methods = issuer.token_endpoint_auth_methods_supported
    return (!methods || methods.includes('client_secret_basic') ? basic : post)(issuer, ...given)
  }
}
