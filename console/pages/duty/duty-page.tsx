// Duty: who is on when, who there is, and how one shift hands over to the next.
import { Tabs } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useWords } from '../../words/words.ts'
import { HandOver } from './hand-over.tsx'
import { RotaWeek } from './rota-week.tsx'
import { DUTY } from './words.ts'
import { Workers } from './workers.tsx'
import '../../parts/stands.css'
import './duty.css'

const TABS = { rota: RotaWeek, workers: Workers, 'hand-over': HandOver } as const
type TabName = keyof typeof TABS

export default function DutyPage() {
  const words = useWords(DUTY)
  const navigate = useNavigate()
  const { tab } = useParams()
  const active: TabName = tab && tab in TABS ? (tab as TabName) : 'rota'
  return (
    <div className="duty">
      <h1>{words.title}</h1>
      <Tabs
        activeKey={active}
        destroyOnHidden
        onChange={key => void navigate(`/duty/${key}`)}
        items={(Object.keys(TABS) as TabName[]).map(name => {
          const Page = TABS[name]
          return { key: name, label: words.tabs[name], children: <Page /> }
        })}
      />
    </div>
  )
}
