// The kinds of notifier: a new one is one file and one line here.
import type { AnyKind } from '../../../core/kind.ts'
import type { Notifier, NotifierDeps } from '../notifier.ts'
import { dingtalk } from './dingtalk.ts'
import { log } from './log.ts'
import { mqtt } from './mqtt.ts'
import { webhook } from './webhook.ts'
import { webpush } from './webpush.ts'
import { wecom } from './wecom.ts'

export const NOTIFIER_KINDS: readonly AnyKind<NotifierDeps, Notifier>[] = [log, webhook, dingtalk, wecom, mqtt, webpush]
