// 系统: people, tokens, and what must be accounted for; each tab has an address of its own.
import { Tabs } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useSession } from '../../shell/session.tsx'
import { useWords } from '../../words/words.ts'
import { Deletions, Holds } from './keeping.tsx'
import { PeopleEvents } from './people-events.tsx'
import { Register } from './register.tsx'
import { Tokens } from './tokens.tsx'
import { Users } from './users.tsx'
import { SYSTEM } from './words.ts'
import './system.css'

const TABS = [
  { key: 'users', needs: 'user:read', Tab: Users },
  { key: 'tokens', needs: 'token:read', Tab: Tokens },
  { key: 'events', needs: 'user:read', Tab: PeopleEvents },
  { key: 'register', needs: 'register:read', Tab: Register },
  { key: 'holds', needs: 'register:read', Tab: Holds },
  { key: 'deletions', needs: 'register:read', Tab: Deletions },
] as const

/** What concerns everything is told to nobody who sees a part. */
const OF_THE_DISTRICT: readonly string[] = ['users', 'tokens', 'events', 'holds', 'deletions']

export default function SystemPage() {
  const words = useWords(SYSTEM)
  const { me, may } = useSession()
  const navigate = useNavigate()
  const { tab } = useParams()
  const seen = TABS.filter(
    ({ key, needs }) => may(needs) && (me.scope === 'district' || !OF_THE_DISTRICT.includes(key)),
  )
  const open = seen.find(({ key }) => key === tab) ?? seen[0]
  return (
    <div className="system">
      <h1>{words.title}</h1>
      <Tabs
        activeKey={open?.key ?? ''}
        destroyOnHidden
        onChange={key => void navigate(`/system/${key}`, { replace: true })}
        items={seen.map(({ key, Tab }) => ({ key, label: words.tabs[key], children: <Tab /> }))}
      />
    </div>
  )
}
