// The destinations of the settings: which notices each of them wants, and how it is reached.
import { z } from 'zod'
import type { Notice } from '../../core/delivery.ts'
import { JiemuError } from '../../core/errors.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import { kindNamed, parseOptions } from '../../core/kind.ts'
import { RULE_KINDS, SEVERITIES } from '../../core/observation.ts'
import { CANARY, CANARY_DESTINATION, NOTICES, SYSTEM_NOTICES } from '../work-rows.ts'
import { NOTIFIER_KINDS } from './kinds/index.ts'
import type { Notifier, NotifierDeps } from './notifier.ts'

const id = z.string().regex(ID_PATTERN)
/** The mildest first. */
const RANKED: readonly string[] = SEVERITIES
const EVENTS: readonly string[] = [...NOTICES, ...SYSTEM_NOTICES]

/** "job.assigned", or "job.*" for all of a sort. */
const event = z.string().refine(text => EVENTS.some(known => matches(text, known)), {
  error: `expected one of ${EVENTS.join(', ')}, or job.*`,
})

/** What every destination may say beside the options of its kind. */
export const destinationSchema = z.looseObject({
  kind: z.string().describe('one of the kinds below'),
  name: id.optional().describe('how its deliveries are listed; by default its kind and its place in the settings'),
  events: z.array(event).min(1).optional().describe('which notices, as `job.assigned` or `incident.*`; all by default'),
  kinds: z.array(z.enum(RULE_KINDS)).min(1).optional().describe('only of these rules'),
  minSeverity: z.enum(SEVERITIES).optional().describe('only of this severity and above'),
  streets: z.array(id).min(1).optional().describe('only of these streets'),
  teams: z.array(id).min(1).optional().describe('only of jobs of these teams'),
  canary: z
    .boolean()
    .default(false)
    .describe('whether the notice that is sent every minute, for a test, goes there too'),
})
export type DestinationSettings = z.output<typeof destinationSchema>
type Filter = Pick<DestinationSettings, 'events' | 'kinds' | 'minSeverity' | 'streets' | 'teams' | 'canary'>

function matches(pattern: string, known: string): boolean {
  return pattern.endsWith('.*') ? known.startsWith(pattern.slice(0, -1)) : pattern === known
}

/** What concerns the house itself has no street and no severity: only `events` can keep it away. */
export function isWanted({ events, kinds, minSeverity, streets, teams, canary }: Filter, notice: Notice): boolean {
  if (notice.event === CANARY) return canary
  if (events && !events.some(pattern => matches(pattern, notice.event))) return false
  if (notice.event.startsWith('system.')) return true
  const { kind, severity, streetId, teamId } = notice.details
  const isAmong = (list: readonly string[] | undefined, value: unknown) => !list || list.includes(String(value))
  return (
    isAmong(kinds, kind) &&
    isAmong(streets, streetId) &&
    isAmong(teams, teamId) &&
    (!minSeverity || RANKED.indexOf(String(severity)) >= RANKED.indexOf(minSeverity))
  )
}

/** @throws JiemuError options-invalid or kind-unknown */
export function openDestinations(
  settings: readonly DestinationSettings[],
  deps: Omit<NotifierDeps, 'destination'>,
): readonly Notifier[] {
  const opened = settings.map((setting, index): Notifier => {
    const { kind, name, events, kinds, minSeverity, streets, teams, canary, ...options } = setting
    const found = kindNamed('notifier', NOTIFIER_KINDS, kind)
    const where = `notifiers.${index}`
    const destination = name ?? `${kind}-${index + 1}`
    const notifier = found.create(parseOptions(found.options, where, options), { ...deps, destination })
    return { ...notifier, wants: notice => isWanted({ events, kinds, minSeverity, streets, teams, canary }, notice) }
  })
  const names = [CANARY_DESTINATION, ...opened.map(({ destination }) => destination)]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return opened
  throw new JiemuError('options-invalid', { where: 'notifiers', problem: `two are named "${twice}"` })
}
