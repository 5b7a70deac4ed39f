// `jiemu users list|add|reset|disable|enable`: what an administrator does in the console, by the command line.
import { z } from 'zod'
import { newUserSchema } from '../api/people-views.ts'
import { JiemuError } from '../core/errors.ts'
import type { PermissionScope } from '../core/permission.ts'
import type { Invitation, User } from '../core/user.ts'
import type { Store } from '../store/open.ts'
import type { ConfigOptions } from './check.ts'
import { withStore } from './with-store.ts'

const ACTOR = 'cli'

export interface NewUserOptions extends ConfigOptions {
  readonly role: string
  readonly name?: string
  readonly streets?: readonly string[]
  readonly team?: string
  readonly worker?: string
}

export async function listUsers(options: ConfigOptions): Promise<void> {
  const users = await withStore(options, store => store.people.users.list())
  if (users.length === 0)
    console.log('nobody yet: open the set-up link that `jiemu serve` prints, or `jiemu users add`')
  for (const user of users)
    console.log([user.login, user.name, user.role, scopeOf(user.scope), stateOf(user)].join('\t'))
}

export async function addUser(login: string, options: NewUserOptions): Promise<void> {
  const { role, name = login, streets, team, worker } = options
  const scope = streets ? { streets } : team ? { team } : 'district'
  if (scope === 'district' && (role === 'worker' || role === 'team-leader')) {
    throw new JiemuError('request-invalid', { problem: `a ${role} needs --team or --streets` })
  }
  const parsed = newUserSchema.safeParse({ login, name, role, scope, workerId: worker ?? null })
  if (!parsed.success) throw new JiemuError('request-invalid', { problem: z.prettifyError(parsed.error) })
  printInvitation(await withStore(options, store => store.people.users.add(parsed.data, ACTOR)))
}

export async function resetUser(login: string, options: ConfigOptions): Promise<void> {
  printInvitation(
    await withStore(options, async store => store.people.users.reset((await find(store, login)).id, ACTOR)),
  )
}

export async function disableUser(login: string, options: ConfigOptions): Promise<void> {
  await withStore(options, async store => store.people.users.disable((await find(store, login)).id, ACTOR))
  console.log(`${login} is let in no more`)
}

export async function enableUser(login: string, options: ConfigOptions): Promise<void> {
  await withStore(options, async store => store.people.users.enable((await find(store, login)).id, ACTOR))
  console.log(`${login} is let in again`)
}

/** @throws JiemuError not-found */
async function find(store: Store, login: string): Promise<User> {
  const user = (await store.people.users.list()).find(each => each.login === login.toLowerCase())
  if (!user) throw new JiemuError('not-found', { what: 'user', id: login })
  return user
}

/** Where the console is to be reached the command does not know: there may be a proxy in front. */
function printInvitation({ user, invitation }: { readonly user: User; readonly invitation: Invitation }): void {
  const until = new Date(invitation.expiresAt).toISOString()
  console.log(`${user.login} chooses a password, once, until ${until}, at the console’s address with this behind it:`)
  console.log(`/#invite=${invitation.token}`)
}

function scopeOf(scope: PermissionScope): string {
  if (scope === 'district') return scope
  return 'team' in scope ? `team ${scope.team}` : scope.streets.join(' ')
}

function stateOf({ disabledAt, hasPassword }: User): string {
  if (disabledAt !== null) return 'disabled'
  return hasPassword ? 'active' : 'invited'
}
