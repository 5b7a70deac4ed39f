// Mutes something: what, for how long and why.
import { useQuery } from '@tanstack/react-query'
import { App, Checkbox, Form, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { LONGEST_MUTE_MS } from '../../../core/mute.ts'
import { command } from '../../client/http.ts'
import { queries } from '../../client/queries.ts'
import { useTell } from '../../shell/notices.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { eveningAfter, type Span, untilOf, writtenOf } from './until.ts'
import { MUTES } from './words.ts'

interface Wish {
  readonly streetId?: string
  readonly cameraId?: string
  readonly zoneId?: string
  readonly kind?: string
  readonly faults?: boolean
  readonly span: Span
  readonly date: string
  readonly reason: string
}

export function MuteDialog({ onClose, onSet }: { readonly onClose: () => void; readonly onSet: () => void }) {
  const words = useWords(MUTES)
  const domain = useWords(DOMAIN)
  const tell = useTell()
  const { message } = App.useApp()
  const cameras = useQuery(queries.cameras()).data?.items ?? []
  const [form] = Form.useForm<Wish>()
  const [key] = useState(() => crypto.randomUUID())
  const [now] = useState(Date.now)
  const [sending, setSending] = useState(false)
  const streetId = Form.useWatch('streetId', form)
  const cameraId = Form.useWatch('cameraId', form)
  const kind = Form.useWatch('kind', form)
  const zoneId = Form.useWatch('zoneId', form)
  const faults = Form.useWatch('faults', form)
  const span = Form.useWatch('span', form)
  const zones = cameras.find(({ id }) => id === cameraId)?.zones ?? []
  const streets = [...new Set(cameras.map(camera => camera.streetId))].sort()

  const send = async ({ span: chosen, date, ...wish }: Wish): Promise<void> => {
    setSending(true)
    try {
      await command('/api/mutes', { ...wish, untilAt: untilOf(chosen, date, Date.now()) }, { key })
      message.success(words.set)
      onSet()
    } catch (error) {
      tell(error)
    } finally {
      setSending(false)
    }
  }
  const within = (_: unknown, date: string) => {
    const at = untilOf('date', date ?? '', 0)
    const fits = at !== undefined && at > Date.now() && at <= Date.now() + LONGEST_MUTE_MS
    return fits ? Promise.resolve() : Promise.reject(new Error(words.dateWrong))
  }
  const something = () => {
    const { streetId: street, cameraId: camera, kind: named } = form.getFieldsValue()
    return street || camera || named ? Promise.resolve() : Promise.reject(new Error(words.chooseOne))
  }
  return (
    <Modal
      open
      title={words.add}
      okText={words.confirm}
      cancelText={words.cancel}
      confirmLoading={sending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Wish>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ span: 'hour', date: writtenOf(now + 86_400_000) }}
        onFinish={send}
      >
        <div className="mutes-two">
          <Form.Item name="kind" label={words.kind} dependencies={['cameraId', 'streetId']}>
            <Select
              allowClear
              placeholder={words.any}
              options={Object.entries(domain.kinds).map(([value, label]) => ({ value, label }))}
            />
          </Form.Item>
          <Form.Item name="streetId" label={words.street}>
            <Select
              allowClear
              placeholder={words.any}
              options={streets.map(value => ({ value, label: value }))}
              onChange={() => form.resetFields(['cameraId', 'zoneId'])}
            />
          </Form.Item>
          <Form.Item name="cameraId" label={words.camera}>
            <Select
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={words.any}
              options={cameras
                .filter(camera => !streetId || camera.streetId === streetId)
                .map(({ id, name }) => ({ value: id, label: name }))}
              onChange={() => form.resetFields(['zoneId'])}
            />
          </Form.Item>
          <Form.Item name="zoneId" label={words.zone}>
            <Select
              allowClear
              disabled={zones.length === 0}
              placeholder={words.wholeCamera}
              options={zones.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        </div>
        {!kind && !zoneId && (
          <Form.Item name="faults" valuePropName="checked" extra={faults ? words.faultsHeld : words.faultsTold}>
            <Checkbox>{words.faults}</Checkbox>
          </Form.Item>
        )}
        <div className="mutes-two">
          <Form.Item name="span" label={words.howLong}>
            <Select
              options={[
                { value: 'hour', label: words.hour },
                { value: 'hours', label: words.hours },
                { value: 'evening', label: words.evening(eveningAfter(now).tomorrow) },
                { value: 'date', label: words.date },
              ]}
            />
          </Form.Item>
          {span === 'date' && (
            <Form.Item name="date" label={words.date} extra={words.dateHint} rules={[{ validator: within }]}>
              <Input type="datetime-local" />
            </Form.Item>
          )}
        </div>
        <Form.Item
          name="reason"
          label={words.reason}
          rules={[{ required: true, whitespace: true, message: words.reasonNeeded }, { validator: something }]}
        >
          <Input maxLength={200} placeholder={words.reasonHint} onPressEnter={() => form.submit()} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
