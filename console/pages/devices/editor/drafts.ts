// Drafts of zones: of one that is there, of none yet, and whether two are the same.
import type { Camera } from '../../../client/records.ts'
import type { ZoneRule, ZoneVersion } from '../devices-client.ts'
import type { Draft } from './draft.ts'

type AnyZone = Camera['zones'][number] | ZoneVersion

export function draftOf(zone: AnyZone): Draft {
  const { name, polygon, options, placeId, position } = zone
  return {
    name,
    rule: zone.rule as ZoneRule,
    polygon: polygon.map(({ x, y }) => ({ x, y })),
    closed: true,
    options,
    // A zone that names no place is one itself, called CAMERA/ZONE; a place's own id holds no slash.
    place: placeId.includes('/') ? null : placeId,
    position,
  }
}

export const emptyDraft = (): Draft => ({
  name: '',
  rule: 'illegal-parking',
  polygon: [],
  closed: false,
  options: {},
  place: null,
  position: null,
})

/** By what they say, whatever the order of their options. */
export function isSame(a: Draft, b: Draft): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}

const PREFIX: Readonly<Record<ZoneRule, string>> = {
  'illegal-parking': 'parking',
  crowding: 'crowd',
  'overflowing-bin': 'bin',
  'dirty-road': 'road',
}

/** Not one that ever was: its versions would be taken for this zone's. */
export function freeId(rule: ZoneRule, used: readonly string[]): string {
  for (let n = 1; ; n++) {
    const id = `${PREFIX[rule]}-${n}`
    if (!used.includes(id)) return id
  }
}
