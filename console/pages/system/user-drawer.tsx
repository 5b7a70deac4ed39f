// One user's open sessions, and as whom the single sign-on knows them.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Drawer, Form, Input, Popconfirm, Table, Tag } from 'antd'
import type { z } from 'zod'
import type { sessionSchema } from '../../../api/people-views.ts'
import type { identitySchema } from '../../../api/routes/single-sign-on.ts'
import { command, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import type { User } from './users.tsx'
import { SYSTEM } from './words.ts'

type OpenSession = z.output<typeof sessionSchema>
type Identity = z.output<typeof identitySchema>

export function UserDrawer({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  return (
    <Drawer open size="large" title={`${user.name} · ${user.login}`} onClose={onClose}>
      <Sessions user={user} />
      <Identities user={user} />
    </Drawer>
  )
}

function Sessions({ user: { id } }: { readonly user: User }) {
  const words = useWords(SYSTEM)
  const { message } = App.useApp()
  const tell = useTell()
  const client = useQueryClient()
  const path = `/api/users/${segment(id)}/sessions`
  const sessions = useQuery({
    queryKey: ['user-sessions', id],
    queryFn: ({ signal }) => read<Page<OpenSession>>(path, signal),
    staleTime: 0,
  })
  const end = () =>
    command<{ readonly ended: number }>(path, {}, { method: 'DELETE' })
      .then(({ ended }) => {
        message.success(words.user.ended(ended))
        return client.invalidateQueries({ queryKey: ['user-sessions', id] })
      })
      .catch(tell)
  return (
    <section className="system-section">
      <h2>{words.user.openSessions}</h2>
      <Table<OpenSession>
        rowKey="id"
        size="small"
        loading={sessions.isLoading}
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={[...(sessions.data?.items ?? [])]}
        locale={{ emptyText: <Nothing of={sessions} title={words.user.noSessions} small /> }}
        columns={[
          { title: words.user.where, render: (_, { address, agent }) => `${address} · ${agent.slice(0, 48)}` },
          { title: words.user.since, render: (_, { createdAt }) => whenOf(createdAt) },
          {
            title: words.user.seen,
            render: (_, { lastSeenAt }) => <span title={whenOf(lastSeenAt)}>{agoOf(lastSeenAt)}</span>,
          },
        ]}
      />
      {(sessions.data?.items.length ?? 0) > 0 && (
        <Popconfirm title={words.user.endSure} okText={words.user.end} cancelText={words.cancel} onConfirm={end}>
          <Button danger>{words.user.end}</Button>
        </Popconfirm>
      )}
    </section>
  )
}

function Identities({ user: { id } }: { readonly user: User }) {
  const words = useWords(SYSTEM)
  const tell = useTell()
  const client = useQueryClient()
  const path = `/api/users/${segment(id)}/identities`
  const { data: way } = useQuery({
    queryKey: ['way-in'],
    queryFn: ({ signal }) => read<{ readonly singleSignOn: object | null }>('/api/session', signal),
  })
  const { data } = useQuery({
    queryKey: ['identities', id],
    queryFn: ({ signal }) => read<Page<Identity>>(path, signal),
    enabled: !!way?.singleSignOn,
  })
  if (!way?.singleSignOn) return null
  const link = (subject: string | null) =>
    command(path, { subject }, { method: 'PUT' })
      .then(() => client.invalidateQueries({ queryKey: ['identities', id] }))
      .catch(tell)
  return (
    <section className="system-section">
      <h2>{words.user.identity}</h2>
      <p>{words.user.identityHint}</p>
      {data?.items.map(identity => (
        <p key={identity.subject}>
          <code>{identity.subject}</code> <Tag title={identity.issuer}>{new URL(identity.issuer).host}</Tag>
          {identity.byClaims && <Tag>{words.user.byClaims}</Tag>}
          <Button size="small" onClick={() => void link(null)}>
            {words.user.unlink}
          </Button>
        </p>
      ))}
      {data?.items.length === 0 && (
        <Form<{ readonly subject: string }> layout="inline" onFinish={({ subject }) => void link(subject)}>
          <Form.Item name="subject" label={words.user.subject} rules={[{ required: true, message: words.required }]}>
            <Input maxLength={255} autoComplete="off" spellCheck={false} />
          </Form.Item>
          <Button htmlType="submit">{words.user.link}</Button>
        </Form>
      )}
    </section>
  )
}
