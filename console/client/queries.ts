// What the pages read from the server, cached by key, and how live events keep it true.
import { QueryClient, queryOptions } from '@tanstack/react-query'
import { authorization, checked, codeOf, read, segment } from './http.ts'
import type { Live } from './live.ts'
import type { Camera, Component, Counts, Grid, Incident, IncidentDetail, Job, JobDetail, Page } from './records.ts'

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Live events say what changed; what they do not tell (health, figures) sets its own interval.
        staleTime: 60_000,
        retry: (failures, error) => codeOf(error) === undefined && failures < 3,
      },
    },
  })
}

/** The first word of every key is what it is a list or a record of: live events find it by that. */
export const queries = {
  counts: () => queryOptions({ queryKey: ['counts'], queryFn: ({ signal }) => read<Counts>('/api/counts', signal) }),
  cameras: () =>
    queryOptions({
      queryKey: ['cameras'],
      queryFn: ({ signal }) => read<Page<Camera>>('/api/cameras', signal),
      refetchInterval: 15_000,
    }),
  grids: () => queryOptions({ queryKey: ['grids'], queryFn: ({ signal }) => read<Page<Grid>>('/api/grids', signal) }),
  incidents: (filter: string) =>
    queryOptions({
      queryKey: ['incidents', filter],
      queryFn: ({ signal }) => read<Page<Incident>>(`/api/incidents?${filter}`, signal),
    }),
  /** So many pages of them as one list, each begun where the one before ends. */
  incidentPages: (filter: string, pages: number) =>
    queryOptions({
      queryKey: ['incidents', `${filter} × ${pages}`],
      queryFn: async ({ signal }): Promise<Page<Incident>> => {
        let all = await read<Page<Incident>>(`/api/incidents?${filter}`, signal)
        for (let page = 1; page < pages && all.next; page++) {
          const older = await read<Page<Incident>>(`/api/incidents?${filter}&before=${segment(all.next)}`, signal)
          all = { ...older, items: [...all.items, ...older.items] }
        }
        return all
      },
      // Not of another list: what waits is not all there is.
      placeholderData: (before, query) => (query?.queryKey[1]?.startsWith(`${filter} ×`) ? before : undefined),
    }),
  incident: (id: string) =>
    queryOptions({
      queryKey: ['incident', id],
      queryFn: ({ signal }) => read<IncidentDetail>(`/api/incidents/${segment(id)}`, signal),
    }),
  jobs: (filter: string) =>
    queryOptions({
      queryKey: ['jobs', filter],
      queryFn: ({ signal }) => read<Page<Job>>(`/api/jobs?${filter}`, signal),
    }),
  job: (id: string) =>
    queryOptions({
      queryKey: ['job', id],
      queryFn: ({ signal }) => read<JobDetail>(`/api/jobs/${segment(id)}`, signal),
    }),
  /** Answers 503, with the same report, where a needed part is down. */
  health: () =>
    queryOptions({
      queryKey: ['health'],
      queryFn: async ({ signal }) => {
        const response = await fetch('/api/health', { headers: authorization(), signal })
        const report = response.status === 503 ? response : await checked(response)
        return (await report.json()) as { readonly state: string; readonly components: readonly Component[] }
      },
      refetchInterval: 15_000,
    }),
}

/** @returns undefined where the page does not hold it: then nothing is written, which would make an old list count as read just now */
const replaced = <T extends { readonly id: string }>(page: Page<T> | undefined, record: T): Page<T> | undefined =>
  page?.items.some(({ id }) => id === record.id)
    ? { ...page, items: page.items.map(item => (item.id === record.id ? record : item)) }
    : undefined

/** Lists that nobody sees: whoever comes back to one reads it anew, since it may lack what came meanwhile. */
function outdate(client: QueryClient, ...lists: readonly string[]): void {
  for (const list of lists) {
    void client.invalidateQueries({ queryKey: [list], type: 'inactive', refetchType: 'none' })
  }
}

/** Asks again at most every 400 ms, however many events tell of it. */
function soon(client: QueryClient, ...key: readonly string[]): () => void {
  let waiting = false
  return () => {
    if (waiting) return
    waiting = true
    setTimeout(() => {
      waiting = false
      void client.invalidateQueries({ queryKey: key })
    }, 400)
  }
}

/**
 * Keeps what is cached true: a record that a list holds is replaced where it stands; details and counts are read anew.
 * Whether a *new* record belongs into a list only its page knows: it listens itself.
 * @returns how to stop
 */
export function followLive(live: Live, client: QueryClient): () => void {
  const countSoon = soon(client, 'counts')
  const stops = [
    live.on('incident', incident => {
      client.setQueriesData<Page<Incident>>({ queryKey: ['incidents'] }, page => replaced(page, incident))
      outdate(client, 'incidents')
      void client.invalidateQueries({ queryKey: ['incident', incident.id] })
      countSoon()
    }),
    live.on('job', job => {
      client.setQueriesData<Page<Job>>({ queryKey: ['jobs'] }, page => replaced(page, job))
      outdate(client, 'jobs', 'board')
      void client.invalidateQueries({ queryKey: ['job', job.id] })
      for (const id of job.incidentIds) void client.invalidateQueries({ queryKey: ['incident', id] })
      countSoon()
    }),
    live.on('camera', camera => {
      client.setQueriesData<Page<Camera>>({ queryKey: ['cameras'] }, page => replaced(page, camera))
    }),
    live.on('grid', grid => {
      client.setQueriesData<Page<Grid>>(
        { queryKey: ['grids'] },
        page =>
          page && {
            ...page,
            items: page.items.map(item => (item.gridId === grid.gridId ? grid : item)),
          },
      )
    }),
    live.on('reset', () => void client.invalidateQueries()),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
