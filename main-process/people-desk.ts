// People as the API gets them: the store's, with who must sign in known at once, and every change of rights told.
import type { IssuedTokens, People } from '../api/people-ports.ts'
import type { Log } from '../core/log.ts'
import type { Invitation } from '../core/user.ts'
import type { People as StoredPeople } from '../store/people/people.ts'

/** So long may what the command line does go unseen: until then a stream goes on, and an open loopback stays open. */
const LOOK_MS = 2_000

export class PeopleDesk implements People {
  readonly users: People['users']
  readonly signIn: People['signIn']
  readonly signOut: People['signOut']
  readonly session: People['session']
  readonly sessions: People['sessions']
  readonly endSessions: People['endSessions']
  readonly changePassword: People['changePassword']
  readonly choosePassword: People['choosePassword']
  readonly setUp: People['setUp']
  readonly events: People['events']
  readonly signInAs: People['signInAs']
  readonly recheck: People['recheck']
  readonly identities: People['identities']
  readonly linkIdentity: People['linkIdentity']
  readonly tokens: IssuedTokens
  readonly #people: StoredPeople
  readonly #log: Log
  readonly #listeners = new Set<() => void>()
  #anybody = false
  #last = 0
  #look: NodeJS.Timeout | undefined

  private constructor(people: StoredPeople, log: Log) {
    this.#people = people
    this.#log = log
    const { users } = people
    this.users = {
      list: () => users.list(),
      get: id => users.get(id),
      add: this.#telling((...given) => users.add(...given)),
      change: this.#telling((...given) => users.change(...given)),
      disable: this.#telling((...given) => users.disable(...given)),
      enable: (...given) => users.enable(...given),
      reset: this.#telling((...given) => users.reset(...given)),
    }
    const { tokens } = people
    this.tokens = {
      list: () => tokens.list(),
      issue: (...given) => tokens.issue(...given),
      find: secret => tokens.find(secret),
      revoke: async (...given) => {
        const revoked = await tokens.revoke(...given)
        this.#tell()
        return revoked
      },
    }
    this.identities = userId => people.identities(userId)
    this.signInAs = this.#telling((...given) => people.signInAs(...given))
    this.recheck = async (session, claimed) => {
      const { goesOn, changed } = await people.recheck(session, claimed)
      if (changed) this.#tell()
      return goesOn
    }
    this.linkIdentity = this.#telling((...given) => people.linkIdentity(...given))
    this.signIn = (...given) => people.signIn(...given)
    this.session = token => people.session(token)
    this.sessions = userId => people.sessions(userId)
    this.events = (...given) => people.events(...given)
    this.signOut = this.#telling((...given) => people.signOut(...given))
    this.endSessions = this.#telling((...given) => people.endSessions(...given))
    this.changePassword = this.#telling((...given) => people.changePassword(...given))
    this.choosePassword = this.#telling((...given) => people.choosePassword(...given))
    this.setUp = this.#telling((...given) => people.setUp(...given))
  }

  /** @param lookMs how often it looks for what others did @throws JiemuError database-unavailable */
  static async open(people: StoredPeople, log: Log, lookMs = LOOK_MS): Promise<PeopleDesk> {
    const desk = new PeopleDesk(people, log)
    desk.#last = (await people.events(1))[0]?.id ?? 0
    desk.#anybody = await people.users.any()
    desk.#look = setInterval(() => void desk.#lookAgain(), lookMs)
    return desk
  }

  anybody(): boolean {
    return this.#anybody
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The link that makes the first administrator; null where somebody can come in already. @param tokens how many are set */
  setUpLink(tokens: number): Promise<Invitation | null> {
    return this.#people.setUpLink(tokens === 0)
  }

  close(): void {
    clearInterval(this.#look)
    this.#listeners.clear()
  }

  async #lookAgain(): Promise<void> {
    try {
      const { last, rights } = await this.#people.since(this.#last)
      this.#last = last
      const first = !this.#anybody && (await this.#people.users.any())
      this.#anybody ||= first
      if (rights || first) this.#tell()
    } catch (error) {
      this.#log.debug({ problem: (error as Error).message }, 'what was done about people is asked again')
    }
  }

  #telling<Given extends readonly unknown[], Result>(
    work: (...given: Given) => Promise<Result>,
  ): (...given: Given) => Promise<Result> {
    return async (...given) => {
      const result = await work(...given)
      // It was about a user, and so there is one.
      this.#anybody = true
      this.#tell()
      return result
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
