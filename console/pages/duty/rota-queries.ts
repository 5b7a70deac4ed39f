// What the page of duty reads, and how it changes the rota.
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { command, read } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { useTell } from '../../shell/notices.ts'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import type { Override, Shift, Team, Worker } from './week.ts'
import { DUTY } from './words.ts'

export const rotaQueries = {
  teams: () => queryOptions({ queryKey: ['teams'], queryFn: ({ signal }) => read<Page<Team>>('/api/teams', signal) }),
  workers: () =>
    queryOptions({
      queryKey: ['workers'],
      queryFn: ({ signal }) => read<Page<Worker>>('/api/workers', signal),
      refetchInterval: 30_000,
    }),
  shifts: () =>
    queryOptions({ queryKey: ['shifts'], queryFn: ({ signal }) => read<Page<Shift>>('/api/shifts', signal) }),
  overrides: (endingAfter: number) =>
    queryOptions({
      queryKey: ['overrides', endingAfter],
      queryFn: ({ signal }) => read<Page<Override>>(`/api/shift-overrides?endingAfter=${endingAfter}`, signal),
    }),
}

/** Whether somebody may change the rota of a team: administrators, and its own leader. */
export function useMayKeep(): (teamId: string) => boolean {
  const { me, may } = useSession()
  return teamId => {
    if (!may('rota:manage')) return false
    if (me.role !== 'team-leader') return me.scope === 'district'
    return me.scope !== 'district' && 'team' in me.scope && me.scope.team === teamId
  }
}

/** @returns a function that changes one thing of the rota, tells it, and says whether it was done */
export function useChangeRota(): (path: string, body: object, method: 'POST' | 'PUT' | 'DELETE') => Promise<boolean> {
  const client = useQueryClient()
  const tell = useTell()
  const words = useWords(DUTY)
  const { message } = App.useApp()
  return async (path, body, method) => {
    try {
      await command(path, body, { method })
      message.success(method === 'DELETE' ? words.removed : words.saved)
      return true
    } catch (error) {
      tell(error)
      return false
    } finally {
      for (const key of ['workers', 'shifts', 'overrides']) void client.invalidateQueries({ queryKey: [key] })
    }
  }
}
