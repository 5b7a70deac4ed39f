// People in memory for the API's own tests: whoever is named is signed in, and nothing is remembered.
import type { IssuedTokens, People } from '../../api/people-ports.ts'
import type { SingleSignOnPort } from '../../api/single-sign-on.ts'
import type { SessionId, TokenId, UserId } from '../../core/ids.ts'
import type { IssuedToken } from '../../core/issued-token.ts'
import type { Opened, SignedIn, User } from '../../core/user.ts'

const AT = Date.parse('2026-03-12T14:05:32+08:00')
const INVITATION = { token: 'invited', expiresAt: AT + 86_400_000 }

export function sampleUser(over: Partial<User> = {}): User {
  const login = over.login ?? 'zhang'
  return {
    id: `usr-${login}` as UserId,
    login,
    name: '张伟',
    role: 'operator',
    scope: 'district',
    workerId: null,
    hasPassword: true,
    createdAt: AT,
    createdBy: 'root',
    disabledAt: null,
    ...over,
  }
}

export function signedInAs(user: User): SignedIn {
  const id = `ses-${user.login}` as SessionId
  const session = { id, userId: user.id, createdAt: AT, lastSeenAt: AT, expiresAt: AT + 3_600_000 }
  return { user, session: { ...session, address: '192.0.2.7', agent: 'Firefox' } }
}

/** The token of a session is its user's login name. @param users those who are signed in; none, and nobody has to */
export function fakePeople(users: readonly User[] = [], overrides: Partial<People> = {}): People {
  const find = (login: string): SignedIn | undefined => {
    const user = users.find(each => each.login === login)
    return user && signedInAs(user)
  }
  const opened = (login: string): Opened => ({ ...signedInAs(sampleUser({ login })), token: login })
  const invited = async () => ({ user: sampleUser({ hasPassword: false }), invitation: INVITATION })
  return {
    users: {
      list: async () => users,
      get: async () => sampleUser(),
      add: invited,
      change: async () => sampleUser(),
      disable: async () => sampleUser({ disabledAt: AT }),
      enable: async () => sampleUser(),
      reset: invited,
    },
    anybody: () => users.length > 0,
    signIn: async login => opened(login),
    signInAs: async ({ login }) => opened(login),
    recheck: async () => true,
    identities: async () => [],
    linkIdentity: async () => undefined,
    session: async token => find(token),
    sessions: async () => [signedInAs(sampleUser()).session],
    signOut: async () => undefined,
    endSessions: async () => 1,
    changePassword: async () => undefined,
    choosePassword: async () => opened('zhang'),
    setUp: async (_token, { login }) => opened(login),
    events: async () => [],
    subscribe: () => () => undefined,
    ...overrides,
  }
}

export function sampleToken(over: Partial<IssuedToken> = {}): IssuedToken {
  return {
    id: 'tok-1' as TokenId,
    name: 'gateway',
    role: 'viewer',
    scope: 'district',
    workerId: null,
    perMinute: null,
    createdAt: AT,
    createdBy: 'root',
    expiresAt: AT + 86_400_000,
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
    ...over,
  }
}

/** @param found the only one that there is; its secret is its name */
export function fakeIssued(found: IssuedToken = sampleToken()): IssuedTokens {
  return {
    list: async () => [found],
    issue: async () => ({ token: found, secret: found.name }),
    revoke: async () => found,
    find: async secret => (secret === found.name ? found : undefined),
  }
}

/** An issuer that confirms everybody. */
export const fakeSingleSignOn: SingleSignOnPort = {
  label: '统一身份认证',
  issuer: 'https://id.example',
  origin: 'http://localhost:80',
  passwordsForAll: true,
  begin: async () => ({ url: 'https://id.example/auth', ticket: 'ticket' }),
  finish: async () => ({
    claimed: { issuer: 'https://id.example', subject: '1', login: 'zhang', name: '张伟', access: null },
    to: '/',
    grant: { subject: '1', accessToken: 'a', refreshToken: null, toldByUser: true },
  }),
  hold: () => undefined,
}
