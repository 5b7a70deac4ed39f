// Asks what a step needs before it is taken: a reason, a time, the job that this one is a duplicate of.
import { DatePicker, Form, Modal } from 'antd'
import type { Dayjs } from 'dayjs'
import { useId, useState } from 'react'
import { fromStreet, toStreet } from '../../parts/street-time.ts'
import { useWords } from '../../words/words.ts'
import type { Names } from './job-queries.ts'
import { MergePicker } from './merge-picker.tsx'
import { ReasonInput } from './reason-input.tsx'
import { type AskedStep, useTakeStep } from './take-step.ts'
import { JOBS } from './words.ts'

export interface AskProps {
  readonly step: Extract<AskedStep, 'supervise' | 'close' | 'return' | 'defer' | 'merge' | 'cancel'>
  readonly id: string
  readonly name: string
  readonly names: Names
  readonly onDone: () => void
}

const WANTS_TIME = ['supervise', 'defer'] as const
const OPTIONAL = ['close', 'merge'] as const
const is = (names: readonly string[], name: string): boolean => names.includes(name)

export function AskDialog({ step, id, name, names, onDone }: AskProps) {
  const words = useWords(JOBS)
  const takeStep = useTakeStep()
  const timeId = useId()
  const [reason, setReason] = useState('')
  const [into, setInto] = useState('')
  const [until, setUntil] = useState<Dayjs | null>(() =>
    toStreet(Date.now() + (step === 'defer' ? 86_400_000 : 7_200_000)),
  )
  const [missing, setMissing] = useState<'reason' | 'until' | 'into'>()
  const [sending, setSending] = useState(false)
  const wantsTime = is(WANTS_TIME, step)
  const optional = is(OPTIONAL, step)

  async function send(): Promise<void> {
    if (!optional && !reason.trim()) return setMissing('reason')
    if (wantsTime && (!until || fromStreet(until) <= Date.now())) return setMissing('until')
    if (step === 'merge' && !into.trim()) return setMissing('into')
    setSending(true)
    const said = reason.trim() ? (optional ? { note: reason.trim() } : { reason: reason.trim() }) : {}
    const taken = await takeStep(step, id, {
      ...said,
      ...(wantsTime && until && { until: fromStreet(until) }),
      ...(step === 'merge' && { into: into.trim() }),
    })
    setSending(false)
    if (taken) onDone()
  }

  const wrong = (text: string) => ({ validateStatus: 'error' as const, help: <span role="alert">{text}</span> })
  return (
    <Modal
      open
      title={`${words.actions[step].replace('…', '')} · ${name}`}
      okText={words.ask.send}
      cancelText={words.ask.cancel}
      okButtonProps={{ danger: step === 'cancel' }}
      confirmLoading={sending}
      onOk={() => void send()}
      onCancel={onDone}
      width={step === 'merge' ? 640 : 520}
      destroyOnHidden
    >
      <Form layout="vertical" component="div">
        {wantsTime && (
          <Form.Item
            label={step === 'defer' ? words.ask.until : words.ask.due}
            htmlFor={timeId}
            {...(missing === 'until' && wrong(words.ask.later))}
          >
            <DatePicker
              id={timeId}
              showTime={{ format: 'HH:mm' }}
              format="YYYY-MM-DD HH:mm"
              value={until}
              minDate={toStreet(Date.now())}
              onChange={setUntil}
            />
          </Form.Item>
        )}
        {step === 'merge' && (
          <Form.Item label={words.ask.into} {...(missing === 'into' && wrong(words.merge.needed))}>
            <MergePicker id={id} names={names} chosen={into} onChoose={setInto} />
          </Form.Item>
        )}
        <ReasonInput
          label={optional ? words.ask.reasonOptional : words.ask.reason}
          value={reason}
          error={missing === 'reason' ? words.ask.needed : ''}
          onChange={setReason}
        />
      </Form>
    </Modal>
  )
}
