// Whom the city's own sign-in let in is asked about again while they are signed in: who has lost a group loses what it gave.
//
// What that needs of the issuer is kept in memory only: after a restart a session is as old as `auth.oidc.longest` at most.
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { SessionId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Clock } from '../core/time.ts'
import type { Claimed, Session } from '../core/user.ts'
import type { People } from './people-ports.ts'
import type { SignOnGrant } from './single-sign-on.ts'

export interface SignOnRechecksDeps {
  /** What the issuer says now; null: it has withdrawn its word. @throws JiemuError oidc-unavailable where it does not say, oidc-refused where it never will */
  askAgain(grant: SignOnGrant): Promise<{ readonly claimed: Claimed; readonly grant: SignOnGrant } | null>
  readonly people: Pick<People, 'recheck'>
  readonly clock: Clock
  readonly log: Log
}

export class SignOnRechecks {
  readonly #deps: SignOnRechecksDeps
  readonly #held = new Map<SessionId, { readonly grant: SignOnGrant; readonly until: number }>()
  #round: Promise<void> | undefined

  constructor(deps: SignOnRechecksDeps) {
    this.#deps = deps
  }

  /** A session that was just opened by what the issuer said. */
  hold({ id, expiresAt }: Pick<Session, 'id' | 'expiresAt'>, grant: SignOnGrant): void {
    this.#held.set(id, { grant, until: expiresAt })
  }

  /** Asks about everybody, one after the other; whoever comes meanwhile waits for the round that runs. */
  round(): Promise<void> {
    this.#round ??= this.#all().finally(() => {
      this.#round = undefined
    })
    return this.#round
  }

  async #all(): Promise<void> {
    for (const [id, { grant, until }] of [...this.#held]) {
      if (until <= this.#deps.clock.now()) this.#held.delete(id)
      else await this.#one(id, grant, until)
    }
  }

  async #one(id: SessionId, grant: SignOnGrant, until: number): Promise<void> {
    const { askAgain, people, log } = this.#deps
    try {
      const said = await askAgain(grant)
      // Before anything is decided: an issuer that hands out a new refresh token has made the old one void.
      if (said) this.#held.set(id, { grant: said.grant, until })
      const goesOn = await people.recheck(id, said?.claimed ?? null)
      if (!goesOn) this.#held.delete(id)
    } catch (thrown) {
      const { code, message } = thrown instanceof JiemuError ? thrown : toJiemuError(thrown)
      if (code === 'oidc-refused') this.#held.delete(id)
      log.debug({ session: id, problem: message }, 'the issuer was asked in vain about somebody who is signed in')
    }
  }
}
