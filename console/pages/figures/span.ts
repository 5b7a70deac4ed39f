// The span of days that the figures are about, and the way from a number to the cases behind it.
import { JOB_KPIS, type JobKpi, type KpiLine, type KpiName } from '../../../core/kpi.ts'
import { dayOf } from '../../words/format.ts'

export interface Span {
  readonly from: string
  readonly to: string
  readonly street: string
}

const DAY_MS = 86_400_000

/** The last days up to today, in the street's time. */
export const lastDays = (days: number, now = Date.now()): Pick<Span, 'from' | 'to'> => ({
  from: dayOf(now - (days - 1) * DAY_MS),
  to: dayOf(now),
})

export function spanQuery({ from, to, street }: Span): string {
  return new URLSearchParams({ from, to, ...(street && { street }) }).toString()
}

export const lengthOf = ({ from, to }: Span): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1

/** What of the alerts a figure counts, as the search page knows it. */
const OF_ALERTS: Readonly<Record<Exclude<KpiName, JobKpi>, Readonly<Record<KpiLine, string>>>> = {
  'alert-precision': { top: 'confirmed', bottom: 'judged' },
  // Below its line are days of cameras, which are no cases.
  'false-alarms': { top: 'rejected', bottom: 'rejected' },
}

export const isOfJobs = (name: KpiName): name is JobKpi => (JOB_KPIS as readonly KpiName[]).includes(name)

export interface Group {
  /** As the figures' own address has it. */
  readonly by: string
  readonly key: string | null
}

/** Where exactly those cases are listed that a figure has counted, above its line or below it. */
export function casesBehind({ from, to, street }: Span, name: KpiName, line: KpiLine, group?: Group): string {
  const span = { from, to, ...(street && { street }) }
  if (isOfJobs(name)) {
    const of = group && { by: group.by, ...(group.key !== null && { key: group.key }) }
    return `/search?${new URLSearchParams({ ...span, kpi: name, line, ...of })}`
  }
  const mark = group?.by === 'rule' ? 'kind' : group?.by
  // An alert has no team and no worker: all of them are in the group of those that belong to none.
  const of = mark && group && group.key !== null && { [mark]: group.key }
  return casesOf({ from, to, street }, { review: OF_ALERTS[name][line], ...of })
}

/** Where the search page lists what a number has counted. */
export const casesOf = ({ from, to, street }: Span, filter: Readonly<Record<string, string>> = {}): string =>
  `/search?${new URLSearchParams({ from, to, ...(street && { street }), ...filter })}`
