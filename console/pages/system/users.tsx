// Users as an administrator keeps them: let in by a link, changed, reset, disabled.
import { MoreOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Dropdown, Input, Table, Tag } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import type { invitedSchema, userSchema } from '../../../api/people-views.ts'
import { command, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { DOMAIN } from '../../words/domain.ts'
import { whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { ScopeText } from './scope.tsx'
import { type Secret, SecretOnce } from './secret-once.tsx'
import { UserDrawer } from './user-drawer.tsx'
import { UserForm } from './user-form.tsx'
import { SYSTEM } from './words.ts'

export type User = z.output<typeof userSchema>
export type Invited = z.output<typeof invitedSchema>

export function Users() {
  const words = useWords(SYSTEM)
  const roles = useWords(DOMAIN).roles
  const { modal } = App.useApp()
  const tell = useTell()
  const client = useQueryClient()
  const [find, setFind] = useState('')
  const [editing, setEditing] = useState<User | 'new'>()
  const [shown, setShown] = useState<User>()
  const [secret, setSecret] = useState<Secret>()
  const query = useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => read<Page<User>>('/api/users', signal),
  })
  const refresh = () => client.invalidateQueries({ queryKey: ['users'] })
  const showLink = ({ user, invitation }: Invited): void => {
    setSecret({
      title: words.user.invitation,
      text: words.user.invitationText(user.name, whenOf(invitation.expiresAt)),
      secret: `${location.origin}${invitation.path}`,
    })
    void refresh()
  }
  const ask = (user: User, step: 'reset' | 'disable'): void => {
    const [title, content] =
      step === 'reset' ? [words.user.reset, words.user.resetSure] : [words.user.disable, words.user.disableSure]
    modal.confirm({
      title: `${title} · ${user.name}`,
      content,
      okText: title,
      cancelText: words.cancel,
      okButtonProps: { danger: step === 'disable' },
      onOk: () =>
        command<Invited>(`/api/users/${segment(user.id)}/${step}`).then(
          answer => (step === 'reset' ? showLink(answer) : refresh()),
          tell,
        ),
    })
  }
  const enable = (user: User) => command(`/api/users/${segment(user.id)}/enable`).then(refresh, tell)
  const wanted = find.trim().toLowerCase()
  const users = (query.data?.items ?? []).filter(
    ({ login, name }) => login.includes(wanted) || name.toLowerCase().includes(wanted),
  )
  return (
    <>
      <div className="system-tools">
        <Input.Search
          allowClear
          aria-label={words.find}
          placeholder={words.find}
          onChange={event => setFind(event.target.value)}
        />
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
          {words.user.add}
        </Button>
      </div>
      <Table<User>
        rowKey="id"
        size="small"
        loading={query.isLoading}
        dataSource={users}
        pagination={users.length > 50 ? { pageSize: 50 } : false}
        scroll={{ x: 'max-content' }}
        locale={{
          emptyText: <Nothing of={query} title={words.user.none} small />,
        }}
        columns={[
          { title: words.name, dataIndex: 'name', fixed: 'left' },
          { title: words.login, dataIndex: 'login' },
          { title: words.role, render: (_, { role }) => roles[role] },
          { title: words.scope, render: (_, { scope }) => <ScopeText scope={scope} /> },
          { title: words.state, render: (_, user) => <UserState user={user} /> },
          {
            title: words.created,
            render: (_, { createdAt, createdBy }) => `${whenOf(createdAt)} · ${createdBy}`,
          },
          {
            title: '',
            width: 48,
            render: (_, user) => (
              <Dropdown
                trigger={['click']}
                menu={{
                  items: [
                    { key: 'edit', label: words.user.edit, onClick: () => setEditing(user) },
                    { key: 'sessions', label: words.user.sessions, onClick: () => setShown(user) },
                    { key: 'reset', label: words.user.reset, onClick: () => ask(user, 'reset') },
                    { type: 'divider' },
                    user.disabledAt === null
                      ? { key: 'off', danger: true, label: words.user.disable, onClick: () => ask(user, 'disable') }
                      : { key: 'on', label: words.user.enable, onClick: () => void enable(user) },
                  ],
                }}
              >
                <Button type="text" icon={<MoreOutlined />} aria-label={words.user.actions(user.name)} />
              </Dropdown>
            ),
          },
        ]}
      />
      {editing && (
        <UserForm
          user={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
          onSaved={invited => {
            setEditing(undefined)
            if (invited) showLink(invited)
            else void refresh()
          }}
        />
      )}
      {shown && <UserDrawer user={shown} onClose={() => setShown(undefined)} />}
      <SecretOnce secret={secret} onClose={() => setSecret(undefined)} />
    </>
  )
}

function UserState({ user: { disabledAt, hasPassword } }: { readonly user: User }) {
  const words = useWords(SYSTEM)
  if (disabledAt !== null) return <Tag title={whenOf(disabledAt)}>{words.disabled}</Tag>
  return hasPassword ? <Tag color="success">{words.active}</Tag> : <Tag color="processing">{words.invited}</Tag>
}
