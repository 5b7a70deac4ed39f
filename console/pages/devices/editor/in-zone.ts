// Which of the objects that are seen right now a zone counts, as its rule would.
import { bottomCentre, contains } from '../../../../core/geometry.ts'
import type { Seen } from '../devices-client.ts'
import type { Draft } from './draft.ts'

type Found = Seen['objects'][number]

const VEHICLES: readonly string[] = ['car', 'truck', 'bus']
/** The rules' own defaults. */
const LEAST = { 'illegal-parking': 0.5, crowding: 0.3, 'overflowing-bin': 0.3, 'dirty-road': 0.3 } as const

export function counter({ rule, options, polygon, closed }: Draft, chosen: boolean) {
  const least = typeof options.minScore === 'number' ? options.minScore : LEAST[rule]
  const labels = rule === 'crowding' ? ['person'] : rule === 'illegal-parking' ? VEHICLES : ['person', ...VEHICLES]
  const isCounted = ({ label, score, box }: Found): boolean =>
    chosen && closed && labels.includes(label) && score >= least && contains(polygon, bottomCentre(box))
  /** Of a place that no zone was drawn round yet only what was seen anywhere is known. */
  const of = ({ objects, everywhere }: Seen) => {
    const near = objects.filter(isCounted)
    const inside = near.length > 0 ? near : (everywhere ?? []).filter(isCounted)
    const people = inside.filter(({ label }) => label === 'person').length
    return { people, vehicles: inside.length - people }
  }
  return { isCounted, of }
}
