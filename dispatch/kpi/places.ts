// Where and when it happens: incidents by place and by day, without those that were rejected.
import type { MonthFigures, PlaceFigures } from '../../core/kpi.ts'
import { type Period, periodsIn } from '../../core/periods.ts'
import type { IncidentFacts } from './facts.ts'

export class Places {
  readonly #places = new Map<string, PlaceFigures>()
  readonly #days: { readonly name: string; readonly from: number; readonly to: number; incidents: number }[]

  constructor(period: Period) {
    this.#days = periodsIn(period, 'day').map(day => ({ ...day, incidents: 0 }))
  }

  add({ placeId, streetId, gridId, kind, openedAt, review, reopened }: IncidentFacts): void {
    if (review === 'rejected') return
    const day = this.#days.find(({ from, to }) => openedAt >= from && openedAt < to)
    if (!day) return
    day.incidents += 1
    const key = `${kind} ${placeId}`
    const known = this.#places.get(key)
    const incidents = (known?.incidents ?? 0) + 1
    const repeated = known ? known.repeated + 1 + reopened : reopened
    this.#places.set(key, { placeId, streetId, gridId, kind, incidents, repeated })
  }

  days(): MonthFigures['days'] {
    return this.#days.map(({ name, incidents }) => ({ name, incidents }))
  }

  /** By how often something happened, each time that it came back included. */
  worst(count: number): readonly PlaceFigures[] {
    return [...this.#places.values()]
      .sort(
        (one, other) =>
          other.incidents + other.repeated - (one.incidents + one.repeated) ||
          (`${one.placeId} ${one.kind}` < `${other.placeId} ${other.kind}` ? -1 : 1),
      )
      .slice(0, count)
  }
}
