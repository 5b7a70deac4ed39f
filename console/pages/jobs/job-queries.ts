// What the pages of jobs read: the cards of the board, how many there are, who could be named, and what things are called.
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { z } from 'zod'
import type { offersSchema } from '../../../api/assignment-schemas.ts'
import type { teamSchema, workerStatusSchema } from '../../../api/rota-views.ts'
import type { cardSchema, tallySchema } from '../../../api/routes/board.ts'
import type { JobState } from '../../../core/job.ts'
import { read, segment } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import type { Page } from '../../client/records.ts'
import { useSession } from '../../shell/session.tsx'

export type JobCard = z.output<typeof cardSchema>
export type Tally = z.output<typeof tallySchema>
export type Offers = z.output<typeof offersSchema>
export type Offer = Offers['offers'][number]
export type TeamOffer = Offers['teams'][number]
export type Team = z.output<typeof teamSchema>
export type WorkerStatus = z.output<typeof workerStatusSchema>

const PAGE = 50

export const jobQueries = {
  tally: (filter: string) =>
    queryOptions({
      queryKey: ['board', 'tally', filter],
      queryFn: ({ signal }) => read<Tally>(`/api/board?${filter}`, signal),
    }),
  cards: (states: readonly JobState[], filter: string) =>
    infiniteQueryOptions({
      queryKey: ['board', 'cards', states, filter],
      queryFn: ({ pageParam, signal }) => {
        const query = new URLSearchParams(filter)
        query.set('states', states.join(','))
        query.set('limit', String(PAGE))
        if (pageParam) query.set('before', pageParam)
        return read<Page<JobCard>>(`/api/board/cards?${query}`, signal)
      },
      initialPageParam: '',
      getNextPageParam: page => page.next || undefined,
    }),
  candidates: (id: string) =>
    queryOptions({
      queryKey: ['candidates', id],
      queryFn: ({ signal }) => read<Offers>(`/api/jobs/${segment(id)}/candidates`, signal),
      staleTime: 5_000,
    }),
  teams: () => queryOptions({ queryKey: ['teams'], queryFn: ({ signal }) => read<Page<Team>>('/api/teams', signal) }),
  workers: () =>
    queryOptions({
      queryKey: ['workers'],
      queryFn: ({ signal }) => read<Page<WorkerStatus>>('/api/workers', signal),
      refetchInterval: 30_000,
    }),
}

export interface Names {
  place(of: { readonly placeId: string; readonly cameraId?: string | null }): string
  team(id: string | null): string | undefined
  worker(id: string | null): string | undefined
  /** Who has a job, as one would say it. */
  holder(of: { readonly teamId: string | null; readonly workerId: string | null }): string | undefined
}

/** What things are called, as far as one may know; their ids where one may not. */
export function useNames(): Names {
  const { may } = useSession()
  const { data: cameras } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const { data: teams } = useQuery({ ...jobQueries.teams(), enabled: may('rota:read') })
  const { data: workers } = useQuery({ ...jobQueries.workers(), enabled: may('rota:read') })
  // The same while nothing is called otherwise: a card that is handed it need not be drawn anew.
  return useMemo(() => {
    const team = (id: string | null) => (id ? (teams?.items.find(each => each.id === id)?.name ?? id) : undefined)
    const worker = (id: string | null) => (id ? (workers?.items.find(each => each.id === id)?.name ?? id) : undefined)
    return {
      team,
      worker,
      place({ placeId, cameraId }) {
        const camera = cameras?.items.find(({ id }) => id === (cameraId ?? placeId.split('/')[0]))
        const zone = camera?.zones.find(each => each.placeId === placeId)
        return camera ? [camera.name, zone?.name].filter(Boolean).join(' · ') : placeId
      },
      holder: ({ teamId, workerId }) => [worker(workerId), team(teamId)].filter(Boolean).join(' · ') || undefined,
    }
  }, [cameras, teams, workers])
}
