// The words of the system page, in both languages.
import type { DeletionReason, ViewPurpose } from '../../../core/keeping.ts'
import type { PeopleEvent } from '../../../core/user.ts'
import { defineWords } from '../../words/words.ts'
import { SYSTEM_EN } from './words-en.ts'
import { SYSTEM_ZH } from './words-zh.ts'

export interface SystemWords {
  readonly title: string
  readonly tabs: Readonly<Record<'users' | 'tokens' | 'events' | 'register' | 'holds' | 'deletions', string>>
  readonly district: string
  readonly streets: string
  readonly team: string
  readonly scope: string
  readonly scopeHint: string
  readonly streetsPick: string
  readonly teamPick: string
  readonly role: string
  readonly worker: string
  readonly workerHint: string
  readonly login: string
  readonly loginHint: string
  readonly name: string
  readonly state: string
  readonly active: string
  readonly invited: string
  readonly disabled: string
  readonly created: string
  readonly required: string
  readonly cancel: string
  readonly save: string
  readonly close: string
  readonly more: string
  readonly find: string
  readonly by: string
  readonly at: string
  readonly reason: string
  readonly noCases: string
  readonly user: {
    readonly add: string
    readonly edit: string
    readonly invite: string
    readonly invitation: string
    readonly invitationText: (name: string, until: string) => string
    readonly reset: string
    readonly resetSure: string
    readonly disable: string
    readonly disableSure: string
    readonly enable: string
    readonly sessions: string
    readonly openSessions: string
    readonly noSessions: string
    readonly where: string
    readonly since: string
    readonly seen: string
    readonly end: string
    readonly endSure: string
    readonly ended: (count: number) => string
    readonly identity: string
    readonly identityHint: string
    readonly subject: string
    readonly byClaims: string
    readonly unlink: string
    readonly link: string
    readonly none: string
    readonly actions: (name: string) => string
  }
  readonly token: {
    readonly issue: string
    readonly name: string
    readonly nameHint: string
    readonly days: string
    readonly dayCount: (days: number) => string
    readonly perMinute: string
    readonly noLimit: string
    readonly secret: string
    readonly secretText: string
    readonly expires: string
    readonly used: string
    readonly never: string
    readonly revoke: string
    readonly revokeSure: string
    readonly revoked: string
    readonly expired: string
    readonly none: string
    readonly hint: string
  }
  readonly events: Readonly<Record<PeopleEvent['event'], string>>
  readonly event: string
  readonly subject: string
  readonly detail: string
  readonly noEvents: string
  readonly purposes: Readonly<Record<ViewPurpose, string>>
  readonly purpose: string
  readonly who: string
  readonly what: string
  readonly address: string
  readonly csv: string
  readonly anyPurpose: string
  readonly noViews: string
  readonly hold: { readonly release: string; readonly why: string; readonly none: string; readonly case: string }
  readonly whys: Readonly<Record<DeletionReason, string>>
  readonly policy: string
  readonly taken: string
  readonly noDeletions: string
  readonly chain: string
}

export const SYSTEM = defineWords<SystemWords>({ zh: SYSTEM_ZH, en: SYSTEM_EN })
