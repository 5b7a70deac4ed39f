// Notifier kind `log`: writes each notice into the process's own log.
import { z } from 'zod'
import type { Kind } from '../../../core/kind.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'

const options = z.strictObject({})

export const log: Kind<z.output<typeof options>, NotifierDeps, Notifier> = {
  name: 'log',
  summary: 'writes each notice into the log',
  options,
  create: (_, deps) => ({
    destination: deps.destination,
    send: async notice => deps.log.info({ notice }, notice.event),
  }),
}
