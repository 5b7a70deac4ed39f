// The rota of a week: a row for each team and each of its people, a cell for each day, changed by a click.
import { LeftOutlined, RightOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { Nothing } from '../../parts/nothing.tsx'
import { Unread } from '../../parts/unread.tsx'
import { listOf, dayOf as today } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { DayDialog } from './day-dialog.tsx'
import { rotaQueries } from './rota-queries.ts'
import { type Day, dayOf, partOf, startOf, type Whose, weekdayOf, weekOf } from './week.ts'
import { DUTY } from './words.ts'

export function RotaWeek() {
  const words = useWords(DUTY)
  const [weeks, setWeeks] = useState(0)
  const dates = weekOf(Date.now(), weeks)
  return (
    <>
      <p className="week-choice">
        <Button icon={<LeftOutlined />} aria-label={words.previous} onClick={() => setWeeks(weeks - 1)} />
        <Button disabled={weeks === 0} onClick={() => setWeeks(0)}>
          {words.thisWeek}
        </Button>
        <Button icon={<RightOutlined />} aria-label={words.next} onClick={() => setWeeks(weeks + 1)} />
        <span>
          {dates[0]} – {dates[6]?.slice(5)}
        </span>
      </p>
      <Week dates={dates} />
    </>
  )
}

function Week({ dates }: { readonly dates: readonly string[] }) {
  const words = useWords(DUTY)
  const [chosen, setChosen] = useState<{ readonly whose: Whose; readonly date: string }>()
  const teams = useQuery(rotaQueries.teams())
  const workers = useQuery(rotaQueries.workers())
  const shifts = useQuery(rotaQueries.shifts())
  const overrides = useQuery(rotaQueries.overrides(startOf(dates[0] ?? '')))
  // A rota without its exceptions, or its shifts, would be a wrong one.
  const unread = [teams, workers, shifts, overrides].filter(({ isError, data }) => isError && !data)
  if (unread[0]) return <Unread of={{ ...unread[0], refetch: () => Promise.all(unread.map(each => each.refetch())) }} />
  if (!teams.data || !workers.data || !shifts.data || !overrides.data)
    return <Skeleton active paragraph={{ rows: 10 }} />
  if (teams.data.items.length === 0) return <Nothing title={words.noTeams} hint={words.noTeamsHint} />
  const people = workers.data.items
  const [exceptions, known] = [overrides.data.items, shifts.data.items]
  const dayFor = (whose: Whose, date: string): Day => dayOf(whose, date, known, exceptions)
  const rows = teams.data.items.flatMap((team): readonly Whose[] => [
    { team, worker: null },
    ...people.filter(({ teamId, active }) => teamId === team.id && active).map(worker => ({ team, worker })),
  ])
  return (
    <>
      <div className="week-scroll">
        <table className="week">
          <thead>
            <tr>
              <th scope="col">{words.who}</th>
              {dates.map(date => (
                <th key={date} scope="col" className={date === today(Date.now()) ? 'today' : ''}>
                  {words.weekdays[weekdayOf(date)]} {date.slice(5)}
                  {date === today(Date.now()) && <small> {words.today}</small>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(whose => (
              <tr key={`${whose.team.id}/${whose.worker?.id ?? ''}`} className={whose.worker ? '' : 'team-row'}>
                <th scope="row">
                  {whose.worker?.name ?? whose.team.name}{' '}
                  {whose.worker && (
                    <small className={whose.worker.onShift ? 'on-now' : 'off-now'}>
                      {whose.worker.onShift ? `● ${words.onNow}` : `○ ${words.offNow}`}
                    </small>
                  )}
                </th>
                {dates.map(date => (
                  <td key={date} className={date === today(Date.now()) ? 'today' : ''}>
                    <Cell whose={whose} day={dayFor(whose, date)} onClick={() => setChosen({ whose, date })} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen && (
        <DayDialog
          whose={chosen.whose}
          day={dayFor(chosen.whose, chosen.date)}
          shifts={known}
          onDone={() => setChosen(undefined)}
        />
      )}
    </>
  )
}

interface CellProps {
  readonly whose: Whose
  readonly day: Day
  readonly onClick: () => void
}

function Cell({ whose, day, onClick }: CellProps) {
  const words = useWords(DUTY)
  const { hours, exceptions, date, source } = day
  const said = exceptions.map(each => {
    const part = partOf(each, date)
    return {
      id: each.id,
      working: each.working,
      text: `${each.working ? '＋' : '－'} ${words.whys[each.why]} ${part === 'all' ? words.allDay : part}`,
    }
  })
  const text = hours.length > 0 ? hours : [words.free]
  const what = listOf([...text, ...said.map(each => each.text)])
  return (
    <button
      type="button"
      className={`week-cell ${source}${said.some(({ working }) => !working) ? ' away' : ''}`}
      aria-label={words.cell(whose.worker?.name ?? whose.team.name, date, what)}
      onClick={onClick}
    >
      {text.map(each => (
        <span key={each} className={hours.length > 0 ? 'hours' : 'free'}>
          {each}
        </span>
      ))}
      {said.map(each => (
        <span key={each.id} className={each.working ? 'extra' : 'leave'}>
          {each.text}
        </span>
      ))}
    </button>
  )
}
