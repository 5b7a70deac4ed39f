// Adds a user, or changes what one may do and see.
import { useQuery } from '@tanstack/react-query'
import { Alert, AutoComplete, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { codeOf, command, Refused, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { useWords } from '../../words/words.ts'
import { RoleAndScope, type ScopeTyped, scopeOf, typedOf } from './scope.tsx'
import type { Invited, User } from './users.tsx'
import { SYSTEM } from './words.ts'

interface Typed extends ScopeTyped {
  readonly login: string
  readonly name: string
  readonly workerId?: string
}

export function UserForm({
  user,
  onClose,
  onSaved,
}: {
  /** Left out: a new one. */
  readonly user: User | undefined
  readonly onClose: () => void
  readonly onSaved: (invited: Invited | undefined) => void
}) {
  const words = useWords(SYSTEM)
  const [form] = Form.useForm<Typed>()
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const { data: workers } = useQuery({
    queryKey: ['workers'],
    queryFn: ({ signal }) =>
      read<Page<{ readonly id: string; readonly name: string; readonly teamId: string }>>('/api/workers', signal),
  })
  const save = async (typed: Typed): Promise<void> => {
    setBusy(true)
    setWrong('')
    const { login, name, role, workerId } = typed
    const said = { name, role, scope: scopeOf(typed), workerId: workerId?.trim() || null }
    try {
      if (user) {
        await command(`/api/users/${segment(user.id)}`, said, { method: 'PATCH' })
        onSaved(undefined)
      } else onSaved(await command<Invited>('/api/users', { login, ...said }))
    } catch (error) {
      if (codeOf(error) !== undefined && error instanceof Refused)
        setWrong(`${error.problem.detail} ${error.problem.hint}`)
      else setWrong(String(error))
      setBusy(false)
    }
  }
  const rules = [{ required: true, message: words.required }]
  return (
    <Modal
      open
      title={user ? `${words.user.edit} · ${user.name}` : words.user.add}
      okText={user ? words.save : words.user.invite}
      cancelText={words.cancel}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <Form<Typed>
        form={form}
        name="user"
        layout="vertical"
        requiredMark={false}
        onFinish={save}
        initialValues={
          user ? { name: user.name, role: user.role, workerId: user.workerId ?? '', ...typedOf(user.scope) } : {}
        }
      >
        <Form.Item name="name" label={words.name} rules={rules}>
          <Input maxLength={80} autoFocus />
        </Form.Item>
        {!user && (
          <Form.Item name="login" label={words.login} rules={rules} extra={words.loginHint}>
            <Input maxLength={40} autoCapitalize="none" autoComplete="off" spellCheck={false} />
          </Form.Item>
        )}
        <RoleAndScope />
        <Form.Item name="workerId" label={words.worker} extra={words.workerHint}>
          <AutoComplete
            options={(workers?.items ?? []).map(({ id, name, teamId }) => ({
              value: id,
              label: `${name} · ${id} · ${teamId}`,
            }))}
            showSearch={{ filterOption: (typed, option) => option?.label.includes(typed) ?? false }}
          />
        </Form.Item>
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
      </Form>
    </Modal>
  )
}
