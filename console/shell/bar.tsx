// The bar at the top: is everything well, how much waits, what time it is, and who one is.
import { DownOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Dropdown, Tag } from 'antd'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { Link, useNavigate } from 'react-router'
import { queries } from '../client/queries.ts'
import { DOMAIN } from '../words/domain.ts'
import { timeOf } from '../words/format.ts'
import { chooseLanguage, useLanguage, useWords } from '../words/words.ts'
import { useTell } from './notices.ts'
import { useSession } from './session.tsx'
import { signOut } from './sign-out.ts'
import { chooseLook, useLook } from './theme.ts'
import { SHELL } from './words.ts'
import './bar.css'

export function Bar() {
  const { me, live, may } = useSession()
  const words = useWords(SHELL)
  const connection = useSyncExternalStore(live.onState, () => live.state)
  const { data: counts } = useQuery({ ...queries.counts(), enabled: may('incident:read') })
  const { data: cameras } = useQuery({ ...queries.cameras(), enabled: may('camera:read') })
  const { data: health } = useQuery(queries.health())
  const pending = counts?.pendingIncidents ?? 0

  useEffect(() => {
    document.title = pending > 0 ? `(${pending}) 街目 Jiemu` : '街目 Jiemu'
  }, [pending])

  return (
    <header className="bar">
      <Link to="/" className="bar-name">
        街目<small>Jiemu</small>
      </Link>
      <span className={`bar-live ${connection}`} role="status">
        {words.connection[connection]}
      </span>
      <ul className="bar-counts">
        {cameras && (
          <li className="bar-cameras">
            {words.online(
              cameras.items.filter(camera => camera.health?.state === 'online').length,
              cameras.items.length,
            )}
          </li>
        )}
        {counts && (
          <>
            <li>
              {words.pending} <b>{pending}</b>
            </li>
            <li>
              {words.open} <b>{counts.openJobs}</b>
            </li>
            {counts.overdueJobs > 0 && (
              <li className="bar-overdue">
                {words.overdue} <b>{counts.overdueJobs}</b>
              </li>
            )}
          </>
        )}
        {health?.components
          .filter(({ state }) => state !== 'ok')
          .map(({ name, state, problem }) => (
            <li key={name} title={problem ? `${problem.message} ${problem.hint}` : undefined}>
              <Tag color={state === 'down' ? 'error' : 'warning'}>
                {state === 'down' ? words.down(name) : words.impaired(name)}
              </Tag>
            </li>
          ))}
      </ul>
      <Clock />
      <Person name={me.displayName} />
    </header>
  )
}

function Clock() {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(ticking)
  }, [])
  return <time className="bar-clock">{timeOf(now)}</time>
}

function Person({ name }: { readonly name: string }) {
  const { me } = useSession()
  const tell = useTell()
  const words = useWords(SHELL)
  const roles = useWords(DOMAIN).roles
  const language = useLanguage()
  const look = useLook()
  const navigate = useNavigate()
  const other = look === 'dark' ? 'light' : 'dark'
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'role', label: `${me.name} · ${roles[me.role]}`, disabled: true },
          { type: 'divider' },
          { key: 'account', label: words.account, onClick: () => void navigate('/account') },
          { key: 'look', label: words.look[other], onClick: () => chooseLook(other) },
          {
            key: 'language',
            label: words.language,
            onClick: () => chooseLanguage(language === 'zh' ? 'en' : 'zh'),
          },
          ...(me.by === 'local'
            ? []
            : [
                { type: 'divider' as const },
                { key: 'out', label: words.signOut, onClick: () => void signOut(me).catch(tell) },
              ]),
        ],
      }}
    >
      <Button type="text" className="bar-person">
        <span>{name}</span> <DownOutlined />
      </Button>
    </Dropdown>
  )
}
