// One day of somebody's rota: the rows that hold, and the exceptions from them, each added, changed or taken back.
import { Alert, Button, Modal, Popconfirm } from 'antd'
import { useState } from 'react'
import { segment } from '../../client/http.ts'
import { listOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { ExceptionForm } from './exception-form.tsx'
import { useChangeRota, useMayKeep } from './rota-queries.ts'
import { ShiftForm } from './shift-form.tsx'
import { type Day, hoursOf, type Shift, type Whose } from './week.ts'
import { DUTY } from './words.ts'

export interface DayProps {
  readonly whose: Whose
  readonly day: Day
  readonly shifts: readonly Shift[]
  readonly onDone: () => void
}

export function DayDialog({ whose, day, shifts, onDone }: DayProps) {
  const words = useWords(DUTY)
  const change = useChangeRota()
  const [adding, setAdding] = useState<'exception' | 'shift' | Shift>()
  const mayKeep = useMayKeep()(whose.team.id)
  const name = whose.worker?.name ?? `${whose.team.name} (${words.wholeTeam})`
  const own = shifts.filter(({ teamId, workerId }) =>
    whose.worker ? workerId === whose.worker.id : teamId === whose.team.id,
  )
  const remove = (path: string) => <Removal onConfirm={() => void change(path, {}, 'DELETE')} />
  return (
    <Modal open title={`${name} · ${day.date}`} footer={null} onCancel={onDone} destroyOnHidden>
      <div className="day">
        {!mayKeep && <Alert type="info" showIcon title={words.day.readOnly} />}
        <section>
          <h3>{words.day.holds}</h3>
          <p>
            {listOf(day.hours) || words.free} <small>{words.sources[day.source]}</small>
          </p>
        </section>
        <section>
          <h3>{words.day.exceptions}</h3>
          {day.exceptions.length === 0 && <p>{words.day.noExceptions}</p>}
          <ul>
            {day.exceptions.map(each => (
              <li key={each.id}>
                <b>{words.whys[each.why]}</b> {each.working ? words.day.works : words.day.rests} {whenOf(each.fromAt)} –{' '}
                {whenOf(each.toAt)} {each.note}
                {mayKeep && remove(`/api/shift-overrides/${segment(each.id)}`)}
              </li>
            ))}
          </ul>
          {mayKeep &&
            (adding === 'exception' ? (
              <ExceptionForm whose={whose} date={day.date} onDone={() => setAdding(undefined)} />
            ) : (
              <Button onClick={() => setAdding('exception')}>{words.day.addException}</Button>
            ))}
        </section>
        <section>
          <h3>{words.day.shifts}</h3>
          {own.length === 0 && whose.worker && <p>{words.day.noShifts}</p>}
          <ul>
            {own.map(each => (
              <li key={each.id}>
                <b>{hoursOf(each.calendar)}</b>{' '}
                {each.calendar.days.map(name => words.weekdays[name as keyof typeof words.weekdays]).join(' ')}
                {mayKeep && (
                  <>
                    <Button type="link" size="small" onClick={() => setAdding(each)}>
                      {words.worker.edit}
                    </Button>
                    {remove(`/api/shifts/${segment(each.id)}`)}
                  </>
                )}
              </li>
            ))}
          </ul>
          {mayKeep &&
            (adding === 'shift' || typeof adding === 'object' ? (
              <ShiftForm
                key={typeof adding === 'object' ? adding.id : 'new'}
                whose={whose}
                shift={typeof adding === 'object' ? adding : undefined}
                onDone={() => setAdding(undefined)}
              />
            ) : (
              <Button onClick={() => setAdding('shift')}>{words.day.addShift}</Button>
            ))}
        </section>
      </div>
    </Modal>
  )
}

function Removal({ onConfirm }: { readonly onConfirm: () => void }) {
  const words = useWords(DUTY)
  return (
    <Popconfirm title={words.removeSure} okText={words.remove} cancelText={words.cancel} onConfirm={onConfirm}>
      <Button type="link" size="small" danger>
        {words.remove}
      </Button>
    </Popconfirm>
  )
}
