// Weighs all grids: reads what there is, and writes the colours that have changed, with their history and alerts.
import type { GridId, StreetId } from '../../core/ids.ts'
import type { Standing, StandingSettings } from '../../core/standing.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Work } from '../commit.ts'
import { noticeRow } from '../work-rows.ts'
import { nextColour, rank, scoreOf } from './colour.ts'
import type { GridLoad } from './store-port.ts'

/** The work of an outbox row "weigh". The database alone says what comes out: done twice, it changes nothing. */
export async function weighGrids(work: Work, settings: StandingSettings, at: EpochMs): Promise<void> {
  const { standings } = work.tx
  const before = new Map((await standings.all()).map(standing => [standing.gridId, standing]))
  const loads = await standings.loads(at, at - settings.repeatedWithin)
  for (const [gridId, { streetId, ofGrid }] of byGrid(loads, before)) {
    const known = before.get(gridId)
    const { score, parts } = scoreOf(ofGrid, settings)
    const colour = nextColour(known, score, settings, at)
    const changed = known?.colour !== colour
    if (!changed && known && JSON.stringify(known.parts) === JSON.stringify(parts)) continue
    const since = known && !changed ? known.since : at
    await standings.put({ gridId, streetId, colour, score, parts, since })
    work.changed({ type: 'grid', id: gridId })
    if (!changed) continue
    const from = known?.colour ?? null
    await standings.addChange({ gridId, streetId, at, from, to: colour, score, parts })
    const worse = rank(colour) > rank(from ?? 'green')
    if (worse && (colour === 'orange' || colour === 'red')) {
      work.enqueue(noticeRow(`grid.${colour}`, gridId, at, at))
    }
  }
}

type Grids = Map<GridId, { readonly streetId: StreetId; readonly ofGrid: GridLoad[] }>

/** A grid whose last camera and last incident are gone is weighed as well: it becomes green. */
function byGrid(loads: readonly GridLoad[], before: ReadonlyMap<GridId, Standing>): Grids {
  const grids: Grids = new Map([...before].map(([id, { streetId }]) => [id, { streetId, ofGrid: [] }]))
  for (const load of loads) {
    const { ofGrid = [] } = grids.get(load.gridId) ?? {}
    grids.set(load.gridId, { streetId: load.streetId, ofGrid: [...ofGrid, load] })
  }
  return new Map([...grids].sort(([one], [other]) => (one < other ? -1 : 1)))
}
