// Jobs: the board or the list of all, or the page of one.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Grid, Segmented } from 'antd'
import { useEffect } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import { Board } from './board.tsx'
import { BoardFilters, filterOf } from './board-filters.tsx'
import { JobList } from './job-list.tsx'
import { JobPage } from './job-page.tsx'
import { jobQueries, useNames } from './job-queries.ts'
import { useSteps } from './job-steps.tsx'
import { JOBS } from './words.ts'
import '../../parts/stands.css'
import './jobs.css'

/** However many jobs change at once, the board is read anew so often at most. */
const REFRESH_MS = 1_500

export default function JobsPage() {
  const { id } = useParams()
  return id ? <JobPage key={id} id={id} /> : <AllJobs />
}

function AllJobs() {
  const words = useWords(JOBS)
  const names = useNames()
  const { begin, dialog } = useSteps(names)
  const [params, setParams] = useSearchParams()
  const filter = filterOf(params)
  const { data: tally } = useQuery(jobQueries.tally(filter))
  useBoardRefresh()
  // Seven columns do not fit a phone.
  const narrow = Grid.useBreakpoint().md === false
  const view = params.get('view') ?? (narrow ? 'list' : 'board')
  return (
    <div className="jobs-page">
      <header className="jobs-head">
        <h1>{words.title}</h1>
        <Segmented
          size="small"
          value={view}
          aria-label={words.title}
          options={(['board', 'list'] as const).map(value => ({ value, label: words[value] }))}
          onChange={value =>
            setParams(
              before => {
                const after = new URLSearchParams(before)
                after.set('view', value)
                return after
              },
              { replace: true },
            )
          }
        />
        <BoardFilters tally={tally} />
      </header>
      {view === 'list' ? (
        <JobList filter={filter} names={names} narrow={narrow} begin={begin} />
      ) : (
        <Board filter={filter} tally={tally} names={names} begin={begin} />
      )}
      {dialog}
    </div>
  )
}

function useBoardRefresh(): void {
  const client = useQueryClient()
  const { live } = useSession()
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined
    const stop = live.on('job', () => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        void client.invalidateQueries({ queryKey: ['board'] })
      }, REFRESH_MS)
    })
    return () => {
      stop()
      clearTimeout(waiting)
    }
  }, [client, live])
}
