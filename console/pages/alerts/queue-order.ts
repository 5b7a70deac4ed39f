// The order of the queue: the most severe first, the newest first among equals, bursts of one camera in one group.
import { SEVERITIES } from '../../../core/observation.ts'
import type { Incident } from '../../client/records.ts'

export type QueueRow =
  | { readonly type: 'incident'; readonly key: string; readonly incident: Incident; readonly inGroup: boolean }
  | {
      readonly type: 'group'
      readonly key: string
      /** By which it is remembered to be open: also while its members change. */
      readonly name: string
      readonly members: readonly Incident[]
      readonly open: boolean
    }

/** Alerts of one camera and kind that open closer together than this belong to one burst. */
const BURST_GAP_MS = 5 * 60_000
/** Two are still quicker to decide one by one. */
const LEAST_IN_GROUP = 3

const rank = ({ severity }: Incident): number => SEVERITIES.indexOf(severity)

export function inOrder(one: Incident, other: Incident): number {
  return rank(other) - rank(one) || other.openedAt - one.openedAt || (one.id < other.id ? 1 : -1)
}

/** @param open names of the groups whose members are shown */
export function rowsOf(incidents: readonly Incident[], open: ReadonlySet<string>): readonly QueueRow[] {
  const clusters = burstsOf(incidents).map(members => members.toSorted(inOrder))
  const sorted = clusters.toSorted(([one], [other]) => (one && other ? inOrder(one, other) : 0))
  return sorted.flatMap((members): readonly QueueRow[] => {
    const [first] = members
    if (!first) return []
    if (members.length < LEAST_IN_GROUP || isReport(members)) return members.map(incident => rowOf(incident, false))
    const name = nameOf(first)
    const oldest = members.reduce((found, each) => (each.openedAt < found.openedAt ? each : found), first)
    const group = { type: 'group', key: `group:${oldest.id}`, name, members, open: open.has(name) } as const
    return group.open ? [group, ...members.map(incident => rowOf(incident, true))] : [group]
  })
}

const nameOf = ({ cameraId, kind }: Incident): string => `${cameraId}|${kind}`
const rowOf = (incident: Incident, inGroup: boolean): QueueRow => ({
  type: 'incident',
  key: incident.id,
  incident,
  inGroup,
})

/** Reports of residents have no camera in common, whatever they say. */
const isReport = ([first]: readonly Incident[]): boolean => first?.cameraId.startsWith('@') ?? false

/** Of fewer than three each incident is by itself, so that severity alone orders them. */
function burstsOf(incidents: readonly Incident[]): readonly (readonly Incident[])[] {
  const byName = new Map<string, Incident[]>()
  for (const incident of incidents) {
    const found = byName.get(nameOf(incident))
    if (found) found.push(incident)
    else byName.set(nameOf(incident), [incident])
  }
  return [...byName.values()].flatMap(of => {
    const bursts: Incident[][] = []
    for (const incident of of.toSorted((one, other) => one.openedAt - other.openedAt)) {
      const last = bursts.at(-1)
      const before = last?.at(-1)
      if (last && before && incident.openedAt - before.openedAt <= BURST_GAP_MS) last.push(incident)
      else bursts.push([incident])
    }
    return bursts.flatMap(burst =>
      burst.length < LEAST_IN_GROUP || isReport(burst) ? burst.map(each => [each]) : [burst],
    )
  })
}

/** The incident that a row stands for when it is chosen: of a group its first. */
export const incidentOf = (row: QueueRow): Incident | undefined =>
  row.type === 'incident' ? row.incident : row.members[0]

/** Rows that the keys stop at: an open group is chosen by its members. */
const stops = (row: QueueRow): boolean => row.type === 'incident' || !row.open

/** Where an incident is shown: its own row, or that of its closed group; -1 where it is not listed. */
export function indexOf(rows: readonly QueueRow[], id: string | undefined): number {
  return rows.findIndex(
    row => stops(row) && (row.type === 'incident' ? row.incident.id === id : row.members.some(each => each.id === id)),
  )
}

/** The incident that the keys come to from row `index`; undefined at the end of the list. */
export function nextIncident(rows: readonly QueueRow[], index: number, step: 1 | -1): Incident | undefined {
  for (let at = index + step; at >= 0 && at < rows.length; at += step) {
    const row = rows[at]
    if (row && stops(row)) return incidentOf(row)
  }
  return undefined
}

/**
 * What is chosen once some incidents are decided: the next that nobody else looks at, else the one before.
 * @param free whether an incident may be chosen
 */
export function afterDeciding(
  rows: readonly QueueRow[],
  decided: ReadonlySet<string>,
  free: (incident: Incident) => boolean,
): Incident | undefined {
  const last = rows.findLastIndex(row =>
    row.type === 'incident' ? decided.has(row.incident.id) : row.members.some(({ id }) => decided.has(id)),
  )
  const left = (row: QueueRow): Incident | undefined =>
    row.type === 'incident'
      ? decided.has(row.incident.id)
        ? undefined
        : row.incident
      : row.open
        ? undefined
        : row.members.find(({ id }) => !decided.has(id))
  const candidates = [...rows.slice(Math.max(0, last)), ...rows.slice(0, Math.max(0, last)).toReversed()]
    .map(left)
    .filter(incident => incident !== undefined)
  return candidates.find(free) ?? candidates[0]
}
