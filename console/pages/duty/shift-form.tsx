// A row of the rota: which days of the week, and from when to when.
import { Button, Checkbox, Form, Input } from 'antd'
import { segment } from '../../client/http.ts'
import { useWords } from '../../words/words.ts'
import { useChangeRota } from './rota-queries.ts'
import type { Shift, Weekday, Whose } from './week.ts'
import { DUTY } from './words.ts'

interface Fields {
  readonly days: readonly Weekday[]
  readonly from: string
  readonly to: string
  readonly official: boolean
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/
const NEW: Fields = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00', official: true }

export interface ShiftProps {
  readonly whose: Whose
  /** The one that is changed; a new one, if left out. */
  readonly shift: Shift | undefined
  readonly onDone: () => void
}

export function ShiftForm({ whose: { team, worker }, shift, onDone }: ShiftProps) {
  const words = useWords(DUTY)
  const change = useChangeRota()
  const save = async ({ days, from, to, official }: Fields): Promise<void> => {
    const others = shift?.calendar.holidays.filter(day => day !== 'CN') ?? []
    const calendar = {
      ...{ days, from, to, holidays: [...others, ...(official ? ['CN'] : [])] },
      ...(shift && { timeZone: shift.calendar.timeZone }),
    }
    const whose = worker ? { workerId: worker.id } : { teamId: team.id }
    const id = `${worker?.id ?? team.id}.${Date.now().toString(36)}`
    const taken = shift
      ? await change(`/api/shifts/${segment(shift.id)}`, { ...whose, calendar }, 'PUT')
      : await change('/api/shifts', { id, ...whose, calendar }, 'POST')
    if (taken) onDone()
  }
  const initial: Fields = shift
    ? { ...(shift.calendar as Omit<Fields, 'official'>), official: shift.calendar.holidays.includes('CN') }
    : NEW
  const time = [{ required: true, pattern: TIME, message: '08:00' }]
  return (
    <Form layout="vertical" initialValues={initial} onFinish={fields => void save(fields)}>
      <Form.Item name="days" label={words.day.days} rules={[{ required: true, message: words.day.needed }]}>
        <Checkbox.Group options={Object.entries(words.weekdays).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <div className="day-hours">
        <Form.Item name="from" label={words.day.from} rules={time}>
          <Input maxLength={5} />
        </Form.Item>
        <Form.Item name="to" label={words.day.to} rules={time} extra={words.day.overnight}>
          <Input maxLength={5} />
        </Form.Item>
      </div>
      <Form.Item name="official" valuePropName="checked">
        <Checkbox>{words.day.holidays}</Checkbox>
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {words.save}
      </Button>{' '}
      <Button onClick={onDone}>{words.cancel}</Button>
    </Form>
  )
}
