// Who could be named for a job now, by the rules that assignment goes by: what a dispatcher chooses from.
import { JiemuError } from '../core/errors.ts'
import type { JobId } from '../core/ids.ts'
import type { Offers, TeamOffer } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { AssignmentSettings } from '../core/worker.ts'
import { type Bench, openBench, type Roster, type Wanting } from './bench.ts'
import type { DispatchStore } from './store-port.ts'

/** Reads only, and takes no turn: it is told at the moment of choosing, and held against the rules again when asked for. */
export function offersFor(
  store: Pick<DispatchStore, 'transact'>,
  id: JobId,
  at: EpochMs,
  settings?: AssignmentSettings,
): Promise<Offers> {
  return store.transact(async tx => {
    const [job] = await tx.jobs([id])
    if (!job) throw new JiemuError('not-found', { what: 'job', id })
    const refusals = await tx.refusalsOf(id)
    const roster = await tx.roster(at)
    const bench = openBench(roster, at, settings)
    const wanting = { job, refusals, wish: null }
    return { ...bench.offers(wanting), teams: teamOffers(bench, roster, wanting) }
  })
}

/** Each team with whoever of it would get the job if the team were named; those that can first. */
export function teamOffers(
  bench: Pick<Bench, 'named'>,
  { teams }: Pick<Roster, 'teams'>,
  wanting: Wanting,
): readonly TeamOffer[] {
  const offers = teams.flatMap(({ id, name }): readonly TeamOffer[] => {
    const choice = bench.named({ ...wanting, wish: null, wishTeam: id, forced: false })
    if (choice === undefined) return []
    const team = { teamId: id, teamName: name }
    if (typeof choice === 'string') return [{ ...team, chosen: null, excluded: choice }]
    const { worker } = choice.person
    return [{ ...team, chosen: { workerId: worker?.id ?? null, name: worker?.name ?? null }, excluded: null }]
  })
  return offers.toSorted((one, other) => Number(one.chosen === null) - Number(other.chosen === null))
}
