// Leave, illness, a swap, extra hours: an exception from the rota for a while.
import { Button, DatePicker, Form, Input, Radio, Select } from 'antd'
import type { Dayjs } from 'dayjs'
import { fromStreet, toStreet } from '../../parts/street-time.ts'
import { useWords } from '../../words/words.ts'
import { useChangeRota } from './rota-queries.ts'
import { type Override, startOf, type Whose } from './week.ts'
import { DUTY } from './words.ts'

interface Fields {
  readonly why: Override['why']
  readonly working: boolean
  readonly span: readonly [Dayjs, Dayjs]
  readonly note?: string
}

export function ExceptionForm({
  whose,
  date,
  onDone,
}: {
  readonly whose: Whose
  readonly date: string
  readonly onDone: () => void
}) {
  const words = useWords(DUTY)
  const change = useChangeRota()
  const [form] = Form.useForm<Fields>()
  const save = async ({ why, working, span: [from, to], note }: Fields): Promise<void> => {
    const of = whose.worker ? { workerId: whose.worker.id } : { teamId: whose.team.id }
    const body = { ...of, why, working, fromAt: fromStreet(from), toAt: fromStreet(to), note: note?.trim() || null }
    if (await change('/api/shift-overrides', body, 'POST')) onDone()
  }
  const initial: Fields = {
    ...{ why: 'leave', working: false },
    span: [toStreet(startOf(date)), toStreet(startOf(date) + 86_400_000)],
  }
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={initial}
      onFinish={fields => void save(fields)}
      onValuesChange={changed => {
        if (changed.why) form.setFieldValue('working', changed.why === 'extra')
      }}
    >
      <Form.Item name="why" label={words.day.kind}>
        <Select options={Object.entries(words.whys).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      <Form.Item name="working" label={words.day.working}>
        <Radio.Group
          options={[
            { value: false, label: words.day.rests },
            { value: true, label: words.day.works },
          ]}
        />
      </Form.Item>
      <Form.Item name="span" label={words.day.span} rules={[{ required: true, message: words.day.needed }]}>
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowClear={false} />
      </Form.Item>
      <Form.Item name="note" label={words.day.note}>
        <Input maxLength={500} />
      </Form.Item>
      <Button type="primary" htmlType="submit">
        {words.save}
      </Button>{' '}
      <Button onClick={onDone}>{words.cancel}</Button>
    </Form>
  )
}
