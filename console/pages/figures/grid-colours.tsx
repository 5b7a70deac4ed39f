// 五色: how the grids stand, worst first; each colour with its word.
import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { Link } from 'react-router'
import { queries } from '../../client/queries.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { casesOf, type Span } from './span.ts'
import { FIGURES } from './words.ts'

export function GridColours({ span }: { readonly span: Span }) {
  const words = useWords(FIGURES)
  const colours = useWords(DOMAIN).colours
  const query = useQuery(queries.grids())
  const { data } = query
  const grids = (data?.items ?? [])
    .filter(({ streetId }) => !span.street || streetId === span.street)
    .toSorted((a, b) => b.score - a.score)
  return (
    <section className="figures-part">
      <h2>{words.grids}</h2>
      {query.isPending && <Skeleton active paragraph={{ rows: 1 }} />}
      {grids.length === 0 && <Nothing of={query} title={words.noGrids} small />}
      <ul className="grid-colours">
        {grids.map(({ gridId, colour, score, since }) => (
          <li key={gridId}>
            <Link to={casesOf(span, { grid: gridId })} title={`${words.since} ${whenOf(since)}`}>
              <i className={`dot ${colour}`} aria-hidden="true" />
              {gridId} · {colours[colour]} · {words.score} {Number(score.toFixed(1))}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
