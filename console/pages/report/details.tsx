// What both forms of a report ask: what it is, and how bad and what of it in words.
import { Form, Input, Select } from 'antd'
import { SEVERITIES, ZONE_RULES } from '../../../core/observation.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { REPORT } from './words.ts'

export function KindItem() {
  const words = useWords(REPORT)
  const { kinds } = useWords(DOMAIN)
  return (
    <Form.Item name="kind" label={words.kind} rules={[{ required: true, message: words.needKind }]}>
      <Select options={ZONE_RULES.map(value => ({ value, label: kinds[value] }))} />
    </Form.Item>
  )
}

export function DetailItems() {
  const words = useWords(REPORT)
  const { severities } = useWords(DOMAIN)
  return (
    <>
      <Form.Item name="severity" label={words.severity}>
        <Select
          allowClear
          placeholder={words.usual}
          options={SEVERITIES.map(value => ({ value, label: severities[value] }))}
        />
      </Form.Item>
      <Form.Item name="note" label={words.note}>
        <Input.TextArea maxLength={500} rows={3} placeholder={words.noteHint} />
      </Form.Item>
    </>
  )
}
