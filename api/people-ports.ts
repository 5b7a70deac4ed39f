// What the API needs of people: who signs in, who is signed in, and whom an administrator lets in.
import type { SessionId, TokenId, UserId } from '../core/ids.ts'
import type { IssuedToken, NewToken } from '../core/issued-token.ts'
import type {
  Claimed,
  Invitation,
  NewUser,
  Opened,
  PeopleEvent,
  Session,
  SignedIn,
  SignInPlace,
  User,
  UserChange,
  UserIdentity,
} from '../core/user.ts'

/** Every change records its actor's name. */
export interface UsersPort {
  /** By login name. */
  list(): Promise<readonly User[]>
  /** @throws JiemuError not-found */
  get(id: UserId): Promise<User>
  /** @throws JiemuError login-taken */
  add(user: NewUser, actor: string): Promise<{ readonly user: User; readonly invitation: Invitation }>
  /** @throws JiemuError not-found or last-admin */
  change(id: UserId, change: UserChange, actor: string): Promise<User>
  /** Ends the user's sessions at once. @throws JiemuError not-found or last-admin */
  disable(id: UserId, actor: string): Promise<User>
  /** @throws JiemuError not-found */
  enable(id: UserId, actor: string): Promise<User>
  /** Ends the sessions and the password; the link chooses a new one. @throws JiemuError not-found */
  reset(id: UserId, actor: string): Promise<{ readonly user: User; readonly invitation: Invitation }>
}

/** Tokens that an administrator issues; those of the settings are apart. */
export interface IssuedTokens {
  /** The newest first, with those that have ended. */
  list(): Promise<readonly IssuedToken[]>
  /** @returns the secret, too, which is kept nowhere @throws JiemuError token-name-taken */
  issue(token: NewToken, actor: string): Promise<{ readonly token: IssuedToken; readonly secret: string }>
  /** @throws JiemuError not-found */
  revoke(id: TokenId, actor: string): Promise<IssuedToken>
  /** @returns undefined where it was revoked, has expired, or never was one */
  find(secret: string): Promise<IssuedToken | undefined>
}

export interface People {
  readonly users: UsersPort
  /** Whether there is a user, as was known at most two seconds ago; asks nobody. */
  anybody(): boolean
  /** @throws JiemuError sign-in-failed, sign-in-locked, sign-in-busy or password-sign-in-off */
  signIn(login: string, password: string, place: SignInPlace): Promise<Opened>
  /** Signs in whom the single sign-on names. @throws JiemuError oidc-no-access or last-admin */
  signInAs(claimed: Claimed, place: SignInPlace): Promise<Opened>
  /**
   * What the issuer says now of whoever opened a session: role and scope become what it gives, and where it gives nothing,
   * or null, the session ends. @returns whether it goes on
   */
  recheck(session: SessionId, claimed: Claimed | null): Promise<boolean>
  identities(userId: UserId): Promise<readonly UserIdentity[]>
  /** @param subject null: the issuer knows them as nobody @throws JiemuError not-found or identity-taken */
  linkIdentity(userId: UserId, issuer: string, subject: string | null, actor: string): Promise<void>
  /** @returns undefined where the token's session has ended, or there never was one */
  session(token: string): Promise<SignedIn | undefined>
  /** Those that are open, the newest first. */
  sessions(userId: UserId): Promise<readonly Session[]>
  signOut(signedIn: SignedIn): Promise<void>
  /** @param only one of them; all, if left out @returns how many were open @throws JiemuError not-found */
  endSessions(userId: UserId, actor: string, only?: SessionId): Promise<number>
  /** Ends the user's other sessions. @throws JiemuError sign-in-failed, sign-in-locked, sign-in-busy or password-weak */
  changePassword(signedIn: SignedIn, current: string, next: string): Promise<void>
  /** @throws JiemuError link-invalid, password-weak or sign-in-busy */
  choosePassword(token: string, password: string, place: SignInPlace): Promise<Opened>
  /** Makes the first administrator. @throws JiemuError link-invalid, password-weak or sign-in-busy */
  setUp(
    token: string,
    admin: { readonly login: string; readonly name: string; readonly password: string },
    place: SignInPlace,
  ): Promise<Opened>
  /** The newest first. @param before the id of the last that is known already */
  events(limit: number, before?: number): Promise<readonly PeopleEvent[]>
  /** Tells that somebody may do less, or more, than before, or has to sign in now. @returns how to stop listening */
  subscribe(listener: () => void): () => void
}
