// What is said of a worker: team, skills, grids, how much they can have at once.
import { Checkbox, Form, Input, InputNumber, Modal, Select } from 'antd'
import { RULE_KINDS } from '../../../core/observation.ts'
import { segment } from '../../client/http.ts'
import { DOMAIN } from '../../words/domain.ts'
import { useWords } from '../../words/words.ts'
import { useChangeRota } from './rota-queries.ts'
import type { Team, Worker } from './week.ts'
import { DUTY } from './words.ts'

type Fields = Pick<Worker, 'id' | 'name' | 'teamId' | 'leader' | 'skills' | 'grids' | 'loadCap' | 'active'>

export interface WorkerProps {
  /** The one that is changed; a new one, if left out. */
  readonly worker: Worker | undefined
  readonly teams: readonly Team[]
  readonly onDone: () => void
}

export function WorkerDialog({ worker, teams, onDone }: WorkerProps) {
  const words = useWords(DUTY)
  const { kinds } = useWords(DOMAIN)
  const change = useChangeRota()
  const [form] = Form.useForm<Fields>()
  const teamId = Form.useWatch('teamId', form)
  const save = async ({ id, skills, grids, ...fields }: Fields): Promise<void> => {
    const body = { ...fields, skills: skills?.length ? skills : null, grids: grids?.length ? grids : null }
    const taken = worker
      ? await change(`/api/workers/${segment(worker.id)}`, body, 'PUT')
      : await change('/api/workers', { id, ...body }, 'POST')
    if (taken) onDone()
  }
  const initial: Partial<Fields> = worker ?? {
    leader: false,
    active: true,
    loadCap: 3,
    ...(teams[0] && { teamId: teams[0].id }),
  }
  const needed = { required: true, message: words.day.needed }
  return (
    <Modal
      open
      title={words.worker.title(worker?.name ?? '')}
      okText={words.save}
      cancelText={words.cancel}
      onOk={() => form.submit()}
      onCancel={onDone}
      destroyOnHidden
    >
      <Form form={form} layout="vertical" initialValues={initial} onFinish={fields => void save(fields)}>
        {!worker && (
          <Form.Item
            name="id"
            label={words.worker.id}
            extra={words.worker.idHint}
            rules={[{ ...needed, pattern: /^[a-z0-9][a-z0-9._-]{0,62}$/, message: words.worker.idHint }]}
          >
            <Input />
          </Form.Item>
        )}
        <Form.Item name="name" label={words.worker.name} rules={[needed]}>
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="teamId" label={words.team} rules={[needed]}>
          <Select options={teams.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Form.Item name="skills" label={words.worker.skills} extra={words.worker.skillsHint}>
          <Select mode="multiple" allowClear options={RULE_KINDS.map(kind => ({ value: kind, label: kinds[kind] }))} />
        </Form.Item>
        <Form.Item name="grids" label={words.worker.grids} extra={words.worker.gridsHint}>
          <Select
            mode="multiple"
            allowClear
            options={(teams.find(({ id }) => id === teamId)?.grids ?? []).map(grid => ({ value: grid, label: grid }))}
          />
        </Form.Item>
        <Form.Item name="loadCap" label={words.worker.loadCap} rules={[needed]}>
          <InputNumber min={1} max={100} precision={0} />
        </Form.Item>
        <Form.Item name="leader" valuePropName="checked">
          <Checkbox>{words.worker.leader}</Checkbox>
        </Form.Item>
        <Form.Item name="active" valuePropName="checked">
          <Checkbox>{words.worker.active}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  )
}
