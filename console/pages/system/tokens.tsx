// Tokens of programs: issued with a role, a scope and an end, shown once, revoked.
import { PlusOutlined } from '@ant-design/icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, InputNumber, Modal, Popconfirm, Select, Table, Tag } from 'antd'
import { useState } from 'react'
import type { z } from 'zod'
import type { tokenSchema } from '../../../api/routes/tokens.ts'
import { command, Refused, read, segment } from '../../client/http.ts'
import type { Page } from '../../client/records.ts'
import { Nothing } from '../../parts/nothing.tsx'
import { useTell } from '../../shell/notices.ts'
import { DOMAIN } from '../../words/domain.ts'
import { agoOf, whenOf } from '../../words/format.ts'
import { useWords } from '../../words/words.ts'
import { RoleAndScope, ScopeText, type ScopeTyped, scopeOf } from './scope.tsx'
import { type Secret, SecretOnce } from './secret-once.tsx'
import { SYSTEM } from './words.ts'

type Token = z.output<typeof tokenSchema>

export function Tokens() {
  const words = useWords(SYSTEM)
  const roles = useWords(DOMAIN).roles
  const tell = useTell()
  const client = useQueryClient()
  const [issuing, setIssuing] = useState(false)
  const [secret, setSecret] = useState<Secret>()
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => read<Page<Token>>('/api/tokens', signal),
    refetchInterval: 60_000,
  })
  const refresh = () => client.invalidateQueries({ queryKey: ['tokens'] })
  const revoke = (id: string) => command(`/api/tokens/${segment(id)}/revoke`).then(refresh, tell)
  return (
    <>
      <div className="system-tools">
        <span className="system-hint">{words.token.hint}</span>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setIssuing(true)}>
          {words.token.issue}
        </Button>
      </div>
      <Table<Token>
        rowKey="id"
        size="small"
        loading={query.isLoading}
        dataSource={[...(query.data?.items ?? [])]}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{
          emptyText: <Nothing of={query} title={words.token.none} small />,
        }}
        columns={[
          { title: words.token.name, dataIndex: 'name', fixed: 'left' },
          { title: words.role, render: (_, { role }) => roles[role] },
          { title: words.scope, render: (_, { scope }) => <ScopeText scope={scope} /> },
          { title: words.token.perMinute, render: (_, { perMinute }) => perMinute ?? words.token.noLimit },
          { title: words.created, render: (_, { createdAt, createdBy }) => `${whenOf(createdAt)} · ${createdBy}` },
          {
            title: words.token.used,
            render: (_, { lastUsedAt }) =>
              lastUsedAt === null ? words.token.never : <span title={whenOf(lastUsedAt)}>{agoOf(lastUsedAt)}</span>,
          },
          { title: words.token.expires, render: (_, { expiresAt }) => whenOf(expiresAt) },
          {
            title: words.state,
            render: (_, token) => {
              if (token.revokedAt !== null) {
                return <Tag title={`${whenOf(token.revokedAt)} · ${token.revokedBy}`}>{words.token.revoked}</Tag>
              }
              if (token.expiresAt <= Date.now()) return <Tag>{words.token.expired}</Tag>
              return (
                <Popconfirm
                  title={`${words.token.revoke} · ${token.name}`}
                  description={words.token.revokeSure}
                  okText={words.token.revoke}
                  cancelText={words.cancel}
                  onConfirm={() => revoke(token.id)}
                >
                  <Button size="small" danger>
                    {words.token.revoke}
                  </Button>
                </Popconfirm>
              )
            },
          },
        ]}
      />
      {issuing && (
        <TokenForm
          onClose={() => setIssuing(false)}
          onIssued={({ token, secret: text }) => {
            setIssuing(false)
            setSecret({ title: `${words.token.secret} · ${token.name}`, text: words.token.secretText, secret: text })
            void refresh()
          }}
        />
      )}
      <SecretOnce secret={secret} onClose={() => setSecret(undefined)} />
    </>
  )
}

interface Typed extends ScopeTyped {
  readonly name: string
  readonly days: number
  readonly perMinute?: number | null
}

function TokenForm({
  onClose,
  onIssued,
}: {
  readonly onClose: () => void
  readonly onIssued: (issued: { readonly token: Token; readonly secret: string }) => void
}) {
  const words = useWords(SYSTEM)
  const [form] = Form.useForm<Typed>()
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const issue = async (typed: Typed): Promise<void> => {
    setBusy(true)
    setWrong('')
    const { name, role, days, perMinute } = typed
    try {
      onIssued(await command('/api/tokens', { name, role, days, scope: scopeOf(typed), perMinute: perMinute ?? null }))
    } catch (error) {
      setWrong(error instanceof Refused ? `${error.problem.detail} ${error.problem.hint}` : String(error))
      setBusy(false)
    }
  }
  const rules = [{ required: true, message: words.required }]
  return (
    <Modal
      open
      title={words.token.issue}
      okText={words.token.issue}
      cancelText={words.cancel}
      confirmLoading={busy}
      onOk={form.submit}
      onCancel={onClose}
      mask={{ closable: false }}
    >
      <Form<Typed>
        form={form}
        name="token"
        layout="vertical"
        requiredMark={false}
        onFinish={issue}
        initialValues={{ days: 90 }}
      >
        <Form.Item name="name" label={words.token.name} rules={rules} extra={words.token.nameHint}>
          <Input maxLength={80} autoFocus autoComplete="off" />
        </Form.Item>
        <RoleAndScope />
        <Form.Item name="days" label={words.token.days} rules={rules}>
          <Select options={[7, 30, 90, 365, 1_095].map(value => ({ value, label: words.token.dayCount(value) }))} />
        </Form.Item>
        <Form.Item name="perMinute" label={words.token.perMinute}>
          <InputNumber
            min={1}
            max={100_000}
            precision={0}
            placeholder={words.token.noLimit}
            style={{ width: '100%' }}
          />
        </Form.Item>
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
      </Form>
    </Modal>
  )
}
