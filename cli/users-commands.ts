// The commands `jiemu users …` and their options; what they do is loaded when one is called.
import { type Command, Option } from 'commander'
import { ROLES } from '../core/permission.ts'

export function addUsersCommands(program: Command, shared: () => readonly Option[]): void {
  const users = program.command('users').description('people who sign in; may run beside a running serve')
  const command = (name: string, description: string): Command => {
    const added = users.command(name).description(description)
    for (const option of shared()) added.addOption(option)
    return added
  }

  command('list', 'users, their roles and scopes').action(async options =>
    (await import('./users.ts')).listUsers(options),
  )
  command('add', 'add a user, and print the link by which a password is chosen')
    .argument('<login>', '2 to 40 letters a–z, digits, dots, hyphens or underscores; never changed')
    .addOption(new Option('--role <role>', 'what the user may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'as people call them; the login name, if left out')
    .addOption(
      new Option(
        '--streets <ids...>',
        'only these streets; the whole district, if left out, but not for workers and team leaders',
      ).conflicts('team'),
    )
    .option('--team <id>', 'only the jobs of this team')
    .option('--worker <id>', 'the worker whom this user is')
    .action(async (login, options) => (await import('./users.ts')).addUser(login, options))
  command('reset', 'end a user’s password and sessions, and print the link by which a new one is chosen')
    .argument('<login>')
    .action(async (login, options) => (await import('./users.ts')).resetUser(login, options))
  command('disable', 'let a user in no more; open sessions end at once')
    .argument('<login>')
    .action(async (login, options) => (await import('./users.ts')).disableUser(login, options))
  command('enable', 'let a disabled user in again')
    .argument('<login>')
    .action(async (login, options) => (await import('./users.ts')).enableUser(login, options))
}
