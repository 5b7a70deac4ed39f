// The kinds of notifier: a new one is one file and one line here.
import type { AnyKind } from '../../../core/kind.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'
import { log } from './log.ts'
import { webhook } from './webhook.ts'

export const NOTIFIER_KINDS: readonly AnyKind<NotifierDeps, Notifier>[] = [log, webhook]
