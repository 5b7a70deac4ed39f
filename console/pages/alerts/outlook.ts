// What would follow if an alert were confirmed now, read from the server while somebody looks at it.
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { outlookSchema } from '../../../api/routes/alerts.ts'
import { read, segment } from '../../client/http.ts'

export type Outlook = z.output<typeof outlookSchema>

/** Loads and positions change by the minute; live events of incidents and jobs do not tell of them. */
export const outlookOf = (id: string) =>
  queryOptions({
    queryKey: ['outlook', id],
    queryFn: ({ signal }) => read<Outlook>(`/api/incidents/${segment(id)}/outlook`, signal),
    staleTime: 5_000,
    refetchInterval: 20_000,
  })
