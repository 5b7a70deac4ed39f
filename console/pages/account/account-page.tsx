// One's own account: who one is, a new password, and the sessions that are open elsewhere.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Descriptions, Form, Popconfirm, Table } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import type { sessionSchema } from '../../../api/people-views.ts'
import { command, read, readMe, segment } from '../../client/http.ts'
import { Unread } from '../../parts/unread.tsx'
import { useTell } from '../../shell/notices.ts'
import { PasswordInput } from '../../shell/password-input.tsx'
import { useSession } from '../../shell/session.tsx'
import { useRefusal } from '../../shell/sign-in.tsx'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, listOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { ACCOUNT } from './words.ts'
import './account.css'

type OpenSession = z.output<typeof sessionSchema>

export default function AccountPage() {
  const { me } = useSession()
  const words = useWords(ACCOUNT)
  const roles = useWords(DOMAIN).roles
  const { scope } = me
  const within = scope === 'district' ? words.district : 'streets' in scope ? listOf(scope.streets) : scope.team
  return (
    <div className="account">
      <h1>{me.displayName}</h1>
      <Descriptions
        column={1}
        items={[
          { key: 'login', label: words.login, children: me.name },
          { key: 'role', label: words.role, children: roles[me.role] },
          { key: 'scope', label: words.scope, children: within },
        ]}
      />
      {me.by === 'local' && <Alert type="info" showIcon title={words.local} />}
      {me.by === 'session' && (
        <>
          <Password />
          <Sessions />
        </>
      )}
    </div>
  )
}

function Password() {
  const words = useWords(ACCOUNT)
  const refusal = useRefusal()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [form] = Form.useForm()
  const [wrong, setWrong] = useState('')
  const change = async ({ current, next, again }: Readonly<Record<string, string>>): Promise<void> => {
    if (next !== again) return setWrong(words.differ)
    setWrong('')
    try {
      await command('/api/me/password', { current, next })
      await readMe()
      form.resetFields()
      message.success(words.changed)
      void client.invalidateQueries({ queryKey: ['my-sessions'] })
    } catch (error) {
      setWrong(refusal(error))
    }
  }
  const rules = [{ required: true, message: words.required }]
  return (
    <section>
      <h2>{words.password}</h2>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={change}>
        <Form.Item name="current" label={words.current} rules={rules}>
          <PasswordInput autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="next" label={words.next} rules={rules} extra={words.good}>
          <PasswordInput autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="again" label={words.again} rules={rules}>
          <PasswordInput autoComplete="new-password" />
        </Form.Item>
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
        <Button htmlType="submit">{words.password}</Button>
      </Form>
    </section>
  )
}

function Sessions() {
  const words = useWords(ACCOUNT)
  const tell = useTell()
  const client = useQueryClient()
  const sessions = useQuery({
    queryKey: ['my-sessions'],
    queryFn: () => read<{ readonly current: string; readonly items: readonly OpenSession[] }>('/api/me/sessions'),
  })
  const end = (id: string): Promise<void> =>
    command(`/api/me/sessions/${segment(id)}`, {}, { method: 'DELETE' })
      .then(() => client.invalidateQueries({ queryKey: ['my-sessions'] }))
      .catch(tell)
  return (
    <section>
      <h2>{words.sessions}</h2>
      <Table<OpenSession>
        rowKey="id"
        size="small"
        loading={sessions.isPending}
        locale={{ emptyText: <Unread of={sessions} /> }}
        pagination={false}
        scroll={{ x: true }}
        dataSource={[...(sessions.data?.items ?? [])]}
        columns={[
          { title: words.where, render: (_, { address, agent }) => `${address} · ${agent.slice(0, 60)}` },
          { title: words.since, render: (_, { createdAt }) => whenOf(createdAt) },
          {
            title: words.seen,
            render: (_, { lastSeenAt }) => <span title={whenOf(lastSeenAt)}>{agoOf(lastSeenAt)}</span>,
          },
          {
            title: '',
            render: (_, { id }) =>
              id === sessions.data?.current ? (
                words.this
              ) : (
                <Popconfirm title={words.endSure} onConfirm={() => end(id)}>
                  <Button size="small">{words.end}</Button>
                </Popconfirm>
              ),
          },
        ]}
      />
    </section>
  )
}
