// What a worker sees: the jobs that are theirs.
import { useQuery } from '@tanstack/react-query'
import { Empty, Skeleton } from 'antd'
import { queries } from '../client/queries.ts'
import { DOMAIN } from '../words/domain.ts'
import { useWords } from '../words/words.ts'
import { FIELD } from './words.ts'

export function FieldPage() {
  const words = useWords(FIELD)
  const domain = useWords(DOMAIN)
  const { data: jobs } = useQuery(queries.jobs('limit=50'))
  if (!jobs) return <Skeleton active />
  if (jobs.items.length === 0) return <Empty description={words.empty} />
  return (
    <ul aria-label={words.jobs}>
      {jobs.items.map(({ id, kind, state }) => (
        <li key={id}>
          {domain.kinds[kind]} · {domain.jobs[state]}
        </li>
      ))}
    </ul>
  )
}
