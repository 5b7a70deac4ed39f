// What cameras are called, where a record knows their ids only.
import { useQuery } from '@tanstack/react-query'
import { useSession } from '../shell/session.tsx'
import { queries } from './queries.ts'

export function useCameraNames(): (id: string) => string {
  const { may } = useSession()
  const { data } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const names = new Map(data?.items.map(({ id, name }) => [id as string, name]))
  return id => names.get(id) ?? id
}
