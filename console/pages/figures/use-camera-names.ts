// What cameras are called, for charts whose data knows their ids only.
import { useQuery } from '@tanstack/react-query'
import { queries } from '../../client/queries.ts'
import { useSession } from '../../shell/session.tsx'

export function useCameraNames(): (id: string) => string {
  const { may } = useSession()
  const { data } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const names = new Map(data?.items.map(({ id, name }) => [id as string, name]))
  return id => names.get(id) ?? id
}
