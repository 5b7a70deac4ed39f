// Signing in, the first administrator, choosing a password: a dialog over the page, so that one comes back to where one was.
import { Alert, Button, Divider, Form, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { codeOf, command, Refused, read, readMe, setToken } from '../client/http.ts'
import type { Me } from '../client/records.ts'
import { chooseLanguage, useLanguage, useWords } from '../words/words.ts'
import { PasswordInput } from './password-input.tsx'
import type { Link } from './session.tsx'
import { SingleSignOnButton, takeRefusedSignIn, type WayIn } from './single-sign-on.tsx'
import { SHELL } from './words.ts'
import './sign-in.css'

type Way = 'password' | 'token' | Link['kind']

interface Typed {
  readonly login: string
  readonly name: string
  readonly password: string
  readonly again: string
  readonly token: string
}

const sentBackWith = takeRefusedSignIn()

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

/** Seconds until the next attempt is possible; counted down. */
function useLock(): readonly [left: number, lock: (seconds: number) => void] {
  const [until, setUntil] = useState(0)
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const count = (): void => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1_000)))
    count()
    if (until <= Date.now()) return
    const counting = setInterval(count, 500)
    return () => clearInterval(counting)
  }, [until])
  return [left, seconds => setUntil(Date.now() + seconds * 1_000)]
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
  const [wrong, setWrong] = useState(() => words.refused[sentBackWith] ?? '')
  const [lockedS, lock] = useLock()
  const [wayIn, setWayIn] = useState<WayIn>()
  const [reserve, setReserve] = useState(false)
  const language = useLanguage()
  const [busy, setBusy] = useState(false)
  const fresh = way === 'setup' || way === 'invite'

  // Where there are tokens and no people yet, a token is what is asked for.
  useEffect(() => {
    if (link) return
    read<WayIn>('/api/session').then(
      found => {
        setWayIn(found)
        if (!found.users && !found.singleSignOn) setWay('token')
      },
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
      if (codeOf(error) === 'sign-in-locked' && error instanceof Refused) {
        setWrong('')
        lock(Number(/\d+/.exec(error.problem.detail)?.[0] ?? 30))
      }
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
  const signOn = way === 'password' ? wayIn?.singleSignOn : undefined
  // Where passwords are for a reserve account only, nobody is to type one by mistake.
  const form = !signOn || signOn.passwordsForAll || reserve
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
      <Form<Typed> name="sign-in" layout="vertical" requiredMark={false} onFinish={finish} disabled={busy}>
        <p>{ended && way === 'password' ? words.ended : form ? texts[way] : words.signOnText}</p>
        {signOn && (
          <>
            <SingleSignOnButton label={signOn.label} over={ended} onIn={onIn} />
            {form ? (
              <Divider plain>{words.or}</Divider>
            ) : (
              <Button type="link" block onClick={() => setReserve(true)}>
                {words.reserve}
              </Button>
            )}
          </>
        )}
        {way === 'setup' && (
          <Form.Item name="name" label={words.displayName} rules={rules}>
            <Input autoComplete="name" maxLength={80} autoFocus />
          </Form.Item>
        )}
        {form && (way === 'password' || way === 'setup') && (
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
        {form && way !== 'token' && (
          <Form.Item name="password" label={words.pass} rules={rules}>
            <PasswordInput autoComplete={fresh ? 'new-password' : 'current-password'} />
          </Form.Item>
        )}
        {fresh && (
          <Form.Item name="again" label={words.again} rules={rules}>
            <PasswordInput autoComplete="new-password" />
          </Form.Item>
        )}
        {lockedS > 0 && <Alert type="warning" showIcon title={words.locked(String(lockedS))} role="timer" />}
        {wrong && <Alert type="error" showIcon title={wrong} role="alert" />}
        {form && (
          <Button
            type={signOn ? 'default' : 'primary'}
            htmlType="submit"
            block
            loading={busy}
            disabled={lockedS > 0}
            style={{ marginTop: 12 }}
          >
            {buttons[way]}
          </Button>
        )}
        {!link && (
          <Button type="link" block onClick={() => setWay(way === 'token' ? 'password' : 'token')}>
            {way === 'token' ? words.withPassword : words.withToken}
          </Button>
        )}
        <Button
          type="text"
          size="small"
          block
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => chooseLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {language === 'zh' ? 'English' : '中文'}
        </Button>
      </Form>
    </Modal>
  )
}
