// Signing in, the first administrator, choosing a password: a dialog over the page, so that one comes back to where one was.
import { Alert, Button, Form, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { codeOf, command, Refused, read, readMe, setToken } from '../client/http.ts'
import type { Me } from '../client/records.ts'
import { useWords } from '../words/words.ts'
import type { Link } from './session.tsx'
import { SHELL } from './words.ts'

type Way = 'password' | 'token' | Link['kind']

interface Typed {
  readonly login: string
  readonly name: string
  readonly password: string
  readonly again: string
  readonly token: string
}

/** Sends what was typed, and says who one is now. */
async function send(way: Way, typed: Typed, link: Link | undefined): Promise<Me> {
  const { login, name, password } = typed
  if (way === 'token') setToken(typed.token.trim())
  else if (way === 'password') await command('/api/session', { login, password })
  else if (way === 'setup') await command('/api/setup', { token: link?.token, name, login, password })
  else await command('/api/invitation', { token: link?.token, password })
  try {
    return await readMe()
  } catch (error) {
    if (way === 'token') setToken('')
    throw error
  }
}

export function useRefusal(): (error: unknown) => string {
  const words = useWords(SHELL)
  return error => {
    const code = codeOf(error)
    if (code === undefined) return words.away
    const detail = error instanceof Refused ? error.problem.detail : ''
    if (code === 'sign-in-locked') return words.signIn.locked(/\d+/.exec(detail)?.[0] ?? '')
    return words.signIn.refused[code] ?? detail
  }
}

interface SignInProps {
  readonly ended: boolean
  readonly link: Link | undefined
  readonly onIn: (me: Me) => void
}

export function SignIn({ ended, link, onIn }: SignInProps) {
  const words = useWords(SHELL).signIn
  const refusal = useRefusal()
  const [way, setWay] = useState<Way>(link?.kind ?? 'password')
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const fresh = way === 'setup' || way === 'invite'

  // Where there are tokens and no people yet, a token is what is asked for.
  useEffect(() => {
    if (link) return
    read<{ readonly users: boolean }>('/api/session').then(
      ({ users }) => users || setWay('token'),
      () => undefined,
    )
  }, [link])

  const finish = async (typed: Typed): Promise<void> => {
    if (fresh && typed.again !== typed.password) return setWrong(words.differ)
    setBusy(true)
    setWrong('')
    try {
      onIn(await send(way, typed, link))
    } catch (error) {
      setWrong(refusal(error))
    } finally {
      setBusy(false)
    }
  }

  const texts = {
    password: words.passwordText,
    token: words.tokenText,
    setup: words.setupText,
    invite: words.inviteText,
  }
  const buttons = { password: words.password, token: words.enter, setup: words.setupSend, invite: words.setupSend }
  const rules = [{ required: true, message: words.required }]
  return (
    <Modal
      open
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={null}
      width={380}
      title={words[way]}
    >
      <Form<Typed> layout="vertical" requiredMark={false} onFinish={finish} disabled={busy}>
        <p>{ended && way === 'password' ? words.ended : texts[way]}</p>
        {way === 'setup' && (
          <Form.Item name="name" label={words.displayName} rules={rules}>
            <Input autoComplete="name" maxLength={80} autoFocus />
          </Form.Item>
        )}
        {(way === 'password' || way === 'setup') && (
          <Form.Item name="login" label={words.login} rules={rules}>
            <Input
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={40}
              autoFocus={way === 'password'}
            />
          </Form.Item>
        )}
        {way === 'token' && (
          <Form.Item name="token" label={words.token} rules={rules}>
            <Input.Password autoComplete="off" autoFocus />
          </Form.Item>
        )}
        {way !== 'token' && (
          <Form.Item name="password" label={words.pass} rules={rules}>
            <Input.Password autoComplete={fresh ? 'new-password' : 'current-password'} />
          </Form.Item>
        )}
        {fresh && (
          <Form.Item name="again" label={words.again} rules={rules}>
            <Input.Password autoComplete="new-password" />
          </Form.Item>
        )}
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
        <Button type="primary" htmlType="submit" block loading={busy} style={{ marginTop: 12 }}>
          {buttons[way]}
        </Button>
        {!link && (
          <Button type="link" block onClick={() => setWay(way === 'token' ? 'password' : 'token')}>
            {way === 'token' ? words.withPassword : words.withToken}
          </Button>
        )}
      </Form>
    </Modal>
  )
}
