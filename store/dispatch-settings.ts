// Escalation chains and the business calendar as the configuration keeps them: read, written only where they changed.
import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import type { BusinessCalendar } from '../core/business-calendar.ts'
import type { EscalationChain } from '../core/escalation.ts'
import { formatDuration } from '../core/time.ts'
import type { Import } from './configuration-rows.ts'
import type { Tables } from './tables.ts'

export interface DispatchSettings {
  readonly escalations: readonly EscalationChain[]
  /** Undefined where the district says nothing, and the default holds. */
  readonly businessCalendar?: BusinessCalendar | undefined
}

export async function readDispatchSettings(db: Kysely<Tables>): Promise<DispatchSettings> {
  const chains = await db.selectFrom('escalations').selectAll().orderBy('kind').orderBy('streetId').execute()
  const said = await db.selectFrom('businessCalendar').select('calendar').executeTakeFirst()
  return {
    escalations: chains.map(({ kind, streetId, levels }) => ({
      ...(kind && { kind }),
      ...(streetId && { street: streetId }),
      levels: [...levels],
    })),
    businessCalendar: said?.calendar,
  }
}

export async function putDispatchSettings(
  step: Import,
  { escalations, businessCalendar }: DispatchSettings,
  stored: DispatchSettings,
): Promise<void> {
  for (const chain of escalations) await putChain(step, chain, stored.escalations)
  if (!businessCalendar || isDeepStrictEqual(businessCalendar, stored.businessCalendar)) return
  const row = { calendar: JSON.stringify(businessCalendar) }
  await step.trx
    .insertInto('businessCalendar')
    .values({ id: 1, ...row })
    .onConflict(conflict => conflict.column('id').doUpdateSet(row))
    .execute()
  const event = stored.businessCalendar ? 'changed' : 'added'
  step.changes.push({ event, what: 'business-calendar', subject: 'district' })
}

async function putChain(step: Import, chain: EscalationChain, stored: readonly EscalationChain[]): Promise<void> {
  const before = stored.find(other => other.kind === chain.kind && other.street === chain.street)
  if (isDeepStrictEqual(before?.levels, chain.levels)) return
  const row = { kind: chain.kind ?? '', streetId: chain.street ?? '', levels: JSON.stringify(chain.levels) } as const
  await step.trx
    .insertInto('escalations')
    .values(row)
    .onConflict(conflict => conflict.columns(['kind', 'streetId']).doUpdateSet({ levels: row.levels }))
    .execute()
  const subject = [chain.kind, chain.street].filter(Boolean).join(' ') || 'district'
  step.changes.push({ event: before ? 'changed' : 'added', what: 'escalation', subject })
}

/** As the file writes them. */
export function writeDispatchSettings({ escalations, businessCalendar }: DispatchSettings) {
  return {
    ...(escalations.length > 0 && {
      escalations: escalations.map(chain => ({
        ...chain,
        levels: chain.levels.map(level => ({
          ...level,
          wait: formatDuration(level.wait),
          repeat: formatDuration(level.repeat),
        })),
      })),
    }),
    ...(businessCalendar && { businessCalendar }),
  }
}
